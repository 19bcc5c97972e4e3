// laws.c - makes and edits the rules of a simulated year.
#include "laws.h"

#include "check.h"
#include "days.h"
#include "str.h"

#include <string.h>

static const int64_t minute = 60000;
static const int64_t hour = INT64_C(3600) * 1000;
static const int64_t day = INT64_C(24) * 3600 * 1000;

// ---- Ladders
// -----------------------------------------------------------------------------------------------------

#define MINUTES(n) ((n)*INT64_C(60000))
#define HOURS(n) ((n)*INT64_C(3600000))

enum { LADDER_CLOSE = 11, LADDERS };
static const struct ladder ladders[LADDERS] = {
    {.count = 0},
    {{{50, 0, ROLE_OFFICER}, {80, 0, ROLE_OFFICER}, {100, 0, ROLE_HEAD}, {0, HOURS(6), ROLE_SEKDA},
         {0, HOURS(24), ROLE_GOVERNOR}},
        5},
    {{{80, 0, ROLE_OFFICER}, {100, 0, ROLE_HEAD}}, 2},
    {{{50, 0, ROLE_DESK}, {100, 0, ROLE_HEAD}}, 2},
    {{{100, 0, ROLE_SEKDA}}, 1},
    {{{25, 0, ROLE_OFFICER}, {50, 0, ROLE_OFFICER}, {75, 0, ROLE_DESK}, {90, 0, ROLE_HEAD},
         {100, 0, ROLE_HEAD}, {0, HOURS(1), ROLE_SEKDA}, {0, HOURS(72), ROLE_GOVERNOR}},
        7},
    {{{90, 0, ROLE_OFFICER}}, 1},
    {{{1, 0, ROLE_OFFICER}, {99, 0, ROLE_OFFICER}, {100, 0, ROLE_HEAD}, {0, MINUTES(30), ROLE_OFFICER}}, 4},
    {{{50, 0, ROLE_OFFICER}, {50, 0, ROLE_HEAD}, {100, 0, ROLE_HEAD}, {100, 0, ROLE_GOVERNOR}}, 4},
    {{{80, 0, ROLE_OFFICER}, {0, HOURS(6), ROLE_SEKDA}}, 2},
    {{{10, 0, ROLE_DESK}, {20, 0, ROLE_OFFICER}, {30, 0, ROLE_OFFICER}, {60, 0, ROLE_OFFICER},
         {99, 0, ROLE_DESK}, {100, 0, ROLE_HEAD}},
        6},
    {{{100, 0, ROLE_CLOSE}}, 1},
};

// ---- Policies
// ----------------------------------------------------------------------------------------------------

struct shape {
    const char *clock;
    enum time_unit unit;
    int64_t amount; // hours of the wall clock, working days, or working hours
    unsigned starts, stops;
    const char *kinds, *topics, *channels;
    int ladder;
};

static const struct shape shapes[] = {
    {"triage", UNIT_WALL, 3, MOMENT_RECEIVED | MOMENT_DESK, MOMENT_FORWARDED, "", "", "", 3},
    {"first_response", UNIT_WALL, 24, MOMENT_ROUTED, MOMENT_RESPONSE, "", "", "", 1},
    {"citizen_first_response", UNIT_WALL, 24, MOMENT_RECEIVED, MOMENT_RESPONSE, "", "", "", 0},
    {"decision", UNIT_WALL, 3, MOMENT_RETURNED, MOMENT_FORWARDED, "", "", "", 4},
    {"progress", UNIT_WALL, 72, MOMENT_PROGRESS, MOMENT_PROGRESS | MOMENT_DONE, "", "", "", 2},
    {"resolution", UNIT_WORKING_DAYS, 5, MOMENT_RECEIVED | MOMENT_REOPENED, MOMENT_DONE,
        "information_request,aspiration", "", "", 2},
    {"resolution", UNIT_WORKING_DAYS, 14, MOMENT_RECEIVED | MOMENT_REOPENED, MOMENT_DONE, "", "", "", 2},
    {"resolution", UNIT_WORKING_DAYS, 60, MOMENT_RECEIVED | MOMENT_REOPENED, MOMENT_DONE, "complaint",
        "corruption", "", 2},
    {"sp4n_verify", UNIT_WORKING_DAYS, 3, MOMENT_RECEIVED, MOMENT_RESPONSE, "", "", "sp4n", 2},
    {"sp4n_follow_up", UNIT_WORKING_DAYS, 5, MOMENT_FORWARDED, MOMENT_PROGRESS | MOMENT_DONE, "", "", "sp4n",
        2},
    {"close_on_silence", UNIT_WORKING_DAYS, 10, MOMENT_FOLLOW_UP,
        MOMENT_REPLY | MOMENT_PROGRESS | MOMENT_DONE, "", "", "", LADDER_CLOSE},
    {"reopen_window", UNIT_WORKING_DAYS, 10, MOMENT_DONE, MOMENT_REOPENED, "", "", "", 0},
    {"office_answer", UNIT_WORKING_HOURS, 16, MOMENT_FORWARDED, MOMENT_RESPONSE, "", "", "", 5},
};

static struct policy *
add_policy(struct world *world, const struct policy *policy)
{
    CHECK(world->policy_count < BOOK_POLICIES_MOST);
    struct policy *added = &world->policies[world->policy_count++];

    *added = *policy;
    added->version = 1;
    for (size_t i = 0; i + 1 < world->policy_count; i++)
        if (strcmp(world->policies[i].clock, policy->clock) == 0)
            added->version++;
    return added;
}

static void
add_shape(struct world *world, const struct shape *shape)
{
    struct policy policy = {.unit = shape->unit,
        .amount_ms = shape->amount * (shape->unit == UNIT_WORKING_DAYS ? day : hour),
        .starts = shape->starts,
        .stops = shape->stops,
        .effective_from_ms = days_begin(18262),
        .ladder = ladders[shape->ladder]};

    str_copy(policy.clock, sizeof(policy.clock), shape->clock);
    str_copy(policy.kinds, sizeof(policy.kinds), shape->kinds);
    str_copy(policy.topics, sizeof(policy.topics), shape->topics);
    str_copy(policy.channels, sizeof(policy.channels), shape->channels);
    (void)add_policy(world, &policy);
}

// A clock that no regulation has: any moments start and stop it.
static void
add_odd_clock(struct world *world, const char *clock, unsigned of)
{
    struct chance *chance = &world->chance;
    struct policy policy = {.unit = (enum time_unit)chance_below(chance, 3),
        .amount_ms = chance_between(chance, 1, 60) * (chance_is(chance, 50) ? hour : 37 * minute),
        .starts = (unsigned)chance_between(chance, 1, 2047) & of,
        .stops = (unsigned)chance_between(chance, 1, 2047),
        .effective_from_ms = days_begin(18262),
        .ladder = ladders[chance_below(chance, LADDER_CLOSE)]};

    if (policy.starts == 0)
        policy.starts = of & (0U - of); // the lowest of them
    str_copy(policy.clock, sizeof(policy.clock), clock);
    (void)add_policy(world, &policy);
}

// A ladder of another kind for one that closes would close tickets that nobody asked.
static void
change_ladder(struct chance *chance, struct policy *policy)
{
    if (policy->ladder.count == 0 || policy->ladder.steps[0].role != ROLE_CLOSE)
        policy->ladder = ladders[chance_below(chance, LADDER_CLOSE)];
}

static int64_t
some_amount(struct chance *chance, enum time_unit unit)
{
    static const int64_t hours[] = {1, 2, 3, 6, 8, 12, 24, 24, 48, 72};
    static const int64_t half_days[] = {1, 2, 3, 4, 6, 10, 20, 28, 60, 120};

    if (unit == UNIT_WORKING_DAYS)
        return half_days[chance_below(chance, (int64_t)LENGTH(half_days))] * day / 2;
    return hours[chance_below(chance, (int64_t)LENGTH(hours))] * hour +
           (chance_is(chance, 20) ? 90 * minute : 0);
}

static void
narrow(struct chance *chance, struct policy *policy)
{
    static const char *const kinds[] = {"complaint", "urgent", "aspiration,suggestion", "criticism,urgent"};
    static const char *const topics[] = {
        "road_damage", "infrastructure", "health,school", "corruption,flood"};
    static const char *const levels[] = {"province", "regency,vertical", "vertical"};
    static const char *const channels[] = {"sp4n", "web,app", "sms"};

    if (chance_is(chance, 40))
        str_copy(policy->kinds, sizeof(policy->kinds), kinds[chance_below(chance, (int64_t)LENGTH(kinds))]);
    if (chance_is(chance, 30))
        str_copy(
            policy->topics, sizeof(policy->topics), topics[chance_below(chance, (int64_t)LENGTH(topics))]);
    if (chance_is(chance, 40))
        str_copy(
            policy->levels, sizeof(policy->levels), levels[chance_below(chance, (int64_t)LENGTH(levels))]);
    if (chance_is(chance, 20))
        str_copy(policy->channels, sizeof(policy->channels),
            channels[chance_below(chance, (int64_t)LENGTH(channels))]);
}

// A new version of some policy, with effect from then on.
static void
renew_policy(struct world *world, int64_t effective_from_ms)
{
    struct chance *chance = &world->chance;
    struct policy policy = world->policies[chance_below(chance, (int64_t)world->policy_count)];

    if (chance_is(chance, 20))
        policy.unit = (enum time_unit)chance_below(chance, 3);
    if (chance_is(chance, 70))
        policy.amount_ms = some_amount(chance, policy.unit);
    if (chance_is(chance, 30))
        change_ladder(chance, &policy);
    if (chance_is(chance, 40))
        narrow(chance, &policy);
    if (chance_is(chance, 10))
        policy.amount_ms = 0;
    // No law starts the citizen's clock again.
    if (chance_is(chance, 5) && strcmp(policy.clock, "citizen_first_response") != 0)
        policy.starts = (unsigned)chance_between(chance, 1, 2047);
    policy.effective_from_ms = effective_from_ms;
    (void)add_policy(world, &policy);
}

static void
make_policies(struct world *world)
{
    struct chance *chance = &world->chance;
    unsigned turns = MOMENT_ROUTED | MOMENT_FORWARDED | MOMENT_DESK | MOMENT_RETURNED;

    for (size_t i = 0; i < LENGTH(shapes); i++)
        if (i < 2 || chance_is(chance, 85))
            add_shape(world, &shapes[i]);
    if (chance_is(chance, 50))
        add_odd_clock(world, "odd_of_turns", turns);
    if (chance_is(chance, 50))
        add_odd_clock(world, "odd", 2047U & ~turns);
    for (int64_t i = chance_below(chance, 6); i > 0; i--)
        renew_policy(world, world->begins_ms + chance_between(chance, -30, 300) * day +
                                (chance_is(chance, 50) ? chance_below(chance, day) : 0));
}

// ---- Calendar
// ----------------------------------------------------------------------------------------------------

static void
add_holidays(struct book *book, int from, int count)
{
    for (int i = from; i < from + count; i++)
        if (i >= 0 && i < BOOK_DAYS)
            book->holidays[i] = true;
}

// National holidays here and there, a Lebaran week with its cuti bersama, Christmas and New Year.
static void
make_holidays(struct chance *chance, struct book *book)
{
    for (int year = 0; year < BOOK_DAYS; year += 365) {
        for (int i = 0; i < 10; i++)
            add_holidays(book, year + (int)chance_below(chance, 365), 1);
        add_holidays(book, year + (int)chance_between(chance, 40, 330), (int)chance_between(chance, 4, 9));
        add_holidays(book, year + 358, 2);
        add_holidays(book, year + 365, 1);
    }
}

// The ways in which offices work: blocks on weekdays from .. until.
enum { WAYS = 9 };
static const struct way_block {
    int way, first, last, opens, closes;
    bool on_holidays;
} way_blocks[] = {
    {0, 1, 7, 0, 1440, true}, // around the clock, holidays as well
    {1, 1, 7, 0, 1439, true}, // .. but for a minute before midnight
    {2, 1, 7, 0, 720, false}, // around the clock in two blocks that touch
    {2, 1, 7, 720, 1440, false},
    {3, 2, 7, 480, 960, false}, // no Monday
    {4, 1, 4, 450, 720, false}, // mornings and afternoons, Friday with a longer noon
    {4, 1, 4, 750, 960, false},
    {4, 5, 5, 450, 690, false},
    {4, 5, 5, 780, 960, false},
    {5, 1, 7, 0, 120, true}, // nights, over midnight
    {5, 1, 7, 1080, 1440, true},
    {6, 1, 5, 420, 840, false}, // blocks that overlap, and a short Saturday
    {6, 1, 5, 600, 930, false},
    {6, 6, 6, 420, 660, true},
    {7, 3, 3, 540, 700, false}, // one day a week
    {8, 1, 5, 0, 1440, false},  // as usual, and holidays in the morning
    {8, 1, 5, 480, 720, true},
};

static void
add_office(struct chance *chance, struct book *book, int agency)
{
    int way = (int)chance_below(chance, WAYS);

    for (size_t i = 0; i < LENGTH(way_blocks); i++) {
        const struct way_block *block = &way_blocks[i];
        for (int weekday = block->first; block->way == way && weekday <= block->last; weekday++)
            if (book->block_count < BOOK_BLOCKS_MOST)
                book->blocks[book->block_count++] =
                    (struct book_block){agency, weekday, block->opens, block->closes, block->on_holidays};
    }
}

static void
remove_office(struct book *book, int agency)
{
    size_t kept = 0;

    for (size_t i = 0; i < book->block_count; i++)
        if (book->blocks[i].agency != agency)
            book->blocks[kept++] = book->blocks[i];
    book->block_count = kept;
}

static void
set_quiet(struct chance *chance, struct book *book, enum role role)
{
    static const struct book_quiet nights[] = {
        {true, 1260, 300}, {true, 0, 360}, {true, 1200, 1440}, {true, 780, 840}, {true, 1, 0}, {false, 0, 0}};

    book->quiet[role] = nights[chance_below(chance, (int64_t)LENGTH(nights))];
}

static const char *
some_level(struct chance *chance)
{
    static const char *const levels[] = {"province", "province", "regency", "vertical"};

    return levels[chance_below(chance, (int64_t)LENGTH(levels))];
}

static const char *
some_sektor(struct chance *chance)
{
    static const char *const sektors[] = {"infrastructure", "health", "staff", "disaster"};

    return sektors[chance_below(chance, (int64_t)LENGTH(sektors))];
}

struct book *
laws_make(struct world *world)
{
    struct chance *chance = &world->chance;
    struct book *book = check_zalloc(1, sizeof(*book));

    book->version = 1;
    make_policies(world);
    book->policies = world->policies;
    book->policy_count = world->policy_count;
    make_holidays(chance, book);
    for (int agency = 0; agency < BOOK_AGENCIES; agency++) {
        book->levels[agency] = some_level(chance);
        if (chance_is(chance, 60))
            add_office(chance, book, agency);
    }
    for (int topic = 0; topic < BOOK_TOPICS; topic++)
        book->sektors[topic] = some_sektor(chance);
    set_quiet(chance, book, ROLE_OFFICER);
    set_quiet(chance, book, ROLE_DESK);
    return book;
}

// ---- Edits
// -------------------------------------------------------------------------------------------------------

static void
edit_policy(struct world *world, struct book *book)
{
    struct chance *chance = &world->chance;
    int64_t from = chance_is(chance, 30) ? world->now_ms
                   : chance_is(chance, 40)
                       ? world->now_ms - chance_below(chance, 40 * day)
                       : days_begin(days_of(world->now_ms) + (int32_t)chance_below(chance, 40));

    if (world->policy_count == BOOK_POLICIES_MOST)
        return;
    renew_policy(world, from);
    book->policy_count = world->policy_count;
    world_tell(world, "rules %lld: policy %s %d", (long long)book->version,
        world->policies[world->policy_count - 1].clock, world->policies[world->policy_count - 1].version);
}

static void
edit_holiday(struct world *world, struct book *book)
{
    struct chance *chance = &world->chance;
    int at = days_of(world->now_ms) - BOOK_FIRST_DAY + (int)chance_between(chance, -10, 25);
    bool is_one = chance_is(chance, 60);

    for (int i = at; i < at + (int)chance_between(chance, 1, 4) && i < BOOK_DAYS; i++)
        book->holidays[i] = is_one;
    world_tell(world, "rules %lld: holidays", (long long)book->version);
}

static void
edit_office(struct world *world, struct book *book)
{
    int agency = (int)chance_below(&world->chance, BOOK_AGENCIES);

    remove_office(book, agency);
    if (chance_is(&world->chance, 75))
        add_office(&world->chance, book, agency);
    world_tell(world, "rules %lld: office hours of %s", (long long)book->version, book_agencies[agency]);
}

struct book *
laws_edit(struct world *world)
{
    struct chance *chance = &world->chance;
    struct book *book = book_next(world_book(world));
    int64_t what = chance_below(chance, 100);

    if (what < 45) {
        edit_policy(world, book);
    } else if (what < 65) {
        edit_holiday(world, book);
    } else if (what < 80) {
        edit_office(world, book);
    } else if (what < 90) {
        set_quiet(chance, book, chance_is(chance, 70) ? ROLE_OFFICER : ROLE_DESK);
    } else if (what < 95) {
        book->levels[chance_below(chance, BOOK_AGENCIES)] = some_level(chance);
    } else {
        book->sektors[chance_below(chance, BOOK_TOPICS)] = some_sektor(chance);
    }
    return book;
}
