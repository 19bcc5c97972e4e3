// test_pages.c - what can be asked for, and nothing else.
#include "check.h"
#include "cmocka_all.h"
#include "pages.h"
#include "str.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

static char folder[40];

static void
write_file(const char *name, const char *text)
{
    char path[200];
    FILE *file = NULL;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    fclose(file);
}

static int
make_folder(void **state)
{
    char path[200];
    struct str long_text = {0};

    (void)state;
    snprintf(folder, sizeof(folder), "/tmp/kentongan-test-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/js", folder);
    assert_int_equal(mkdir(path, 0755), 0);
    for (int i = 0; i < 1000; i++)
        str_add_text(&long_text, "kentongan ");
    write_file("index.html", "<p>hello</p>");
    write_file("lacak.html", "<p>track</p>");
    write_file("js/app.js", long_text.data);
    write_file("js/app.0f3a99c1.js", "x");
    write_file("js/app.0f3a99g1.js", "x");
    write_file("secret.key", "secret");
    write_file(".hidden.html", "secret");
    write_file("notes", "secret");
    str_free(&long_text);
    return 0;
}

static int
remove_folder(void **state)
{
    struct str command = {0};
    int rc = 0;

    (void)state;
    str_format(&command, "rm -r %s", folder);
    rc = system(command.data); // NOLINT(cert-env33-c): our own folder
    str_free(&command);
    return rc;
}

static void
only_what_was_read_can_be_asked_for(void **state)
{
    static const struct {
        const char *path, *found;
    } rows[] = {
        {"/", "/index.html"},
        {"/index.html", "/index.html"},
        {"/index", "/index.html"},
        {"/lacak", "/lacak.html"},
        {"/js/app.js", "/js/app.js"},
        {"/js", NULL},
        {"/js/", NULL},
        {"/secret.key", NULL},
        {"/notes", NULL},
        {"/.hidden.html", NULL},
        {"/js/../index.html", NULL},
        {"/../index.html", NULL},
        {"//index.html", NULL},
        {"/etc/passwd", NULL},
        {"/index.html%00", NULL},
        {"/INDEX.HTML", NULL},
        {"", NULL},
    };
    struct pages *pages = pages_new(folder);

    (void)state;
    assert_non_null(pages);
    assert_int_equal(pages_count(pages), 5);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct page *page = pages_find(pages, rows[i].path);

        if ((page == NULL) != (rows[i].found == NULL) ||
            (page != NULL && strcmp(page->path, rows[i].found) != 0))
            fail_msg("%s", rows[i].path);
    }
    pages_destroy(&pages);
}

static void
zipped_is_the_same(void **state)
{
    struct pages *pages = pages_new(folder);
    const struct page *page = pages_find(pages, "/js/app.js");
    char out[20000];
    z_stream stream = {0};
    union {
        const void *borrowed;
        void *plain;
    } in;

    (void)state;
    assert_string_equal(page->content_type, "text/javascript; charset=utf-8");
    assert_int_equal(page->length, 10000);
    assert_non_null(page->zipped);
    assert_true(page->zipped_length < 500);
    in.borrowed = page->zipped;
    stream.next_in = in.plain;
    stream.avail_in = (uInt)page->zipped_length;
    stream.next_out = (Bytef *)out;
    stream.avail_out = sizeof(out);
    assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
    assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
    assert_int_equal(stream.total_out, page->length);
    assert_memory_equal(out, page->data, page->length);
    inflateEnd(&stream);
    // So short a one does not get smaller.
    assert_null(pages_find(pages, "/index.html")->zipped);
    pages_destroy(&pages);
}

static void
what_has_a_hash_lasts_for_ever(void **state)
{
    struct pages *pages = pages_new(folder);

    (void)state;
    assert_true(pages_find(pages, "/js/app.0f3a99c1.js")->for_ever);
    assert_false(pages_find(pages, "/js/app.0f3a99g1.js")->for_ever);
    assert_false(pages_find(pages, "/js/app.js")->for_ever);
    assert_string_not_equal(pages_find(pages, "/lacak")->etag, pages_find(pages, "/")->etag);
    assert_string_equal(
        pages_find(pages, "/js/app.0f3a99c1.js")->etag, pages_find(pages, "/js/app.0f3a99g1.js")->etag);
    pages_destroy(&pages);
}

static void
a_folder_that_is_not_there_is_told(void **state)
{
    (void)state;
    assert_null(pages_new("/nowhere/pages"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_was_read_can_be_asked_for),
        cmocka_unit_test(zipped_is_the_same),
        cmocka_unit_test(what_has_a_hash_lasts_for_ever),
        cmocka_unit_test(a_folder_that_is_not_there_is_told),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
