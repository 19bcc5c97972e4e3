// replay.c - first response deadlines under two sets of rules.
#include "replay.h"

#include "deadline/change.h"
#include "deadline/derive.h"

#include <stdbool.h>
#include <string.h>

// One first response deadline under one set of rules.  deadline NULL: there is none.
struct side {
    const struct deadline *deadline;
    int64_t due_ms;
    int64_t stopped_ms; // 0: by as_of_ms it was not
    enum stop stop;
};

// Derives, and keeps only those of the clock.  Returns how many.
static size_t
derive_first_responses(const struct rules *rules, const struct history *history, int64_t as_of_ms,
    struct deadline out[DERIVE_MOST])
{
    size_t all = derive(rules, history, as_of_ms, out, DERIVE_MOST);
    size_t count = 0;

    for (size_t i = 0; i < all; i++)
        if (strcmp(out[i].policy->clock, "first_response") == 0)
            out[count++] = out[i];
    return count;
}

static const struct deadline *
find(const struct deadline *deadlines, size_t count, int turn)
{
    for (size_t i = 0; i < count; i++)
        if (deadlines[i].turn == turn)
            return &deadlines[i];
    return NULL;
}

// As it is derived.
static struct side
derived_side(const struct deadline *deadline)
{
    struct side side = {.deadline = deadline};

    if (deadline != NULL) {
        side.due_ms = deadline->due_at_ms;
        side.stopped_ms = deadline->stopped_at_ms;
        side.stop = deadline->stop;
    }
    return side;
}

// As it is on the record: the watcher's own rule says what of the stored row stays.
static struct side
recorded_side(
    const struct replay *replay, const struct deadline_case *ticket, const struct deadline *deadline)
{
    struct side side = derived_side(deadline);
    struct change change = {.kind = CHANGE_NONE};

    for (size_t i = 0; i < ticket->row_count; i++) {
        const struct deadline_row *row = &ticket->rows[i];

        if (strcmp(row->clock, deadline->policy->clock) != 0 || row->turn != deadline->turn)
            continue;
        change_plan(replay->before, row, deadline, replay->as_of_ms, &change);
        side.due_ms = change.row.due_at_ms;
        side.stopped_ms = change.row.stopped_at_ms <= replay->as_of_ms ? change.row.stopped_at_ms : 0;
        side.stop = side.stopped_ms != 0 ? change.row.stop : STOP_NONE;
    }
    return side;
}

static bool
is_the_same(const struct deadline *one, const struct deadline *other)
{
    return one != NULL && other != NULL && one->started_at_ms == other->started_at_ms &&
           one->due_at_ms == other->due_at_ms && one->stopped_at_ms == other->stopped_at_ms;
}

static bool
fell(const struct replay *replay, const struct side *side)
{
    return side->deadline != NULL && side->due_ms >= replay->begins_ms && side->due_ms < replay->ends_ms &&
           side->due_ms <= replay->as_of_ms && side->stop != STOP_VOID;
}

static bool
is_negligent(const struct replay *replay, const struct side *side)
{
    return fell(replay, side) && (side->stopped_ms == 0 || side->stopped_ms > side->due_ms);
}

// Adds one to a figure of an agency.
static void
count(struct replay *replay, const char *agency, const char *key)
{
    static const char *const keys[] = {"before", "after", "enter", "leave"};
    json_t *row = json_object_get(replay->agencies, agency);

    if (row == NULL) {
        row = json_object();
        json_object_set_new(row, "agency", json_string(agency));
        for (size_t i = 0; i < LENGTH(keys); i++)
            json_object_set_new(row, keys[i], json_integer(0));
        json_object_set_new(replay->agencies, agency, row);
    }
    json_object_set_new(row, key, json_integer(json_integer_value(json_object_get(row, key)) + 1));
}

static json_t *
moment(int64_t at_ms)
{
    return at_ms != 0 && at_ms != CALENDAR_NEVER ? json_integer(at_ms) : json_null();
}

static json_t *
describe(const struct deadline_case *ticket, const struct deadline *deadline)
{
    json_t *made = json_object();

    json_object_set_new(made, "tracking_code", json_string(ticket->tracking_code));
    json_object_set_new(made, "ticket_id", json_integer(ticket->history.ticket_id));
    json_object_set_new(made, "turn", json_integer(deadline->turn));
    json_object_set_new(made, "agency", json_string(deadline->agency));
    return made;
}

static void
add_move(
    const struct deadline_case *ticket, const struct side *before, const struct side *after, json_t *list)
{
    const struct side *side = after->deadline != NULL ? after : before;
    json_t *made = describe(ticket, side->deadline);

    json_object_set_new(made, "started_at_ms", moment(side->deadline->started_at_ms));
    json_object_set_new(
        made, "due_before_ms", before->deadline != NULL ? moment(before->due_ms) : json_null());
    json_object_set_new(made, "due_after_ms", after->deadline != NULL ? moment(after->due_ms) : json_null());
    json_object_set_new(made, "stopped_at_ms", moment(side->stopped_ms));
    json_object_set_new(made, "stop", json_string(stop_name(side->stop)));
    json_array_append_new(list, made);
}

// Compares one deadline under both rules; one of them may have none.
static void
compare(struct replay *replay, const struct deadline_case *ticket, const struct deadline *deadline,
    const struct deadline *other)
{
    struct side before = {.deadline = NULL};
    struct side after = derived_side(other);

    if (deadline != NULL)
        before = recorded_side(replay, ticket, deadline);
    if (is_the_same(deadline, other)) {
        after = before;
        after.deadline = other;
    }
    bool was = is_negligent(replay, &before);
    bool is = is_negligent(replay, &after);
    replay->fell_before += fell(replay, &before);
    replay->fell_after += fell(replay, &after);
    replay->negligent_before += was;
    replay->negligent_after += is;
    if (was) {
        json_t *made = describe(ticket, deadline);

        json_object_set_new(made, "due_at_ms", moment(before.due_ms));
        json_array_append_new(replay->negligent, made);
        count(replay, deadline->agency, "before");
    }
    if (is)
        count(replay, other->agency, "after");
    if (is && !was) {
        count(replay, other->agency, "enter");
        add_move(ticket, &before, &after, replay->enter);
    }
    if (was && !is) {
        count(replay, deadline->agency, "leave");
        add_move(ticket, &before, &after, replay->leave);
    }
}

void
replay_add(struct replay *replay, const struct deadline_case *ticket)
{
    static struct deadline before[DERIVE_MOST];
    static struct deadline after[DERIVE_MOST];
    const struct history *history = &ticket->history;
    size_t count_before = derive_first_responses(replay->before, history, replay->as_of_ms, before);
    size_t count_after = derive_first_responses(replay->after, history, replay->as_of_ms, after);

    replay->tickets++;
    for (size_t i = 0; i < count_before; i++)
        compare(replay, ticket, &before[i], find(after, count_after, before[i].turn));
    for (size_t i = 0; i < count_after; i++)
        if (find(before, count_before, after[i].turn) == NULL)
            compare(replay, ticket, NULL, &after[i]);
}
