// texts.h - an input as several texts, parted by NUL.
#ifndef KENTONGAN_FUZZ_TEXTS_H
#define KENTONGAN_FUZZ_TEXTS_H

#include <stddef.h>
#include <stdint.h>

enum { TEXTS_MOST = 12 };

// Each text is in a block of its very size, so that a sanitizer sees a look behind its end.
struct texts {
    char *text[TEXTS_MOST]; // owned; "" where the input has no more
    size_t count;
};

// Cuts off the first count texts, 1 .. TEXTS_MOST; what follows them is left out.
void texts_cut(struct texts *texts, const uint8_t *data, size_t size, size_t count);
void texts_free(struct texts *texts);

#endif
