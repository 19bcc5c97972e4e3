// test_ring.c - when the steps of a ring are due, by the table rings.tsv.
#include "ring.h"

#include "cmocka_all.h"
#include "legs.h"
#include "rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE_MS INT64_C(60000)

enum { DAY_MINUTES = 1440, LOCAL_MINUTES = 420 };

static const int64_t midnight = INT64_C(1795280400000); // 2026-11-22 00:00 in Asia/Jakarta

static void
put(struct ladders *ladders, const struct ring_row *row)
{
    assert_int_equal(ring_add(ladders, row), 0);
}

static void
ladder(struct ladders *ladders)
{
    static const struct ring_row rows[] = {
        {"darurat", "", "webpush,ntfy", "same", 0, 0},
        {"darurat", "", "webpush,ntfy", "same", 1, 2 * MINUTE_MS},
        {"darurat", "", "sms", "same", 2, 5 * MINUTE_MS},
        {"darurat", "", "webpush,sms", "deputy", 3, 10 * MINUTE_MS},
        {"darurat", "", "", "call", 4, 20 * MINUTE_MS},
        {"segera", "", "webpush", "same", 0, 0},
        {"segera", "", "webpush", "same", 1, 10 * MINUTE_MS},
        {"segera", "sekda", "webpush,email", "same", 0, 0},
        {"segera", "sekda", "sms", "same", 1, 30 * MINUTE_MS},
        {"biasa", "", "webpush", "same", 0, 0},
        {"biasa", "", "webpush", "same", 1, 60 * MINUTE_MS},
        {"biasa", "", "", "call", 2, 720 * MINUTE_MS},
        {"biasa", "sekda", "webpush,email", "same", 0, 0},
    };

    memset(ladders, 0, sizeof(*ladders));
    for (size_t i = 0; i < LENGTH(rows); i++)
        put(ladders, &rows[i]);
}

// "20:30" or "05:00+1" in minutes; -1 for "-".
static int
minutes(const char *text)
{
    int hour = 0;
    int minute = 0;
    int days = 0;

    if (strcmp(text, "-") == 0)
        return -1;
    // NOLINTNEXTLINE(cert-err34-c): the table is ours
    assert_true(sscanf(text, "%d:%d+%d", &hour, &minute, &days) >= 2);
    return days * DAY_MINUTES + hour * 60 + minute;
}

static int64_t
time_of(const char *text)
{
    return minutes(text) < 0 ? 0 : midnight + (int64_t)minutes(text) * MINUTE_MS;
}

static void
check(char *const *column)
{
    struct ladders ladders;
    struct ring_facts facts = {
        .severity = ring_severity_parse(column[0]),
        .started_at_ms = time_of(column[2]),
        .due_at_ms = time_of(column[3]),
    };
    int step = (int)strtol(column[5], NULL, 10);
    int64_t due = 0;
    int64_t again = 0;

    ladder(&ladders);
    ladders.is_quiet = strcmp(column[4], "-") != 0;
    if (ladders.is_quiet) {
        char from[6];

        memcpy(from, column[4], 5);
        from[5] = '\0';
        ladders.quiet_from = minutes(from);
        ladders.quiet_until = minutes(column[4] + 6);
    }
    facts.ladder = ring_ladder(&ladders, facts.severity, step_role(column[1]));
    due = ring_due_ms(&ladders, &facts, step);
    again = ring_again_ms(&ladders, &facts, step, LEG_WEBPUSH);
    if (due != time_of(column[6]) || again != time_of(column[7]))
        fail_msg("%s %s of %s, step %d: due %lld, again %lld (minutes since midnight)", column[0], column[1],
            column[2], step, (long long)((due - midnight) / MINUTE_MS),
            (long long)((again - midnight) / MINUTE_MS));
}

static void
test_table(void **state)
{
    (void)state;
    assert_true(rows_each("rings.tsv", 8, check) >= 28);
}

// What a ringer is asked at the moment: is it night for them now?
static void
test_quiet_now(void **state)
{
    struct ladders ladders;
    struct ring_facts facts = {.severity = SEVERITY_BIASA};

    (void)state;
    ladder(&ladders);
    facts.ladder = ring_ladder(&ladders, SEVERITY_BIASA, STEP_ROLE_NONE);
    assert_true(ring_quiet_until_ms(&ladders, &facts, time_of("23:00")) == 0);
    ladders.is_quiet = true;
    ladders.quiet_from = 21 * 60;
    ladders.quiet_until = 5 * 60;
    assert_true(ring_quiet_until_ms(&ladders, &facts, time_of("20:59") + 59999) == 0);
    assert_true(ring_quiet_until_ms(&ladders, &facts, time_of("21:00")) == time_of("05:00+1"));
    assert_true(ring_quiet_until_ms(&ladders, &facts, time_of("23:59") + 1) == time_of("05:00+1"));
    assert_true(ring_quiet_until_ms(&ladders, &facts, time_of("04:59") + 59999) == time_of("05:00"));
    assert_true(ring_quiet_until_ms(&ladders, &facts, time_of("05:00")) == 0);
    facts.severity = SEVERITY_SEGERA;
    assert_true(ring_quiet_until_ms(&ladders, &facts, time_of("23:00")) == 0);
}

static void
test_rows_that_make_no_ladder(void **state)
{
    static const struct ring_row rows[] = {
        {"gawat", "", "webpush", "same", 0, 0},
        {"biasa", "mayor", "webpush", "same", 0, 0},
        {"biasa", "", "webpush", "everybody", 0, 0},
        {"biasa", "", "webpush", "same", 1, 0},
        {"biasa", "", "webpush", "same", -1, 0},
        {"biasa", "", "webpush", "same", 12, 0},
    };
    static const struct ring_row strange = {"biasa", "", "pigeon,webpush,,sms", "same", 0, 0};
    struct ladders ladders = {0};
    const struct ladder *made = NULL;

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        assert_int_equal(ring_add(&ladders, &rows[i]), -1);
    put(&ladders, &strange);
    assert_int_equal(ring_add(&ladders, &strange), -1); // twice
    made = ring_ladder(&ladders, SEVERITY_BIASA, STEP_ROLE_DESK);
    assert_int_equal(made->count, 1);
    assert_int_equal(made->steps[0].legs, 1U << LEG_WEBPUSH | 1U << LEG_SMS);
    assert_int_equal(ring_ladder(&ladders, SEVERITY_DARURAT, STEP_ROLE_DESK)->count, 0);
}

static void
test_severities_and_words(void **state)
{
    (void)state;
    assert_int_equal(ring_severity(NOTICE_TICKET_OPENED, false), SEVERITY_BIASA);
    assert_int_equal(ring_severity(NOTICE_WARNING_50, false), SEVERITY_BIASA);
    assert_int_equal(ring_severity(NOTICE_INCIDENT, false), SEVERITY_BIASA);
    assert_int_equal(ring_severity(NOTICE_WARNING_80, false), SEVERITY_SEGERA);
    assert_int_equal(ring_severity(NOTICE_BREACH, false), SEVERITY_SEGERA);
    assert_int_equal(ring_severity(NOTICE_ESCALATION, false), SEVERITY_SEGERA);
    assert_int_equal(ring_severity(NOTICE_URGENT, false), SEVERITY_DARURAT);
    assert_int_equal(ring_severity(NOTICE_TICKET_OPENED, true), SEVERITY_DARURAT);
    for (enum severity severity = 0; severity < SEVERITIES; severity++)
        assert_int_equal(ring_severity_parse(ring_severity_word(severity)), severity);
    for (enum whom whom = 0; whom < WHOMS; whom++)
        assert_int_equal(ring_whom_parse(ring_whom_word(whom)), whom);
    assert_int_equal(ring_whom_parse("x"), WHOMS);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_quiet_now),
        cmocka_unit_test(test_rows_that_make_no_ladder),
        cmocka_unit_test(test_severities_and_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
