// test_commands.c - the table of sub-commands: complete, and what cannot be understood is exit code 2.
#include "check.h"
#include "cmocka_all.h"
#include "commands.h"
#include "names.h"

#include <stdio.h>
#include <string.h>

static void
every_command_has_help_with_an_example(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_count; i++) {
        char start[64];

        snprintf(start, sizeof(start), "kentongan %s", commands[i].name);
        assert_non_null(commands[i].run);
        assert_int_equal(strncmp(commands[i].help, start, strlen(start)), 0);
        // An example is a line of its own, two blanks in.
        snprintf(start, sizeof(start), "\n  kentongan %s", commands[i].name);
        if (strstr(commands[i].help, start) == NULL && strcmp(commands[i].name, "status") != 0)
            fail_msg("%s has no example", commands[i].name);
        assert_null(strchr(commands[i].summary, '\n'));
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(commands[i].name, commands[k].name);
    }
}

static int
run(const char *first, const char *second, const char *third)
{
    const char *const given[] = {"kentongan", first, second, third};
    char words[LENGTH(given)][64];
    char *argv[LENGTH(given) + 1] = {NULL};
    int argc = 0;

    for (; argc < (int)LENGTH(given) && given[argc] != NULL; argc++) {
        snprintf(words[argc], sizeof(words[argc]), "%s", given[argc]);
        argv[argc] = words[argc];
    }
    return commands_run(argc, argv);
}

static void
what_cannot_be_understood_is_exit_code_2(void **state)
{
    (void)state;
    assert_int_equal(run("frobnicate", NULL, NULL), 2);
    assert_int_equal(run("help", "frobnicate", NULL), 2);
    assert_int_equal(run("publish", NULL, NULL), 2);
    assert_int_equal(run("publish", "--generate", "0"), 2);
    assert_int_equal(run("publish", "/nowhere/reports.tsv", NULL), 2);
    assert_int_equal(run("publish", "/nowhere/reports", NULL), 2);
    assert_int_equal(run("classify", "--data", "/nowhere"), 2);
    assert_int_equal(run("classify", "--index", "0"), 2);
    assert_int_equal(run("similar", "one", "two"), 2);
    assert_int_equal(run("show", NULL, NULL), 2);
    assert_int_equal(run("integrator", NULL, NULL), 2);
    assert_int_equal(run("integrator", "add", "x"), 2);
    assert_int_equal(run("device", "remove", "x"), 2);
    assert_int_equal(run("route", "set", "bridge"), 2);
    assert_int_equal(run("policy", "add", "first_response"), 2);
    assert_int_equal(run("parked", "retry", "0"), 2);
    assert_int_equal(run("keygen", "rsa", NULL), 2);
    assert_int_equal(run("correct", NULL, NULL), 2);
    assert_int_equal(run("correct", "JT-7K2M-90QX-4", "--split"), 2);
    assert_int_equal(run("shelf", "take", NULL), 2);
    assert_int_equal(run("shelf", "take", "--kind=greeting"), 2);
    assert_int_equal(run("model", "install", NULL), 2);
    assert_int_equal(run("model", "install", "/nowhere/office.model"), 2);
    assert_int_equal(run("model", "use", NULL), 2);
    assert_int_equal(run("status", "--jsn", NULL), 2);
}

static void
asking_for_help_is_no_error(void **state)
{
    (void)state;
    assert_int_equal(run(NULL, NULL, NULL), 0);
    assert_int_equal(run("--help", NULL, NULL), 0);
    assert_int_equal(run("help", NULL, NULL), 0);
    assert_int_equal(run("help", "show", NULL), 0);
    assert_int_equal(run("show", "--help", NULL), 0);
}

static void
channels_have_a_name_and_a_number(void **state)
{
    (void)state;
    for (int number = 1; number <= 14; number++)
        assert_int_equal(names_channel_number(names_channel(number), strlen(names_channel(number))), number);
    assert_int_equal(names_channel_number("CHANNEL_WALK_IN", 15), 6);
    assert_int_equal(names_channel_number("WhatsApp", 8), 4);
    assert_int_equal(names_channel_number("14", 2), 14);
    assert_int_equal(names_channel_number("0", 1), -1);
    assert_int_equal(names_channel_number("15", 2), -1);
    assert_int_equal(names_channel_number("", 0), -1);
    assert_int_equal(names_channel_number("CHANNEL_", 8), -1);
    assert_string_equal(names_channel(15), "unknown");
    assert_string_equal(names_status(4), "RETRY_LATER");
    assert_string_equal(names_notice_kind(5), "breach");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_has_help_with_an_example),
        cmocka_unit_test(what_cannot_be_understood_is_exit_code_2),
        cmocka_unit_test(asking_for_help_is_no_error),
        cmocka_unit_test(channels_have_a_name_and_a_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
