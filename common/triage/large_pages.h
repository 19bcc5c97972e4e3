// large_pages.h - for tables that are looked up all over: with small pages the processor has to look up each
// page as well.
#ifndef KENTONGAN_LARGE_PAGES_H
#define KENTONGAN_LARGE_PAGES_H

#include <stddef.h>

// Asks the kernel for large pages where memory[size] has room for them; best before it is first touched. Only
// a wish: without it all is well, but slower.
void large_pages_wish(void *memory, size_t size);

#endif
