// test_settings.c - where values come from, what is refused, and what the table prints.
#include "child.h"
#include "cmocka_all.h"
#include "settings.h"
#include "version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
    const char *place, *token;
    int64_t wait_ms;
    bool open;
} got;

static const struct setting table[] = {
    {"T_PLACE", SETTING_TEXT, "tcp://127.0.0.1:1", 0, 0, false, "where it is: here|there", &got.place},
    {"T_TOKEN", SETTING_TEXT, "", 0, 0, true, "what opens it", &got.token},
    {"T_WAIT_MS", SETTING_INTEGER, "2000", 10, 60000, false, "how long it waits, ms", &got.wait_ms},
    {"T_OPEN", SETTING_FLAG, "no", 0, 0, false, "whether it is open", &got.open},
};
static const struct settings settings = {"kentongan-test", "tests the settings", table, LENGTH(table)};

static char reason[256];

static int
read_all(void)
{
    memset(&got, 0, sizeof(got));
    *reason = '\0';
    return settings_read(&settings, reason, sizeof(reason));
}

static int
unset_all(void **state)
{
    (void)state;
    unsetenv("KENTONGAN_T_PLACE");
    unsetenv("KENTONGAN_T_TOKEN");
    unsetenv("KENTONGAN_T_TOKEN_FILE");
    unsetenv("KENTONGAN_T_WAIT_MS");
    unsetenv("KENTONGAN_T_OPEN");
    return 0;
}

static void
set(const char *name, const char *value)
{
    assert_int_equal(setenv(name, value, 1), 0);
}

static void
falls_back(void **state)
{
    (void)state;
    assert_int_equal(read_all(), 0);
    assert_string_equal(got.place, "tcp://127.0.0.1:1");
    assert_string_equal(got.token, "");
    assert_int_equal(got.wait_ms, 2000);
    assert_false(got.open);
}

static void
reads_the_environment(void **state)
{
    (void)state;
    set("KENTONGAN_T_PLACE", "");
    set("KENTONGAN_T_TOKEN", "s3cret");
    set("KENTONGAN_T_WAIT_MS", "60000");
    set("KENTONGAN_T_OPEN", "yes");
    assert_int_equal(read_all(), 0);
    assert_string_equal(got.place, "");
    assert_string_equal(got.token, "s3cret");
    assert_int_equal(got.wait_ms, 60000);
    assert_true(got.open);
}

static void
refuses_wrong_values(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value;
    } rows[] = {
        {"KENTONGAN_T_WAIT_MS", ""},
        {"KENTONGAN_T_WAIT_MS", "9"},
        {"KENTONGAN_T_WAIT_MS", "60001"},
        {"KENTONGAN_T_WAIT_MS", "-1"},
        {"KENTONGAN_T_WAIT_MS", "2s"},
        {"KENTONGAN_T_WAIT_MS", "1e3"},
        {"KENTONGAN_T_WAIT_MS", " 100"},
        {"KENTONGAN_T_WAIT_MS", "+100"},
        {"KENTONGAN_T_WAIT_MS", "99999999999999999999"},
        {"KENTONGAN_T_OPEN", ""},
        {"KENTONGAN_T_OPEN", "true"},
        {"KENTONGAN_T_OPEN", "YES"},
        {"KENTONGAN_T_PLACE", "\xff"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        unset_all(NULL);
        set(rows[i].name, rows[i].value);
        if (read_all() != -1)
            fail_msg("%s=%s was taken", rows[i].name, rows[i].value);
        assert_memory_equal(reason, rows[i].name, strlen(rows[i].name));
        assert_null(strchr(reason, '\n'));
    }
}

static void
complains_in_one_line(void **state)
{
    (void)state;
    set("KENTONGAN_T_WAIT_MS", "1\n2");
    assert_int_equal(read_all(), -1);
    assert_string_equal(reason, "KENTONGAN_T_WAIT_MS: \"1?2\" is not a whole number from 10 to 60000");
}

static void
write_secret(char path[32], const char *text)
{
    snprintf(path, 32, "/tmp/kentongan-test-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    set("KENTONGAN_T_TOKEN_FILE", path);
}

static void
reads_a_secret_from_a_file(void **state)
{
    (void)state;
    char path[32];
    write_secret(path, "hush hush\r\nsecond line\n");
    assert_int_equal(read_all(), 0);
    assert_string_equal(got.token, "hush hush");
    const char *first = got.token;
    assert_int_equal(read_all(), 0);
    assert_ptr_equal(got.token, first);

    set("KENTONGAN_T_TOKEN", "");
    assert_int_equal(read_all(), 0);
    assert_string_equal(got.token, "hush hush");

    set("KENTONGAN_T_TOKEN", "too");
    assert_int_equal(read_all(), -1);
    assert_string_equal(reason, "KENTONGAN_T_TOKEN: is set twice, here and by KENTONGAN_T_TOKEN_FILE");
    unlink(path);

    unsetenv("KENTONGAN_T_TOKEN");
    assert_int_equal(read_all(), -1);
    assert_non_null(strstr(reason, "KENTONGAN_T_TOKEN_FILE: cannot open "));

    write_secret(path, "\nhush\n");
    assert_int_equal(read_all(), -1);
    assert_non_null(strstr(reason, "is empty"));
    unlink(path);
}

static void
load(const void *argument)
{
    char first[64];
    snprintf(first, sizeof(first), "%s", argument ? (const char *)argument : "");
    char *argv[] = {(char[]){"kentongan-test"}, argument ? first : NULL, NULL};
    settings_load(&settings, argument ? 2 : 1, argv);
    printf("loaded %lld\n", (long long)got.wait_ms);
}

static void
load_two(const void *argument)
{
    char second[64];
    snprintf(second, sizeof(second), "%s", (const char *)argument);
    char *argv[] = {(char[]){"kentongan-test"}, (char[]){"--help"}, second, NULL};
    settings_load(&settings, 3, argv);
}

static void
loads_or_exits(void **state)
{
    (void)state;
    struct child child = child_run(load, NULL);
    assert_int_equal(child.code, 0);
    assert_string_equal(child.out, "loaded 2000\n");

    set("KENTONGAN_T_WAIT_MS", "never");
    child = child_run(load, NULL);
    assert_int_equal(child.code, EXIT_SETTINGS);
    assert_string_equal(child.out, "");
    assert_int_equal(child_count(child.err, "\n"), 1);
    assert_non_null(strstr(child.err, "SETTING_WRONG"));
    assert_non_null(
        strstr(child.err, "KENTONGAN_T_WAIT_MS: \"never\" is not a whole number from 10 to 60000"));
    child = child_run(load, "--show-settings");
    assert_int_equal(child.code, EXIT_SETTINGS);
}

static void
exits_for_a_wrong_argument(void **state)
{
    (void)state;
    static const char *const wrong[] = {"--halp", "-h", "start", ""};
    for (size_t i = 0; i < LENGTH(wrong); i++) {
        struct child child = child_run(load, wrong[i]);
        assert_int_equal(child.code, 64);
        assert_int_equal(child_count(child.err, "\n"), 1);
        assert_non_null(strstr(child.err, wrong[i]));
    }
    struct child child = child_run(load_two, "twice");
    assert_int_equal(child.code, 64);
    assert_non_null(strstr(child.err, "twice"));
}

static void
helps(void **state)
{
    (void)state;
    set("KENTONGAN_T_WAIT_MS", "wrong, and yet help has to come");
    struct child child = child_run(load, "--help");
    assert_int_equal(child.code, 0);
    assert_non_null(strstr(child.out, "kentongan-test - tests the settings\n"));
    assert_non_null(strstr(child.out, "KENTONGAN_T_WAIT_MS (default 2000; 10 .. 60000)"));
    assert_non_null(strstr(child.out, "KENTONGAN_T_TOKEN_FILE"));
    for (size_t i = 0; i < LENGTH(table); i++) {
        assert_non_null(strstr(child.out, table[i].name));
        assert_non_null(strstr(child.out, table[i].help));
    }
    child = child_run(load, "--version");
    assert_int_equal(child.code, 0);
    assert_string_equal(child.out, "kentongan-test " KENTONGAN_VERSION "\n");
}

static void
shows_settings_but_no_secret(void **state)
{
    (void)state;
    set("KENTONGAN_T_PLACE", "ipc:///run/x");
    set("KENTONGAN_T_TOKEN", "s3cret");
    struct child child = child_run(load, "--show-settings");
    assert_int_equal(child.code, 0);
    assert_string_equal(child.out, "KENTONGAN_T_PLACE=ipc:///run/x    # environment\n"
                                   "KENTONGAN_T_TOKEN=********    # environment\n"
                                   "KENTONGAN_T_WAIT_MS=2000    # default\n"
                                   "KENTONGAN_T_OPEN=no    # default\n");
    char path[32];
    unsetenv("KENTONGAN_T_TOKEN");
    write_secret(path, "hush");
    child = child_run(load, "--show-settings");
    assert_non_null(strstr(child.out, "KENTONGAN_T_TOKEN=********    # file\n"));
    unlink(path);
}

static void
prints_a_table(void **state)
{
    (void)state;
    struct child child = child_run(load, "--settings-table");
    assert_int_equal(child.code, 0);
    assert_string_equal(child.out, "| setting | default | what |\n|---|---|---|\n"
                                   "| `KENTONGAN_T_PLACE` | tcp://127.0.0.1:1 | where it is: here\\|there |\n"
                                   "| `KENTONGAN_T_TOKEN` | none (secret) | what opens it |\n"
                                   "| `KENTONGAN_T_WAIT_MS` | 2000 | how long it waits, ms (10 .. 60000) |\n"
                                   "| `KENTONGAN_T_OPEN` | no | whether it is open (yes or no) |\n");
}

static void
version_is_that_of_the_build(void **state)
{
    (void)state;
    char text[4096];
    FILE *file = fopen(SOURCE_DIR "/CMakeLists.txt", "r");
    assert_non_null(file);
    size_t length = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[length] = '\0';
    assert_non_null(strstr(text, "project(kentongan VERSION " KENTONGAN_VERSION " "));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(falls_back, unset_all),
        cmocka_unit_test_setup(reads_the_environment, unset_all),
        cmocka_unit_test_setup(refuses_wrong_values, unset_all),
        cmocka_unit_test_setup(complains_in_one_line, unset_all),
        cmocka_unit_test_setup(reads_a_secret_from_a_file, unset_all),
        cmocka_unit_test_setup(loads_or_exits, unset_all),
        cmocka_unit_test_setup(exits_for_a_wrong_argument, unset_all),
        cmocka_unit_test_setup(helps, unset_all),
        cmocka_unit_test_setup(shows_settings_but_no_secret, unset_all),
        cmocka_unit_test_setup(prints_a_table, unset_all),
        cmocka_unit_test(version_is_that_of_the_build),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
