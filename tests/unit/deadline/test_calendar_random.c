// test_calendar_random.c - calendars, offices and moments drawn at random, against a count that goes minute
// by minute and day by day over plain tables and shares nothing with calendar.c but the day of a moment.
#include "calendar.h"
#include "check.h"
#include "cmocka_all.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#define AGENCY "DINAS"
#define MINUTE_MS INT64_C(60000)
#define DAY_MS INT64_C(86400000)

enum {
    SEEDS = 200,
    MOMENTS = 40, // of each seed
    MINUTES = 1440,
    DAYS = 200, // of each calendar, from FIRST_DAY
    FIRST_DAY = 20600,
    BLOCKS_MOST = 12,
};

struct world {
    uint64_t seed, random;
    struct calendar *calendar;
    const struct office *office;
    bool is_holiday[DAYS + 1];
    bool works[2][7][MINUTES]; // on holidays or not, from Monday
};

// splitmix64, of Sebastiano Vigna.
static uint64_t
draw(struct world *world)
{
    uint64_t z = world->random += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static int64_t
draw_below(struct world *world, int64_t bound)
{
    return (int64_t)(draw(world) % (uint64_t)bound);
}

static void
add_block(struct world *world, int weekday, int opens, int closes, bool on_holidays)
{
    assert_int_equal(calendar_add_block(world->calendar, AGENCY, weekday, opens, closes, on_holidays), 0);
    for (int minute = opens; minute < closes; minute++) {
        world->works[0][weekday - 1][minute] = true;
        world->works[1][weekday - 1][minute] |= on_holidays;
    }
}

// The usual days, a subset of whole weekdays, or blocks anywhere.
static void
draw_office(struct world *world)
{
    int kind = (int)draw_below(world, 8);
    int blocks = 1 + (int)draw_below(world, BLOCKS_MOST);

    if (kind == 0) {
        for (int weekday = 0; weekday < 5; weekday++)
            memset(world->works[0][weekday], true, MINUTES);
    } else if (kind <= 2) {
        int weekdays = 1 + (int)draw_below(world, 127);

        for (int weekday = 1; weekday <= 7; weekday++)
            if ((weekdays >> (weekday - 1) & 1) != 0)
                add_block(world, weekday, 0, MINUTES, kind == 2);
    } else {
        for (int i = 0; i < blocks; i++) {
            int weekday = 1 + (int)draw_below(world, 7), opens = (int)draw_below(world, MINUTES);
            // A third of the blocks ends with the day.
            int closes =
                draw_below(world, 3) == 0 ? MINUTES : opens + 1 + (int)draw_below(world, MINUTES - opens);

            add_block(world, weekday, opens, closes, draw_below(world, 4) == 0);
        }
    }
    world->office = calendar_office(world->calendar, AGENCY);
}

static void
draw_world(struct world *world, uint64_t seed)
{
    memset(world, 0, sizeof(*world));
    world->seed = world->random = seed;
    world->calendar = calendar_new();
    int64_t every = 1 + draw_below(world, 30);

    for (int i = 0; i <= DAYS; i++) {
        world->is_holiday[i] = every > 1 && draw_below(world, every) == 0;
        if (world->is_holiday[i])
            calendar_add_holiday(world->calendar, FIRST_DAY + i);
    }
    draw_office(world);
}

static const bool *
day_works(const struct world *world, int i)
{
    return world->works[world->is_holiday[i]][calendar_weekday(FIRST_DAY + i) - 1];
}

// Milliseconds of day i in which the office works, of those in from .. until.
static int64_t
count_day(const struct world *world, int i, int64_t from_ms, int64_t until_ms)
{
    const bool *works = day_works(world, i);
    int64_t sum = 0, begins = calendar_day_begins(FIRST_DAY + i);

    for (int minute = 0; minute < MINUTES; minute++, begins += MINUTE_MS) {
        int64_t first = begins > from_ms ? begins : from_ms;
        int64_t last = begins + MINUTE_MS < until_ms ? begins + MINUTE_MS : until_ms;

        if (works[minute] && first < last)
            sum += last - first;
    }
    return sum;
}

// The exact amount, parts of a unit included.
static double
count(const struct world *world, enum time_unit unit, int64_t from_ms, int64_t until_ms)
{
    double sum = 0;

    for (int i = 0; i <= DAYS; i++) {
        int64_t begins = calendar_day_begins(FIRST_DAY + i);

        if (begins + DAY_MS <= from_ms || begins >= until_ms)
            continue;
        int64_t some = count_day(world, i, from_ms, until_ms);
        int64_t whole = count_day(world, i, begins, begins + DAY_MS);

        if (some > 0)
            sum += unit == UNIT_WORKING_HOURS ? (double)some : (double)some * (double)DAY_MS / (double)whole;
    }
    return sum;
}

static int64_t
draw_moment(struct world *world)
{
    int64_t at_ms = calendar_day_begins(FIRST_DAY + (int32_t)draw_below(world, DAYS / 2));

    // Whole hours meet the edges of days and, now and then, of blocks.
    if (draw_below(world, 3) == 0)
        return at_ms + draw_below(world, 24) * 60 * MINUTE_MS;
    return at_ms + draw_below(world, DAY_MS);
}

static void
check_between(struct world *world, enum time_unit unit)
{
    int64_t from_ms = draw_moment(world), until_ms = from_ms + draw_below(world, 20 * DAY_MS);
    int64_t middle_ms = from_ms + draw_below(world, until_ms - from_ms + 1);
    int64_t got = calendar_between(world->calendar, world->office, unit, from_ms, until_ms);
    double wrong = (double)got - count(world, unit, from_ms, until_ms);

    if (unit == UNIT_WORKING_HOURS ? wrong != 0 : wrong >= 1.001 || wrong <= -1.001)
        fail_msg("seed %" PRIu64 ": %s between %" PRId64 " and %" PRId64 ": %" PRId64 ", off by %f",
            world->seed, time_unit_name(unit), from_ms, until_ms, got, wrong);
    if (got != calendar_between(world->calendar, world->office, unit, from_ms, middle_ms) +
                   calendar_between(world->calendar, world->office, unit, middle_ms, until_ms))
        fail_msg("seed %" PRIu64 ": %s between %" PRId64 " and %" PRId64 " and %" PRId64 " do not add up",
            world->seed, time_unit_name(unit), from_ms, middle_ms, until_ms);
}

// Does each minute in which the office works pass for one and the same amount, a whole one, of the unit?
static bool
is_exact(const struct world *world, enum time_unit unit)
{
    if (unit == UNIT_WORKING_HOURS)
        return true;
    for (int i = 0; i <= DAYS; i++) {
        int64_t begins = calendar_day_begins(FIRST_DAY + i);
        int64_t whole = count_day(world, i, begins, begins + DAY_MS);

        if (whole != 0 && whole != DAY_MS)
            return false;
    }
    return true;
}

static void
check_after(struct world *world, enum time_unit unit, bool exact)
{
    int64_t from_ms = draw_moment(world), amount = 1 + draw_below(world, 5 * DAY_MS), begins_ms, ends_ms;
    int64_t at_ms = calendar_after(world->calendar, world->office, unit, from_ms, amount);

    // Beyond the days that are counted here the tables of the other tests say enough.
    if (at_ms >= calendar_day_begins(FIRST_DAY + DAYS))
        return;
    int64_t got = calendar_between(world->calendar, world->office, unit, from_ms, at_ms);
    int64_t before = calendar_between(world->calendar, world->office, unit, from_ms, at_ms - 1);

    // The first millisecond up to which there is as much.
    if (before >= amount || got < amount || (exact && got != amount) || at_ms <= from_ms)
        fail_msg("seed %" PRIu64 ": %s after %" PRId64 ": %" PRId64 " comes at %" PRId64 " with %" PRId64
                 " and %" PRId64 " before",
            world->seed, time_unit_name(unit), from_ms, amount, at_ms, got, before);
    double wrong = count(world, unit, from_ms, at_ms) - (double)got;

    if (wrong >= 1.001 || wrong <= -1.001)
        fail_msg("seed %" PRIu64 ": %s after %" PRId64 ": %" PRId64 " comes at %" PRId64 ", off by %f",
            world->seed, time_unit_name(unit), from_ms, amount, at_ms, wrong);
    if (calendar_after(world->calendar, world->office, unit, from_ms, got) != at_ms)
        fail_msg("seed %" PRIu64 ": %s after %" PRId64 ": not back at %" PRId64, world->seed,
            time_unit_name(unit), from_ms, at_ms);
    if (calendar_after(world->calendar, world->office, unit, from_ms, amount + draw_below(world, 1000)) <
        at_ms)
        fail_msg("seed %" PRIu64 ": %s after %" PRId64 ": more than %" PRId64 " comes earlier", world->seed,
            time_unit_name(unit), from_ms, amount);
    if (!calendar_span(world->calendar, world->office, unit, at_ms - 1, &begins_ms, &ends_ms) ||
        begins_ms >= at_ms || ends_ms < at_ms)
        fail_msg("seed %" PRIu64 ": %" PRId64 " is no moment in which the office works", world->seed, at_ms);
}

// Spans from one moment on come in order, with time between them, and hold all working time.
static void
check_spans(struct world *world)
{
    int64_t from_ms = draw_moment(world), until_ms = from_ms + 20 * DAY_MS, at_ms = from_ms, sum = 0;
    int64_t begins_ms, ends_ms = INT64_MIN;

    while (at_ms < until_ms) {
        int64_t last_ms = ends_ms;

        if (!calendar_span(world->calendar, world->office, UNIT_WORKING_HOURS, at_ms, &begins_ms, &ends_ms) ||
            begins_ms >= until_ms)
            break;
        if (ends_ms <= at_ms || begins_ms >= ends_ms || (begins_ms <= last_ms && last_ms != INT64_MIN))
            fail_msg("seed %" PRIu64 ": the span after %" PRId64 " is %" PRId64 " .. %" PRId64, world->seed,
                at_ms, begins_ms, ends_ms);
        sum += (ends_ms < until_ms ? ends_ms : until_ms) - (begins_ms > from_ms ? begins_ms : from_ms);
        at_ms = ends_ms;
    }
    if ((double)sum != count(world, UNIT_WORKING_HOURS, from_ms, until_ms))
        fail_msg("seed %" PRIu64 ": the spans from %" PRId64 " hold %" PRId64, world->seed, from_ms, sum);
}

static void
agrees_with_a_count_by_the_minute(void **state)
{
    static struct world world;

    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        draw_world(&world, seed);
        for (enum time_unit unit = UNIT_WORKING_DAYS; unit <= UNIT_WORKING_HOURS; unit++) {
            bool exact = is_exact(&world, unit);

            for (int i = 0; i < MOMENTS; i++) {
                check_between(&world, unit);
                check_after(&world, unit, exact);
            }
        }
        check_spans(&world);
        calendar_destroy(&world.calendar);
    }
}

static void
around_the_clock_is_wall_time(void **state)
{
    struct world world = {.seed = 1, .calendar = calendar_new()};

    (void)state;
    for (int i = 0; i < DAYS; i++)
        if (draw_below(&world, 5) == 0)
            calendar_add_holiday(world.calendar, FIRST_DAY + i);
    // Each day of two blocks that touch.
    for (int weekday = 1; weekday <= 7; weekday++) {
        add_block(&world, weekday, 0, 100 * weekday, true);
        add_block(&world, weekday, 100 * weekday, MINUTES, true);
    }
    world.office = calendar_office(world.calendar, AGENCY);

    for (int i = 0; i < 100000; i++) {
        int64_t from_ms = draw_moment(&world), amount = draw_below(&world, 100 * DAY_MS);

        for (enum time_unit unit = UNIT_WALL; unit <= UNIT_WORKING_HOURS; unit++) {
            assert_int_equal(
                calendar_after(world.calendar, world.office, unit, from_ms, amount), from_ms + amount);
            assert_int_equal(
                calendar_between(world.calendar, world.office, unit, from_ms, from_ms + amount), amount);
        }
    }
    calendar_destroy(&world.calendar);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_a_count_by_the_minute),
        cmocka_unit_test(around_the_clock_is_wall_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
