// fuzz_jpeg.c - any bytes at all as an officer's picture.
//
// What is taken is no longer than what came, stays as it is when it is stripped again, and holds no segment
// of the kinds that cameras write into.
#include "fuzz.h"

#include "check.h"
#include "jpeg.h"

#include <string.h>

// Segments before the first scan.
static void
check_segments(const uint8_t *data, size_t length)
{
    size_t at = 2;

    while (data[at + 1] != 0xda) {
        CHECK(data[at] == 0xff);
        CHECK(data[at + 1] < 0xe1 || data[at + 1] == 0xee);
        at += 2 + ((size_t)data[at + 2] << 8) + data[at + 3];
        CHECK(at + 3 < length);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct str once, twice;

    str_clear(&once);
    str_clear(&twice);
    if (jpeg_strip(data, size, &once) < 0) {
        CHECK(once.length == 0);
        return 0;
    }
    CHECK(once.length <= size);
    check_segments((const uint8_t *)once.data, once.length);
    int rc = jpeg_strip((const uint8_t *)once.data, once.length, &twice);
    CHECK(rc == 0 && twice.length == once.length && memcmp(once.data, twice.data, once.length) == 0);
    return 0;
}
