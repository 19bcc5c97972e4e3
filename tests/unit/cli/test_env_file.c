// test_env_file.c - the file of settings that a deployment leaves for the CLI.
#include "cmocka_all.h"
#include "env_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct line_case {
    const char *line;
    int found;
    const char *name, *value;
};

static void
reads_lines(void **state)
{
    static const struct line_case cases[] = {
        {"KENTONGAN_A=b", 1, "KENTONGAN_A", "b"},
        {"export KENTONGAN_A=\"host=/run x=y\"\n", 1, "KENTONGAN_A", "host=/run x=y"},
        {"  export   A='it is'  ", 1, "A", "it is"},
        {"A=\"say \\\"hi\\\" \\$HOME \\n\"", 1, "A", "say \"hi\" $HOME \\n"},
        {"A='a\\'", 1, "A", "a\\"},
        {"A='x' # why", 1, "A", "x"},
        {"A=", 1, "A", ""},
        {"A=a=b", 1, "A", "a=b"},
        {"", 0, NULL, NULL},
        {"   \r\n", 0, NULL, NULL},
        {"# A=b", 0, NULL, NULL},
        {"A", -1, NULL, NULL},
        {"=b", -1, NULL, NULL},
        {"A B=c", -1, NULL, NULL},
        {"1A=c", -1, NULL, NULL},
        {"A='open", -1, NULL, NULL},
        {"A=\"open\\\"", -1, NULL, NULL},
        {"A='x'y", -1, NULL, NULL},
    };
    (void)state;

    for (size_t i = 0; i < LENGTH(cases); i++) {
        char line[128];
        const char *name = NULL;
        const char *value = NULL;

        snprintf(line, sizeof(line), "%s", cases[i].line);
        int found = env_file_line(line, &name, &value);
        if (found != cases[i].found)
            fail_msg("line %zu: %s", i, cases[i].line);
        if (found == 1) {
            assert_string_equal(name, cases[i].name);
            assert_string_equal(value, cases[i].value);
        }
    }
}

// Writes text to a file of its own and loads it.
static int
load(const char *text, char *reason, size_t size)
{
    char path[] = "/tmp/kentongan-env-XXXXXX";
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    int rc = env_file_load(path, reason, size);
    unlink(path);
    return rc;
}

static void
what_is_set_already_wins(void **state)
{
    char reason[256] = "";
    (void)state;

    setenv("KENTONGAN_TEST_SET", "mine", 1);
    unsetenv("KENTONGAN_TEST_UNSET");
    assert_int_equal(
        load("KENTONGAN_TEST_SET=theirs\nKENTONGAN_TEST_UNSET=theirs\n", reason, sizeof(reason)), 0);
    assert_string_equal(getenv("KENTONGAN_TEST_SET"), "mine");
    assert_string_equal(getenv("KENTONGAN_TEST_UNSET"), "theirs");
}

static void
other_variables_are_left_alone(void **state)
{
    char reason[256] = "";
    (void)state;

    unsetenv("TEST_OTHER");
    assert_int_equal(load("TEST_OTHER=x\n", reason, sizeof(reason)), 0);
    assert_null(getenv("TEST_OTHER"));
}

static void
an_error_names_the_line(void **state)
{
    char reason[256] = "";
    (void)state;

    assert_int_equal(load("# fine\nKENTONGAN_A=b\nnonsense\n", reason, sizeof(reason)), -1);
    assert_non_null(strstr(reason, "line 3"));
}

static void
a_missing_file_is_told_apart(void **state)
{
    char reason[256] = "";
    (void)state;

    assert_int_equal(env_file_load("/nowhere/kentongan.env", reason, sizeof(reason)), 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_lines),
        cmocka_unit_test(what_is_set_already_wins),
        cmocka_unit_test(other_variables_are_left_alone),
        cmocka_unit_test(an_error_names_the_line),
        cmocka_unit_test(a_missing_file_is_told_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
