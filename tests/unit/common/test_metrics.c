// test_metrics.c - what is written, and what the health check makes of it.
#include "child.h"
#include "clock.h"
#include "cmocka_all.h"
#include "metrics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const int64_t now_ms = INT64_C(1763800000000);
static char folder[32], path[64];

static int
make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof(folder), "/tmp/kentongan-test-XXXXXX");
    clock_set(now_ms);
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof(path), "%s/metrics", folder);
    return 0;
}

static int
remove_folder(void **state)
{
    (void)state;
    clock_set(0);
    unlink(path);
    return rmdir(folder); // fails when anything was left behind
}

static void
read_file(char *text, size_t size)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(text, 1, size - 1, file);
    text[length] = '\0';
    fclose(file);
}

static void
writes_what_was_touched(void **state)
{
    (void)state;
    static struct metric eaten = {"test_eaten_total", "Apples eaten.", 0, NULL};
    static struct metric left = {"test_left", "Apples left.", 0, NULL};
    static struct metric never = {"test_never_total", "Never touched.", 0, NULL};
    char text[2048];
    (void)never;
    metric_add(&eaten, 2);
    metric_add(&eaten, 3);
    metric_set(&left, 7);
    metric_set(&left, -1);
    assert_int_equal(metrics_write(path), 0);
    read_file(text, sizeof(text));
    assert_string_equal(text, "# HELP test_eaten_total Apples eaten.\n"
                              "# TYPE test_eaten_total counter\n"
                              "test_eaten_total 5\n"
                              "# HELP test_left Apples left.\n"
                              "# TYPE test_left gauge\n"
                              "test_left -1\n"
                              "# HELP kentongan_written_seconds When this was written, Unix time.\n"
                              "# TYPE kentongan_written_seconds gauge\n"
                              "kentongan_written_seconds 1763800000\n");
    metric_add(&eaten, 1);
    assert_int_equal(metrics_write(path), 0);
    read_file(text, sizeof(text));
    assert_non_null(strstr(text, "\ntest_eaten_total 6\n"));
}

static void
says_when_it_cannot_write(void **state)
{
    (void)state;
    assert_int_equal(metrics_write("/nonexistent/folder/metrics"), -1);
    // A folder cannot be replaced; the new file must not be left beside it.
    assert_int_equal(metrics_write(folder), -1);
    char beside[64];
    snprintf(beside, sizeof(beside), "%s.new", folder);
    assert_int_equal(access(beside, F_OK), -1);
}

static void
check_health(const void *limit_s)
{
    const int64_t *limit = limit_s;
    exit(metrics_health(path, *limit));
}

static void
health(void **state)
{
    (void)state;
    int64_t limit_s = 30;
    struct child child = child_run(check_health, &limit_s);
    assert_int_equal(child.code, 1);
    assert_int_equal(child_count(child.err, "\n"), 1);

    assert_int_equal(metrics_write(path), 0);
    static const struct {
        int64_t later_ms;
        int code;
    } rows[] = {{0, 0}, {30000, 0}, {31000, 1}, {86400000, 1}, {-30000, 0}, {-31000, 1}};
    for (size_t i = 0; i < LENGTH(rows); i++) {
        clock_set(now_ms + rows[i].later_ms);
        child = child_run(check_health, &limit_s);
        if (child.code != rows[i].code || child_count(child.err, "\n") != rows[i].code)
            fail_msg("row %zu: code %d, %s", i, child.code, child.err);
    }
}

static void
health_of_another_file(void **state)
{
    (void)state;
    int64_t limit_s = 30;
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("something else\nkentongan_written_seconds soon\n", file);
    fclose(file);
    struct child child = child_run(check_health, &limit_s);
    assert_int_equal(child.code, 1);
    assert_non_null(strstr(child.err, "does not say"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(writes_what_was_touched, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(says_when_it_cannot_write, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(health, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(health_of_another_file, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
