// test_reach.c - whom a step means, by the table reach.tsv, and who of them is told already.
#include "reach.h"

#include "cmocka_all.h"
#include "rows.h"
#include "str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
none_removed(void *self, struct device *device)
{
    (void)self;
    (void)device;
}

static void
put(struct devices *devices, const char *agency, const char *phone)
{
    char role[16];
    char leg[16];
    long long id = 0;
    struct device_row row = {.agency = agency, .endpoint = "nowhere"};

    // NOLINTNEXTLINE(cert-err34-c): the table is ours
    assert_int_equal(sscanf(phone, "%lld:%15[^:]:%15s", &id, role, leg), 3);
    row.id = id;
    row.leg = leg_parse(leg);
    row.role = device_role_parse(strcmp(role, "-") == 0 ? "" : role);
    assert_true(row.leg != LEGS && (row.role != PERSON_NOBODY || role[0] == '-'));
    devices_load_put(devices, &row);
}

static struct devices *
make(const char *phones)
{
    struct devices *devices = devices_new(ENDPOINT_ALLOW, false);
    char *copy = strdup(phones);
    char *rest = copy;
    char *phone = NULL;

    devices_load_begin(devices);
    // The list of an agency begins with what came last.
    put(devices, "TRIAGE", "92:officer:webpush");
    put(devices, "TRIAGE", "91:desk:webpush");
    put(devices, "TRIAGE", "90:-:webpush");
    put(devices, "SEKDA", "95:sekda:webpush");
    while ((phone = strsep(&rest, " ")) != NULL)
        if (phone[0] != '\0')
            put(devices, "DISHUB", phone);
    devices_load_end(devices, none_removed, NULL);
    free(copy);
    return devices;
}

static int
by_number(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static unsigned
legs_of(const char *words)
{
    unsigned legs = 0;

    for (enum leg leg = 0; leg < LEGS; leg++)
        if (strstr(words, leg_name(leg)) != NULL)
            legs |= 1U << leg;
    return legs;
}

static void
check(char *const *column)
{
    struct devices *devices = make(column[0]);
    const struct ring_step step = {.legs = legs_of(column[3]), .whom = ring_whom_parse(column[2])};
    struct reach reach = reach_of(devices, "DISHUB", step_role(column[1]), &step, (1U << LEGS) - 1);
    struct str reached = {0};
    int ids[16];
    size_t count = 0;

    for (const struct device *device = NULL; (device = reach_next(&reach, device)) != NULL;)
        ids[count++] = (int)device->id;
    qsort(ids, count, sizeof(*ids), by_number);
    str_add_text(&reached, "");
    for (size_t i = 0; i < count; i++)
        str_format(&reached, "%s%d", i > 0 ? " " : "", ids[i]);
    if (strcmp(reached.data, column[4]) != 0)
        fail_msg("[%s] %s %s %s: should reach [%s] and reaches [%s] (%s)", column[0], column[1], column[2],
            column[3], column[4], reached.data, column[5]);
    str_free(&reached);
    devices_destroy(&devices);
}

static void
test_table(void **state)
{
    (void)state;
    assert_true(rows_each("reach.tsv", 6, check) >= 22);
}

static void
test_legs_that_are_not_up_are_left_out(void **state)
{
    struct devices *devices = make("1:officer:webpush 2:officer:ntfy");
    const struct ring_step step = {.legs = (1U << LEGS) - 1, .whom = WHOM_SAME};
    struct reach reach = reach_of(devices, "DISHUB", STEP_ROLE_NONE, &step, 1U << LEG_NTFY);

    (void)state;
    assert_int_equal(reach_next(&reach, NULL)->id, 2);
    assert_null(reach_next(&reach, reach_next(&reach, NULL)));
    reach = reach_of_one(devices, "DISHUB", 1);
    assert_int_equal(reach_next(&reach, NULL)->id, 1);
    assert_null(reach_next(&reach, reach_next(&reach, NULL)));
    reach = reach_of_one(devices, "DISHUB", 95);
    assert_null(reach_next(&reach, NULL));
    devices_destroy(&devices);
}

static void
test_reading_who_was_told(void **state)
{
    struct told told[3];

    (void)state;
    assert_int_equal(reach_told("", told, 3), 0);
    assert_int_equal(reach_told("7 2 retry 5000,8 1 accepted 0,0 1 no_device 0,9 1 gone 0", told, 3), 3);
    assert_int_equal(told[0].device_id, 7);
    assert_int_equal(told[0].attempt, 2);
    assert_int_equal(told[0].wait_ms, 5000);
    assert_true(told[0].again && !told[0].gone);
    assert_true(!told[1].again && !told[1].gone);
    assert_int_equal(told[2].device_id, 0);
    assert_int_equal(reach_told("x", told, 3), 0);
    assert_int_equal(
        reach_told("7 1 retry 0,8 2 accepted 0,7 3 accepted 0,7 2 retry 9,8 1 retry 0", told, 3), 2);
    assert_int_equal(told[0].attempt, 3);
    assert_false(told[0].again);
    assert_int_equal(told[1].attempt, 2);
    assert_false(told[1].again);
    assert_int_equal(reach_told("1 1 retry 0,2 1 retry 0,3 1 retry 0,4 1 retry 0,1 2 gone 0", told, 3), 3);
    assert_true(told[0].gone);
}

// created at 100; the old phone was added before, the new one after.
static bool
is_open(const char *text, bool is_new)
{
    struct device device = {.id = 7, .added_at_ms = is_new ? 200 : 50};
    struct told told[8];

    return reach_is_open(told, reach_told(text, told, 8), &device, 100, NULL);
}

static void
test_who_is_still_to_be_told(void **state)
{
    struct told told[8];
    const struct told *last = NULL;
    struct device device = {.id = 7};

    (void)state;
    assert_true(is_open("", false));
    assert_true(is_open("", true));
    assert_false(is_open("7 1 accepted 0", false));
    assert_true(is_open("7 1 retry 10", false));
    assert_false(is_open("7 2 gone 0", false));
    assert_true(is_open("8 1 accepted 0", false));
    assert_false(is_open("8 1 accepted 0", true));
    assert_false(is_open("0 1 no_device 0", true));
    assert_true(is_open("8 1 gone 0", true));
    assert_true(is_open("8 1 retry 10", true));

    assert_true(reach_is_open(told, 0, NULL, 100, NULL));
    assert_false(reach_is_open(told, reach_told("0 1 no_device 0", told, 8), NULL, 100, NULL));
    assert_true(reach_is_open(told, reach_told("9 3 gone 0", told, 8), NULL, 100, NULL));
    assert_true(reach_is_open(told, reach_told("9 3 retry 0", told, 8), NULL, 100, NULL));
    assert_false(reach_is_open(told, reach_told("9 3 accepted 0", told, 8), NULL, 100, NULL));

    assert_true(reach_is_open(told, reach_told("8 1 gone 0,7 4 retry 30", told, 8), &device, 100, &last));
    assert_int_equal(last->attempt, 4);
    assert_true(reach_is_open(told, reach_told("8 1 gone 0", told, 8), &device, 100, &last));
    assert_null(last);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_legs_that_are_not_up_are_left_out),
        cmocka_unit_test(test_reading_who_was_told),
        cmocka_unit_test(test_who_is_still_to_be_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
