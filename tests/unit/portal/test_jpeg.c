// test_jpeg.c - what is left of a picture, and what is no picture.
#include "jpeg.h"

#include "cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#define SOI "\xff\xd8"
#define JFIF "\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
#define EXIF                                                                                                 \
    "\xff\xe1\x00\x0a"                                                                                       \
    "Exif\0\0!!"
#define COMMENT "\xff\xfe\x00\x06HERE"
#define ADOBE                                                                                                \
    "\xff\xee\x00\x0e"                                                                                       \
    "Adobe\0\x64\0\0\0\0\x01"
#define TABLE "\xff\xdb\x00\x05\x00\x01\x02"
#define FRAME "\xff\xc0\x00\x0b\x08\x00\x10\x00\x20\x01\x01\x11\x00"
#define SCAN "\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
#define CODED "\x12\xff\x00\x34\xff\xd0\x56"
#define EOI "\xff\xd9"

#define BYTES(text) text, sizeof(text) - 1
#define GOOD SOI JFIF TABLE FRAME SCAN CODED EOI

static void
strips(const char *data, size_t length, const char *wanted, size_t wanted_length)
{
    struct str out = {0};

    str_add_text(&out, "before");
    assert_int_equal(jpeg_strip((const uint8_t *)data, length, &out), 0);
    assert_int_equal(out.length, 6 + wanted_length);
    assert_memory_equal(out.data + 6, wanted, wanted_length);
    str_free(&out);
}

// A copy of just these bytes, so that a sanitizer sees each read beyond them.
static void
refuses(const char *data, size_t length)
{
    struct str out = {0};
    uint8_t *copy = malloc(length > 0 ? length : 1);

    assert_non_null(copy);
    memcpy(copy, data, length);
    assert_int_equal(jpeg_strip(copy, length, &out), -1);
    assert_int_equal(out.length, 0);
    free(copy);
    str_free(&out);
}

static void
keeps_the_picture_and_nothing_else(void **state)
{
    (void)state;
    strips(BYTES(GOOD), BYTES(GOOD));
    strips(BYTES(SOI EXIF JFIF COMMENT TABLE ADOBE FRAME EXIF SCAN CODED EOI),
        BYTES(SOI JFIF TABLE ADOBE FRAME SCAN CODED EOI));
    // Between two scans, and after the end.
    strips(BYTES(SOI FRAME SCAN CODED EXIF TABLE SCAN CODED COMMENT EOI "rumah" SOI EXIF),
        BYTES(SOI FRAME SCAN CODED TABLE SCAN CODED EOI));
    // Every application segment but the two.
    for (unsigned marker = 0xe0; marker <= 0xef; marker++) {
        char data[] = SOI "\xff\xe0\x00\x06HERE" FRAME SCAN CODED EOI;

        data[3] = (char)marker;
        strips(BYTES(data), BYTES(SOI FRAME SCAN CODED EOI));
    }
}

static void
a_header_with_a_thumbnail_goes(void **state)
{
    (void)state;
    strips(BYTES(SOI "\xff\xe0\x00\x13JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01RGB" FRAME SCAN CODED EOI),
        BYTES(SOI FRAME SCAN CODED EOI));
    strips(BYTES(SOI "\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01" FRAME SCAN CODED EOI),
        BYTES(SOI FRAME SCAN CODED EOI));
    strips(BYTES(SOI "\xff\xe0\x00\x0aJFXX\0\x10!!" FRAME SCAN CODED EOI), BYTES(SOI FRAME SCAN CODED EOI));
}

static void
fill_bytes_before_a_marker_go(void **state)
{
    (void)state;
    strips(BYTES(SOI "\xff\xff\xff" FRAME "\xff" SCAN CODED "\xff\xff" EOI), BYTES(SOI FRAME SCAN CODED EOI));
}

static void
each_piece_of_a_picture_is_none(void **state)
{
    const char good[] = GOOD;

    (void)state;
    for (size_t length = 0; length < sizeof(good) - 1; length++)
        refuses(good, length);
}

static void
what_is_no_picture_is_refused(void **state)
{
    (void)state;
    refuses(BYTES("\x89PNG\r\n\x1a\n0123456789"));
    refuses(BYTES("RIFF0000WEBPVP8 "));
    refuses(BYTES("GIF89a" EOI));
    refuses(BYTES(SOI EOI));
    refuses(BYTES(SOI JFIF EOI));
    refuses(BYTES(SOI FRAME EOI));
    refuses(BYTES(SOI SCAN CODED EOI));             // a scan without a frame
    refuses(BYTES(SOI FRAME FRAME SCAN CODED EOI)); // two pictures
    refuses(BYTES(SOI SOI FRAME SCAN CODED EOI));
    refuses(BYTES(SOI "\xff\xd0" FRAME SCAN CODED EOI)); // a restart outside a scan
    refuses(BYTES(SOI "\xff\x01" FRAME SCAN CODED EOI));
    refuses(BYTES(SOI "\xff\x00" FRAME SCAN CODED EOI));
    refuses(BYTES(SOI "x" FRAME SCAN CODED EOI));                // something between two segments
    refuses(BYTES(SOI "\xff\xdb\x00\x01" FRAME SCAN CODED EOI)); // shorter than its length
    refuses(BYTES(SOI "\xff\xdb\x00\x00" FRAME SCAN CODED EOI));
    refuses(BYTES(SOI "\xff\xdb\xff\xff" FRAME SCAN CODED EOI)); // longer than all
    refuses(BYTES(SOI FRAME SCAN CODED "\xff\xe1\xff\xff" EOI));
    refuses(BYTES(SOI FRAME SCAN CODED "\xff"));
}

static void
a_frame_has_a_size(void **state)
{
    (void)state;
    refuses(BYTES(SOI "\xff\xc0\x00\x0b\x08\x00\x00\x00\x20\x01\x01\x11\x00" SCAN CODED EOI));
    refuses(BYTES(SOI "\xff\xc0\x00\x0b\x08\x00\x20\x00\x00\x01\x01\x11\x00" SCAN CODED EOI));
    refuses(BYTES(SOI "\xff\xc2\x00\x0b\x08\xff\xff\x00\x20\x01\x01\x11\x00" SCAN CODED EOI));
    refuses(BYTES(SOI "\xff\xc2\x00\x0b\x08\x00\x20\x40\x01\x01\x01\x11\x00" SCAN CODED EOI));
    refuses(BYTES(SOI "\xff\xc0\x00\x04\x08\x00" SCAN CODED EOI));
    strips(BYTES(SOI "\xff\xc2\x00\x0b\x08\x40\x00\x40\x00\x01\x01\x11\x00" SCAN CODED EOI),
        BYTES(SOI "\xff\xc2\x00\x0b\x08\x40\x00\x40\x00\x01\x01\x11\x00" SCAN CODED EOI));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_the_picture_and_nothing_else),
        cmocka_unit_test(a_header_with_a_thumbnail_goes),
        cmocka_unit_test(fill_bytes_before_a_marker_go),
        cmocka_unit_test(each_piece_of_a_picture_is_none),
        cmocka_unit_test(what_is_no_picture_is_refused),
        cmocka_unit_test(a_frame_has_a_size),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
