// deadline_store.c - SQL that reads rules and histories.
//
// A transaction is one round trip, and each of its statements sees what was committed when it began.  So
// rules are read between two looks at their version, and taken only when both are the same.  Of a case the
// ticket comes first: turns that ended after that look are left out, because the ticket still says that they
// run.
#include "deadline_store.h"

#include "id.h"
#include "log.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>

enum {
    PATIENCE_MS = 12000,
    RULES_TRIES = 5, // rules change a few times a day, and a file of them within milliseconds
    MINUTE_S = 60,
};

struct deadline_store {
    struct db *db;
    struct db_params *ids;
    bool has_key;
    uint8_t tracking_key[ID_KEY_SIZE];

    int64_t wanted[DEADLINE_STORE_MOST];
    struct deadline_case cases[DEADLINE_STORE_MOST];
    size_t case_count;
    struct history_turn *turns; // of all cases, one after the other; so are acts and rows
    struct act_row *acts;
    struct deadline_row *rows;
    struct deadline_known *known;
    size_t turn_room, act_room, row_room;
};

static const char rules_sql[] = "SELECT version FROM rules";
static const char policies_sql[] =
    "SELECT clock, version, unit, coalesce(extract(epoch FROM duration) * 1000, 0)::bigint, starts, stops, "
    "kinds, "
    "topics, levels, channels, effective_from FROM policies ORDER BY clock, version";
static const char steps_sql[] =
    "SELECT clock, version, coalesce(percent, 0), coalesce(extract(epoch FROM wait) * 1000, 0)::bigint, role "
    "FROM policy_steps ORDER BY clock, version, step";
// One that ops removed stays as a row, so that loading the reference data does not bring it back.
static const char holidays_sql[] =
    "SELECT DISTINCT day - DATE '1970-01-01' FROM holidays WHERE status <> 'removed'";
static const char office_hours_sql[] = "SELECT agency, weekday, extract(epoch FROM opens)::integer, "
                                       "extract(epoch FROM closes)::integer, on_holidays "
                                       "FROM office_hours ORDER BY agency, weekday, opens";
static const char quiet_hours_sql[] =
    "SELECT role, extract(epoch FROM begins)::integer, extract(epoch FROM ends)::integer FROM quiet_hours";
static const char subjects_sql[] =
    "SELECT true, code, level FROM agencies UNION ALL SELECT false, code, sektor FROM topics";

static const char key_sql[] = "SELECT value FROM cluster WHERE name = 'tracking_key'";
// LATERAL with OFFSET 0: a plan that was made while a table was empty looks rows up by their ticket, too.
#define OF_EACH(rows, then)                                                                                  \
    "FROM unnest($1::bigint[]) AS u (id) CROSS JOIN LATERAL (SELECT * FROM " rows " OFFSET 0) " then
static const char tickets_sql[] =
    "SELECT k.id, r.received_at, k.routed_at, k.agency, k.topic, k.region_code, k.kind, k.stage, k.urgent, "
    "k.turn, k.changes, r.channel " OF_EACH("tickets WHERE id = u.id",
        "AS k CROSS JOIN LATERAL (SELECT received_at, channel FROM reports WHERE id = k.id OFFSET 0) AS r "
        "ORDER BY k.id");
static const char turns_sql[] = "SELECT t.ticket_id, t.turn, t.agency, t.from_at, t.until_at " OF_EACH(
    "turns WHERE ticket_id = u.id", "AS t ORDER BY t.ticket_id, t.turn");
// Times are read as milliseconds, and ordered as such.
static const char acts_sql[] =
    "SELECT a.ticket_id, a.id, a.at, a.act, a.actor_kind, a.agency, a.value, a.same_text "
    "FROM unnest($1::bigint[]) AS u (id) CROSS JOIN LATERAL (SELECT ticket_id, id, at, act, actor_kind, "
    "agency, value, "
    "same_text FROM acts WHERE ticket_id = u.id OFFSET 0) AS a "
    "ORDER BY a.ticket_id, date_trunc('milliseconds', a.at), a.id";
static const char deadlines_sql[] =
    "SELECT d.ticket_id, d.clock, d.turn, d.policy_version, d.agency, d.started_at, d.due_at, d.stopped_at, "
    "d.stop, "
    "d.next_step, d.next_at, d.acts, d.changes, d.rules, coalesce(cardinality(d.steps), 0), "
    "d.steps[1], d.steps[2], d.steps[3], d.steps[4], d.steps[5], d.steps[6], d.steps[7], d.steps[8] " OF_EACH(
        "deadlines WHERE ticket_id = u.id", "AS d ORDER BY d.ticket_id, d.clock COLLATE \"C\", d.turn");
_Static_assert(LADDER_STEPS_MOST == 8, "deadlines_sql reads so many steps");

struct deadline_store *
deadline_store_new(struct db *db)
{
    struct deadline_store *store = check_zalloc(1, sizeof(*store));

    store->db = db;
    store->ids = db_params_new("I");
    return store;
}

void
deadline_store_destroy(struct deadline_store **store)
{
    if (*store == NULL)
        return;
    db_params_destroy(&(*store)->ids);
    free((*store)->turns);
    free((*store)->acts);
    free((*store)->rows);
    free((*store)->known);
    free(*store);
    *store = NULL;
}

// A text column, cut to the field.
static void
read_text(const struct db *db, size_t query, size_t row, int column, char *field, size_t size)
{
    str_copy(field, size, db_text(db, query, row, column, NULL));
}

static bool
read_policy(const struct db *db, size_t query, size_t row, struct policy *policy)
{
    *policy = (struct policy){.version = (int)db_int(db, query, row, 1)};
    read_text(db, query, row, 0, policy->clock, sizeof(policy->clock));
    policy->amount_ms = db_int(db, query, row, 3);
    read_text(db, query, row, 6, policy->kinds, sizeof(policy->kinds));
    read_text(db, query, row, 7, policy->topics, sizeof(policy->topics));
    read_text(db, query, row, 8, policy->levels, sizeof(policy->levels));
    read_text(db, query, row, 9, policy->channels, sizeof(policy->channels));
    policy->effective_from_ms = db_time(db, query, row, 10);
    return time_unit_parse(db_text(db, query, row, 2, NULL), &policy->unit) &&
           policy_parse_moments(db_text(db, query, row, 4, NULL), &policy->starts) == 0 &&
           policy_parse_moments(db_text(db, query, row, 5, NULL), &policy->stops) == 0;
}

// A policy that cannot be read is left out: what the others give still runs.
static void
read_policies(const struct db *db, size_t query, struct rules *rules)
{
    for (size_t i = 0; i < db_rows(db, query); i++) {
        struct policy policy;

        if (read_policy(db, query, i, &policy))
            rules_add_policy(rules, &policy);
        else
            log_error(EV_POLICY_REFUSED, "clock=%s version=%d unit, starts or stops has an unknown word",
                policy.clock, policy.version);
    }
}

static void
read_steps(const struct db *db, size_t query, struct rules *rules)
{
    for (size_t i = 0; i < db_rows(db, query); i++) {
        const char *clock = db_text(db, query, i, 0, NULL);
        int version = (int)db_int(db, query, i, 1);
        struct ladder_step step = {
            .percent = (int)db_int(db, query, i, 2), .wait_ms = db_int(db, query, i, 3)};

        if (!role_parse(db_text(db, query, i, 4, NULL), &step.role) ||
            rules_add_step(rules, clock, version, &step) < 0)
            log_error(EV_POLICY_REFUSED, "clock=%s version=%d step cannot be added", clock, version);
    }
}

// Holidays, office hours and quiet hours: queries first .. first + 2.
static void
read_calendar(const struct db *db, size_t first, struct rules *rules)
{
    struct calendar *calendar = rules_calendar(rules);

    for (size_t i = 0; i < db_rows(db, first); i++)
        calendar_add_holiday(calendar, (int32_t)db_int(db, first, i, 0));
    for (size_t i = 0; i < db_rows(db, first + 1); i++) {
        const char *agency = db_text(db, first + 1, i, 0, NULL);

        if (calendar_add_block(calendar, agency, (int)db_int(db, first + 1, i, 1),
                (int)db_int(db, first + 1, i, 2) / MINUTE_S, (int)db_int(db, first + 1, i, 3) / MINUTE_S,
                db_int(db, first + 1, i, 4) != 0) < 0)
            log_error(EV_POLICY_REFUSED, "agency=%s office hours cannot be added", agency);
    }
    for (size_t i = 0; i < db_rows(db, first + 2); i++) {
        enum role role = ROLE_OFFICER;

        if (role_parse(db_text(db, first + 2, i, 0, NULL), &role))
            rules_set_quiet(rules, role, (int)db_int(db, first + 2, i, 1) / MINUTE_S,
                (int)db_int(db, first + 2, i, 2) / MINUTE_S);
    }
}

static void
read_subjects(const struct db *db, size_t query, struct rules *rules)
{
    for (size_t i = 0; i < db_rows(db, query); i++) {
        const char *code = db_text(db, query, i, 1, NULL);
        const char *group = db_text(db, query, i, 2, NULL);

        if (db_int(db, query, i, 0) != 0)
            rules_add_agency(rules, code, group);
        else
            rules_add_topic(rules, code, group);
    }
}

// One attempt.  *before and *after: rules.version at both looks.
static enum outcome
read_rules(struct deadline_store *store, struct rules *rules, int64_t *before, int64_t *after)
{
    static const struct db_query queries[] = {
        {"rules_before", rules_sql, NULL},
        {"rules_policies", policies_sql, NULL},
        {"rules_steps", steps_sql, NULL},
        {"rules_holidays", holidays_sql, NULL},
        {"rules_office_hours", office_hours_sql, NULL},
        {"rules_quiet_hours", quiet_hours_sql, NULL},
        {"rules_subjects", subjects_sql, NULL},
        {"rules_after", rules_sql, NULL},
    };
    enum outcome outcome = db_run(store->db, queries, LENGTH(queries), PATIENCE_MS);

    if (outcome == DONE) {
        *before = db_int(store->db, 0, 0, 0);
        read_policies(store->db, 1, rules);
        read_steps(store->db, 2, rules);
        read_calendar(store->db, 3, rules);
        read_subjects(store->db, 6, rules);
        *after = db_int(store->db, 7, 0, 0);
    }
    db_release(store->db);
    return outcome;
}

enum outcome
deadline_store_rules(struct deadline_store *store, struct rules **rules, int64_t *version)
{
    for (int i = 0; i < RULES_TRIES; i++) {
        int64_t before = 0;
        struct rules *new = rules_new();

        if (read_rules(store, new, &before, version) != DONE) {
            rules_destroy(&new);
            return RETRY;
        }
        if (before == *version) {
            *rules = new;
            return DONE;
        }
        rules_destroy(&new);
    }
    return RETRY;
}

static int
compare_ids(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;

    return (left > right) - (left < right);
}

// Puts each ticket once into the parameters, in the order of ids.
static void
put_ids(struct deadline_store *store, const int64_t *tickets, size_t count)
{
    CHECK(count <= DEADLINE_STORE_MOST);
    memcpy(store->wanted, tickets, count * sizeof(*tickets));
    qsort(store->wanted, count, sizeof(*store->wanted), compare_ids);
    db_params_clear(store->ids);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || store->wanted[i] != store->wanted[i - 1])
            db_put_int(store->ids, 0, store->wanted[i]);
}

// Room for so many; what was there is not kept.
static void *
make_room(void *memory, size_t *room, size_t count, size_t size)
{
    if (count <= *room)
        return memory;
    *room = count + count / 2;
    free(memory);
    return check_alloc(*room * size);
}

static void
read_ticket(struct deadline_store *store, size_t query, size_t row, struct deadline_case *one)
{
    const struct db *db = store->db;
    struct history *history = &one->history;
    char code[ID_CODE_SIZE];

    memset(one, 0, sizeof(*one));
    history->ticket_id = db_int(db, query, row, 0);
    history->received_at_ms = db_time(db, query, row, 1);
    read_text(db, query, row, 4, history->topic, sizeof(history->topic));
    read_text(db, query, row, 5, one->region_code, sizeof(one->region_code));
    read_text(db, query, row, 6, history->kind, sizeof(history->kind));
    read_text(db, query, row, 7, one->stage, sizeof(one->stage));
    history->urgent = db_int(db, query, row, 8) != 0;
    one->changes = (int)db_int(db, query, row, 10);
    str_copy(
        history->channel, sizeof(history->channel), policy_channel_name((int)db_int(db, query, row, 11)));
    id_code(store->tracking_key, history->ticket_id, code);
    str_copy(one->tracking_code, sizeof(one->tracking_code), code);
}

// The turns of one case: those that are over, from row *next of the turns' query on, and the one that runs.
static void
read_turns(struct deadline_store *store, size_t query, size_t *next, size_t ticket_row,
    struct deadline_case *one, struct history_turn *turns)
{
    const struct db *db = store->db;
    struct history *history = &one->history;
    int running = (int)db_int(db, query - 1, ticket_row, 9);
    struct history_turn *turn = turns;

    for (; *next < db_rows(db, query) && db_int(db, query, *next, 0) <= history->ticket_id; ++*next) {
        if (db_int(db, query, *next, 0) < history->ticket_id || db_int(db, query, *next, 1) >= running)
            continue;
        *turn = (struct history_turn){.turn = (int)db_int(db, query, *next, 1),
            .from_ms = db_time(db, query, *next, 3),
            .until_ms = db_time(db, query, *next, 4)};
        read_text(db, query, *next, 2, turn->agency, sizeof(turn->agency));
        turn++;
    }
    *turn = (struct history_turn){
        .turn = running, .from_ms = db_time(db, query - 1, ticket_row, 2), .until_ms = CALENDAR_NEVER};
    read_text(db, query - 1, ticket_row, 3, turn->agency, sizeof(turn->agency));
    one->has_clocks = turn->agency[0] != '\0' && strcmp(turn->agency, HISTORY_SHELF) != 0;
    history->turns = turns;
    history->turn_count = (size_t)(turn - turns) + 1;
}

// An act whose word is of a later release does nothing here, but counts as one.
static void
read_act(const struct db *db, size_t query, size_t row, struct act_row *act)
{
    *act = (struct act_row){.id = db_int(db, query, row, 1),
        .at_ms = db_time(db, query, row, 2),
        .same_text = (int)db_int(db, query, row, 7)};
    if (!act_parse(db_text(db, query, row, 3, NULL), &act->act))
        act->act = ACT_NOTE;
    if (!actor_kind_parse(db_text(db, query, row, 4, NULL), &act->actor))
        act->actor = ACTOR_SYSTEM;
    read_text(db, query, row, 5, act->agency, sizeof(act->agency));
    read_text(db, query, row, 6, act->value, sizeof(act->value));
}

static void
read_acts(struct deadline_store *store, size_t query, size_t *next, struct deadline_case *one)
{
    const struct db *db = store->db;
    struct history *history = &one->history;

    while (*next < db_rows(db, query) && db_int(db, query, *next, 0) < history->ticket_id)
        ++*next;
    history->acts = &store->acts[*next];
    for (; *next < db_rows(db, query) && db_int(db, query, *next, 0) == history->ticket_id; ++*next)
        read_act(db, query, *next, &history->acts[history->act_count++]);
}

static enum stop
stop_parse(const char *name)
{
    enum stop stop = STOP_NONE;

    while (stop < STOP_VOID && strcmp(stop_name(stop), name) != 0)
        stop++;
    return stop;
}

static void
read_deadline(const struct db *db, size_t query, size_t row, struct deadline_row *deadline)
{
    *deadline = (struct deadline_row){.turn = (int)db_int(db, query, row, 2),
        .version = (int)db_int(db, query, row, 3),
        .started_at_ms = db_time(db, query, row, 5),
        .due_at_ms = db_is_null(db, query, row, 6) ? CALENDAR_NEVER : db_time(db, query, row, 6),
        .stopped_at_ms = db_is_null(db, query, row, 7) ? 0 : db_time(db, query, row, 7),
        .stop = stop_parse(db_text(db, query, row, 8, NULL)),
        .step_count = (size_t)db_int(db, query, row, 14),
        .next_step = (int)db_int(db, query, row, 9),
        .next_at_ms = db_is_null(db, query, row, 10) ? 0 : db_time(db, query, row, 10)};
    read_text(db, query, row, 1, deadline->clock, sizeof(deadline->clock));
    read_text(db, query, row, 4, deadline->agency, sizeof(deadline->agency));
    if (deadline->step_count > LADDER_STEPS_MOST)
        deadline->step_count = LADDER_STEPS_MOST;
    for (size_t i = 0; i < deadline->step_count; i++)
        deadline->steps[i] = db_int(db, query, row, 15 + (int)i);
}

static void
read_deadlines(struct deadline_store *store, size_t query, size_t *next, struct deadline_case *one)
{
    const struct db *db = store->db;

    while (*next < db_rows(db, query) && db_int(db, query, *next, 0) < one->history.ticket_id)
        ++*next;
    one->rows = &store->rows[*next];
    one->known = &store->known[*next];
    for (; *next < db_rows(db, query) && db_int(db, query, *next, 0) == one->history.ticket_id; ++*next) {
        store->known[*next] = (struct deadline_known){.acts = (int)db_int(db, query, *next, 11),
            .changes = (int)db_int(db, query, *next, 12),
            .rules = db_int(db, query, *next, 13)};
        read_deadline(db, query, *next, &store->rows[*next]);
        one->row_count++;
    }
}

// Queries 0 .. 3 are tickets, turns, acts and deadlines, all in the order of tickets.
static void
read_cases(struct deadline_store *store)
{
    const struct db *db = store->db;
    size_t next_turn = 0, next_act = 0, next_row = 0, known_room = store->row_room, turn_count = 0;

    store->case_count = db_rows(db, 0);
    store->turns =
        make_room(store->turns, &store->turn_room, store->case_count + db_rows(db, 1), sizeof(*store->turns));
    store->acts = make_room(store->acts, &store->act_room, db_rows(db, 2) + 1, sizeof(*store->acts));
    store->known = make_room(store->known, &known_room, db_rows(db, 3) + 1, sizeof(*store->known));
    store->rows = make_room(store->rows, &store->row_room, db_rows(db, 3) + 1, sizeof(*store->rows));
    for (size_t i = 0; i < store->case_count; i++) {
        struct deadline_case *one = &store->cases[i];

        read_ticket(store, 0, i, one);
        read_turns(store, 1, &next_turn, i, one, &store->turns[turn_count]);
        turn_count += one->history.turn_count;
        read_acts(store, 2, &next_act, one);
        read_deadlines(store, 3, &next_row, one);
    }
}

// The key of tracking codes, which never changes.
static enum outcome
read_key(struct deadline_store *store)
{
    const struct db_query query = {"cases_key", key_sql, NULL};
    enum outcome outcome = DONE;
    size_t length = 0;

    if (store->has_key)
        return DONE;
    outcome = db_run(store->db, &query, 1, PATIENCE_MS);
    if (outcome == DONE && db_rows(store->db, 0) == 1) {
        const char *value = db_text(store->db, 0, 0, 0, &length);

        store->has_key = length == ID_KEY_SIZE;
        if (store->has_key)
            memcpy(store->tracking_key, value, ID_KEY_SIZE);
    }
    db_release(store->db);
    return store->has_key ? DONE : RETRY;
}

enum outcome
deadline_store_cases(struct deadline_store *store, const int64_t *tickets, size_t count,
    struct deadline_case **cases, size_t *case_count)
{
    const struct db_query queries[] = {
        {"cases_tickets", tickets_sql, store->ids},
        {"cases_turns", turns_sql, store->ids},
        {"cases_acts", acts_sql, store->ids},
        {"cases_deadlines", deadlines_sql, store->ids},
    };
    enum outcome outcome = read_key(store);

    if (outcome != DONE)
        return outcome;
    put_ids(store, tickets, count);
    outcome = db_run(store->db, queries, LENGTH(queries), PATIENCE_MS);
    if (outcome == DONE)
        read_cases(store);
    db_release(store->db);
    *cases = store->cases;
    *case_count = outcome == DONE ? store->case_count : 0;
    return outcome;
}
