// test_failpoint.c - a process dies at the named place, at the named time, and nowhere else.
#include "child.h"
#include "cmocka_all.h"
#include "failpoint.h"

#include "check.h"
#include "settings.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static void
pass(const void *setting)
{
    CHECK(setting ? setenv("KENTONGAN_FAILPOINT", setting, 1) == 0 : unsetenv("KENTONGAN_FAILPOINT") == 0);
    for (int i = 1; i <= 3; i++) {
        printf("%d", i);
        fflush(stdout);
        failpoint("here");
        failpoint("there");
    }
}

static void
kills_when_told(void **state)
{
    (void)state;
    static const struct {
        const char *setting;
        const char *printed;
    } rows[] = {{"here", "1"}, {"here:1", "1"}, {"here:2", "12"}, {"there:3", "123"}};
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct child child = child_run(pass, rows[i].setting);
        assert_int_equal(child.signal, SIGKILL);
        assert_string_equal(child.out, rows[i].printed);
        assert_int_equal(child_count(child.err, "FAILPOINT name="), 1);
    }
}

static void
lets_pass_otherwise(void **state)
{
    (void)state;
    static const char *const settings[] = {NULL, "", "elsewhere", "her", "here.more", "here:4"};
    for (size_t i = 0; i < LENGTH(settings); i++) {
        struct child child = child_run(pass, settings[i]);
        assert_int_equal(child.code, 0);
        assert_string_equal(child.out, "123");
    }
}

static void
refuses_nonsense(void **state)
{
    (void)state;
    static const char *const settings[] = {":", ":3", "here:", "here:0", "here:x", "here:-1"};
    for (size_t i = 0; i < LENGTH(settings); i++) {
        struct child child = child_run(pass, settings[i]);
        assert_int_equal(child.code, EXIT_SETTINGS);
        assert_string_equal(child.out, "1");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kills_when_told),
        cmocka_unit_test(lets_pass_otherwise),
        cmocka_unit_test(refuses_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
