// test_legs_settings.c - legs that are set up in part, or wrongly.
#include "legs_settings.h"

#include "cmocka_all.h"
#include "rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct legs_settings values;
static const struct setting table[] = {LEGS_SETTINGS(values)};
static const struct settings settings = {"test", "test", table, LENGTH(table)};

// Sets "NAME=value;NAME=value" alone.
static void
set(const char *words)
{
    char reason[256];
    char name[128];

    for (size_t i = 0; i < LENGTH(table); i++) {
        snprintf(name, sizeof(name), "KENTONGAN_%s", table[i].name);
        unsetenv(name);
    }
    while (*words != '\0') {
        size_t length = strcspn(words, "=");
        size_t value_length = strcspn(words + length + 1, ";");
        char value[512];

        snprintf(name, sizeof(name), "KENTONGAN_%.*s", (int)length, words);
        snprintf(value, sizeof(value), "%.*s", (int)value_length, words + length + 1);
        assert_int_equal(setenv(name, value, 1), 0);
        words += length + 1 + value_length;
        words += *words == ';';
    }
    assert_int_equal(settings_read(&settings, reason, sizeof(reason)), 0);
}

static size_t wrong_ones;

// Columns: the setting that is complained about, "" for none; legs that are set up; the settings.
static void
check_row(char *const *column)
{
    const char *name = "";
    const char *reason = NULL;

    set(column[2]);
    reason = legs_settings_wrong(&values, &name);
    if (reason == NULL)
        name = "-";
    else
        assert_true(strlen(reason) > 10);
    if (strcmp(name, column[0]) != 0)
        fail_msg("%s: %s, not %s", column[2], name, column[0]);
    wrong_ones += reason != NULL;
    if (reason != NULL)
        return;
    for (enum leg leg = 0; leg < LEGS; leg++)
        if (legs_settings_has(&values, leg) != (strstr(column[1], leg_name(leg)) != NULL))
            fail_msg("%s: is %s set up?", column[2], leg_name(leg));
}

static void
test_rows(void **state)
{
    (void)state;
    assert_true(rows_each("legs_settings.tsv", 3, check_row) >= 60);
    assert_true(wrong_ones >= 45);
}

static void
test_modes(void **state)
{
    (void)state;
    set("LEG_SMS=null;LEG_EMAIL=flaky");
    assert_null(legs_settings_wrong(&values, &(const char *){NULL}));
    assert_int_equal(legs_settings_mode(&values, LEG_WEBPUSH), LEGS_MODE_ON);
    assert_int_equal(legs_settings_mode(&values, LEG_SMS), LEGS_MODE_NULL);
    assert_int_equal(legs_settings_mode(&values, LEG_EMAIL), LEGS_MODE_FLAKY);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_modes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
