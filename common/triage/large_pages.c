// large_pages.c - for tables that are looked up all over.
#include "large_pages.h"

#include <stdint.h>
#include <sys/mman.h>

void
large_pages_wish(void *memory, size_t size)
{
    const uintptr_t page = 1 << 21;
    uintptr_t start = ((uintptr_t)memory + page - 1) & ~(page - 1);
    uintptr_t stop = ((uintptr_t)memory + size) & ~(page - 1);

    if (start < stop)
        (void)madvise((char *)memory + (start - (uintptr_t)memory), stop - start, MADV_HUGEPAGE);
}
