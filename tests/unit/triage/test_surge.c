// test_surge.c - when the same matter from many places is one incident, and that a restart changes nothing.
#include "check.h"
#include "cmocka_all.h"
#include "surge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t minute = INT64_C(60) * 1000;
static const int64_t hour = INT64_C(3600) * 1000;
static const int64_t day = INT64_C(24) * 3600 * 1000;
static const int64_t start = INT64_C(1795300000000);

// Semarang, Demak and Kabupaten Semarang touch; Cilacap is far away.
static struct surge *
make_surge(void)
{
    static const char *const pairs[][2] = {
        {"33.74", "33.21"}, {"33.21", "33.74"}, {"33.74", "33.22"}, {"33.22", "33.74"}};
    struct surge *surge = surge_new();

    for (size_t i = 0; i < LENGTH(pairs); i++)
        surge_add_neighbour(surge, pairs[i][0], pairs[i][1]);
    return surge;
}

static int64_t
tell(struct surge *surge, int64_t id, int64_t at_ms, const char *topic, const char *region)
{
    return surge_check(
        surge, &(struct surge_report){
                   .report_id = id, .received_at_ms = at_ms, .topic = topic, .region_code = region});
}

// Tells count reports on floods, ids from first_id on, step_ms apart, from so many districts of a regency.
// Returns what the last one belongs to.
static int64_t
tell_many(
    struct surge *surge, int64_t first_id, size_t count, int64_t step_ms, int districts, const char *regency)
{
    int64_t incident = 0;
    char region[32];

    for (size_t i = 0; i < count; i++) {
        snprintf(region, sizeof(region), "%s.%02d", regency, 1 + (int)i % districts);
        incident = tell(surge, first_id + (int64_t)i, start + (int64_t)i * step_ms, "flood", region);
    }
    return incident;
}

static void
ten_reports_from_four_districts_are_an_incident(void **state)
{
    struct surge *surge = make_surge();
    struct surge_incident incident;
    const int64_t *members = NULL;
    size_t count = 0;

    (void)state;
    assert_int_equal(tell_many(surge, 100, SURGE_REPORTS - 1, minute, SURGE_PLACES, "33.74"), 0);
    assert_int_equal(tell(surge, 109, start + 20 * minute, "flood", "33.74.04.1001"), 100);
    assert_true(surge_declared(surge, 109, 100, &incident, &members, &count));
    assert_int_equal(incident.id, 100);
    assert_int_equal(incident.declared_by, 109);
    assert_int_equal(incident.began_at_ms, start);
    assert_string_equal(incident.topic, "flood");
    assert_string_equal(incident.region_code, "33.74");
    assert_int_equal(count, SURGE_REPORTS - 1);
    for (size_t i = 0; i < count; i++)
        assert_in_range(members[i], 100, 108);
    // Those that come later belong to it and declare nothing, wherever in the area they are.
    assert_int_equal(tell(surge, 110, start + 30 * minute, "flood", "33.21.01"), 100);
    assert_int_equal(tell(surge, 111, start + 30 * minute, "flood", "33.74"), 100);
    assert_false(surge_declared(surge, 110, 100, &incident, &members, &count));
    // Another topic, or another place, is another matter.
    assert_int_equal(tell(surge, 112, start + 30 * minute, "bridge", "33.74.01"), 0);
    assert_int_equal(tell(surge, 113, start + 30 * minute, "flood", "33.01.01"), 0);
    assert_int_equal(tell(surge, 114, start + 30 * minute, "", "33.74.01"), 0);
    assert_int_equal(tell(surge, 115, start + 30 * minute, "flood", "33"), 0);
    assert_int_equal(tell(surge, 116, start + 30 * minute, "flood", ""), 0);
    surge_destroy(&surge);
    assert_null(surge);
}

// As two lanes of ingest or a sweep bring them.
static void
the_order_of_decisions_does_not_matter(void **state)
{
    struct surge *surge = make_surge();
    int64_t last = 100 + SURGE_REPORTS - 1;

    (void)state;
    assert_int_equal(tell_many(surge, 100, SURGE_REPORTS, -5, SURGE_PLACES, "33.74"), last); // the earliest
    assert_int_equal(tell(surge, 200, start - 1000, "flood", "33.74.02"), last);
    assert_int_equal(tell(surge, 201, start - SURGE_TOGETHER_MS - minute, "flood", "33.74.02"), 0);
    surge_destroy(&surge);
}

static void
what_is_no_surge(void **state)
{
    struct surge *surge = make_surge();

    (void)state;
    assert_int_equal(
        tell_many(surge, 100, 40, minute, SURGE_PLACES - 1, "33.74"), 0); // one corner of the town
    surge_clear(surge);
    assert_int_equal(tell_many(surge, 100, 40, hour / 3 + minute, SURGE_PLACES, "33.74"), 0); // too slowly
    surge_clear(surge);
    for (int64_t i = 0; i < 40; i++) // districts are not known
        assert_int_equal(tell(surge, 100 + i, start + i * minute, "flood", "33.74"), 0);
    surge_clear(surge);
    assert_int_equal(tell_many(surge, 100, SURGE_REPORTS - 1, minute, 8, "33.74"), 0);
    assert_int_equal(tell_many(surge, 200, SURGE_REPORTS - 1, minute, 8, "33.01"), 0); // far from each other
    assert_int_equal(tell(surge, 300, start + hour, "flood", "33.22.01"), 100); // but this is a neighbour
    surge_destroy(&surge);
}

// With so many a week, ten in three hours are nothing special.
static void
the_usual_rate_counts(void **state)
{
    struct surge *surge = make_surge();
    int64_t id = 1;
    int64_t at_ms = start;
    int64_t incident = 0;
    int more = 0;
    char region[32];

    (void)state;
    // Eight within three hours, for a week: in districts of one regency, from four to the hour on.
    for (; at_ms < start + 7 * day; at_ms += 3 * hour / 8, id++) {
        snprintf(region, sizeof(region), "33.74.%02d", 1 + (int)(id % 9));
        assert_int_equal(tell(surge, id, at_ms, "flood", region), 0);
    }
    while (incident == 0 && more < 100) {
        snprintf(region, sizeof(region), "33.74.%02d", 1 + more % 9);
        incident = tell(surge, id++, at_ms + (int64_t)more++ * 1000, "flood", region);
    }
    assert_in_range(more, INT64_C(8) * SURGE_TIMES - 10, INT64_C(8) * SURGE_TIMES);
    surge_destroy(&surge);
}

static void
an_incident_ends(void **state)
{
    struct surge *surge = make_surge();
    int64_t at_ms = start;
    int64_t id = 1000;

    (void)state;
    assert_int_equal(tell_many(surge, 100, SURGE_REPORTS, minute, SURGE_PLACES, "33.74"), 100);
    assert_int_equal(tell(surge, 200, start + 10 * minute + SURGE_QUIET_MS + 1, "flood", "33.74.01"), 0);
    surge_clear(surge);
    assert_int_equal(tell_many(surge, 100, SURGE_REPORTS, minute, SURGE_PLACES, "33.74"), 100);
    // Kept alive, it ends after three days all the same.
    for (at_ms = start + hour; at_ms <= start + SURGE_MOST_MS; at_ms += 5 * hour)
        assert_int_equal(tell(surge, id++, at_ms, "flood", "33.74.01"), 100);
    assert_int_equal(tell(surge, id, start + SURGE_MOST_MS + 1, "flood", "33.74.01"), 0);
    surge_destroy(&surge);
}

static void
told_again_it_says_the_same(void **state)
{
    struct surge *surge = make_surge();
    struct surge_incident incident;
    const int64_t *members = NULL;
    size_t count = 0;

    (void)state;
    assert_int_equal(tell_many(surge, 100, SURGE_REPORTS + 3, minute, SURGE_PLACES, "33.74"), 100);
    assert_int_equal(tell(surge, 109, start + 9 * minute, "flood", "33.74.02"), 100);
    assert_true(surge_declared(surge, 109, 100, &incident, &members, &count));
    assert_int_equal(count, SURGE_REPORTS - 1);
    assert_int_equal(tell(surge, 111, start + 11 * minute, "flood", "33.74.04"), 100);
    surge_destroy(&surge);
}

// A run of reports as they may come, and what was answered.
enum { RUN = 6000, INCIDENTS_MOST = 64 };

struct told {
    struct surge_report report;
    char region[16];
    int64_t answer; // as the database would say it: members included
};

struct run {
    struct told told[RUN];
    struct surge_incident incidents[INCIDENTS_MOST];
    size_t incident_count;
};

static uint32_t
chance(uint32_t *seed, uint32_t below)
{
    *seed = *seed * 1664525 + 1013904223;
    return (*seed >> 8) % below;
}

// Makes the reports: quiet days, and a storm of them now and then.
static void
make_reports(struct run *run)
{
    static const char *const topics[] = {"flood", "street_light", "power_outage"};
    static const char *const regencies[] = {"33.74", "33.21", "33.22", "33.01"};
    uint32_t seed = 7;
    int64_t at_ms = start;

    for (size_t i = 0; i < RUN; i++) {
        bool storm = i / 500 % 3 == 1;
        struct told *told = &run->told[i];

        at_ms += (int64_t)chance(&seed, storm ? 400 : 4000) * 1000;
        snprintf(told->region, sizeof(told->region), "%s.%02u", regencies[chance(&seed, storm ? 2 : 4)],
            1 + chance(&seed, 8));
        told->report = (struct surge_report){.report_id = (int64_t)i + 1,
            .received_at_ms = at_ms - (int64_t)chance(&seed, 3) * minute, // some come late
            .topic = topics[storm ? 0 : chance(&seed, 3)],
            .region_code = told->region};
    }
}

// Tells one report and writes down what follows, as the classifier does.
static void
tell_and_note(struct surge *surge, struct run *run, size_t i)
{
    struct surge_incident incident;
    const int64_t *members = NULL;
    size_t count = 0;

    run->told[i].answer = surge_check(surge, &run->told[i].report);
    if (!surge_declared(
            surge, run->told[i].report.report_id, run->told[i].answer, &incident, &members, &count))
        return;
    assert_in_range(run->incident_count, 0, INCIDENTS_MOST - 1);
    // The texts are the reports', which stay.
    incident.topic = run->told[i].report.topic;
    incident.region_code = run->told[i].report.region_code;
    run->incidents[run->incident_count++] = incident;
    for (size_t k = 0; k < count; k++)
        run->told[members[k] - 1].answer = incident.id;
}

static void
a_restart_changes_nothing(void **state)
{
    static struct run run;
    static int64_t answers[RUN];
    size_t incidents = 0;

    (void)state;
    make_reports(&run);
    struct surge *whole = make_surge();
    for (size_t i = 0; i < RUN; i++) {
        tell_and_note(whole, &run, i);
        answers[i] = surge_check(whole, &run.told[i].report);
    }
    incidents = run.incident_count;
    assert_in_range(incidents, 3, INCIDENTS_MOST);
    surge_destroy(&whole);

    for (size_t stop = 250; stop < RUN; stop += 250) {
        struct surge *surge = make_surge();

        memset(run.incidents, 0, sizeof(run.incidents));
        run.incident_count = 0;
        for (size_t i = 0; i < stop; i++)
            tell_and_note(surge, &run, i);
        surge_clear(surge); // the process dies, and another one reads back what was stored
        for (size_t i = 0; i < run.incident_count; i++)
            surge_restore_incident(surge, &run.incidents[i]);
        for (size_t i = 0; i < stop; i++)
            surge_restore(surge, &run.told[i].report, run.told[i].answer);
        for (size_t i = stop; i < RUN; i++) {
            tell_and_note(surge, &run, i);
            if (surge_check(surge, &run.told[i].report) != answers[i])
                fail_msg("after a restart at %zu report %zu is told otherwise", stop, i + 1);
        }
        assert_int_equal(run.incident_count, incidents);
        surge_destroy(&surge);
    }
}

// 335 reports a day from 35 regencies of 16 districts, a fifth of them on one topic: chance makes no
// incident.
static void
a_year_of_usual_days_has_none(void **state)
{
    struct surge *surge = surge_new();
    uint32_t seed = 3;
    size_t incidents = 0;
    int64_t at_ms = start;
    char code[8];
    char other[8];

    (void)state;
    for (int i = 1; i <= 35; i++)
        for (int k = 1; k <= 6; k++) {
            snprintf(code, sizeof(code), "33.%02d", i);
            snprintf(other, sizeof(other), "33.%02d", 1 + (i + k - 1) % 35);
            surge_add_neighbour(surge, code, other);
        }
    for (int64_t id = 1; id <= INT64_C(335) * 365; id++) {
        char region[16];

        at_ms += (int64_t)chance(&seed, 2 * 258) * 1000;
        snprintf(region, sizeof(region), "33.%02u.%02u", 1 + chance(&seed, 35), 1 + chance(&seed, 16));
        incidents += tell(surge, id, at_ms, chance(&seed, 5) == 0 ? "road_damage" : "", region) != 0;
    }
    assert_int_equal(incidents, 0);
    surge_destroy(&surge);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_reports_from_four_districts_are_an_incident),
        cmocka_unit_test(the_order_of_decisions_does_not_matter),
        cmocka_unit_test(what_is_no_surge),
        cmocka_unit_test(the_usual_rate_counts),
        cmocka_unit_test(an_incident_ends),
        cmocka_unit_test(told_again_it_says_the_same),
        cmocka_unit_test(a_restart_changes_nothing),
        cmocka_unit_test(a_year_of_usual_days_has_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
