// why_facts.c - derives the deadlines of a ticket and compares them with what is stored.
//
// A stored deadline may differ from the derived one for two reasons that are right: the watcher has not come
// to what happened last, or the deadline had run out and so keeps what it was (common/deadline/change.h). All
// else is a fault, and is called one.
#include "why_facts.h"

#include "deadline/explain.h"
#include "policy.h"
#include "rows.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

// What a deadline is looked at with.
struct subject {
    const struct rules *rules;
    const struct deadline_case *ticket;
    const json_t *rest;
    int64_t now_ms;
};

static json_t *
moment(int64_t at_ms)
{
    return at_ms != 0 && at_ms != CALENDAR_NEVER ? json_integer(at_ms) : json_null();
}

// Those of rows that are of this clock and turn.
static json_t *
of_deadline(const json_t *rows, const char *clock, int turn)
{
    json_t *some = json_array();
    size_t i = 0;
    json_t *row = NULL;

    json_array_foreach(rows, i, row) if (strcmp(rows_text(row, "clock"), clock) == 0 &&
                                         rows_integer(row, "turn") == turn) json_array_append(some, row);
    return some;
}

static json_t *
policy_facts(const struct policy *policy, const json_t *sources)
{
    json_t *made = json_object();
    size_t i = 0;
    json_t *row = NULL;

    policy_describe(made, policy);
    json_array_foreach(sources, i, row) if (strcmp(rows_text(row, "clock"), policy->clock) == 0 &&
                                            rows_integer(row, "version") == policy->version)
        json_object_set(made, "source", json_object_get(row, "source"));
    return made;
}

static json_t *
find_act(const json_t *acts, int64_t id)
{
    size_t i = 0;
    json_t *row = NULL;

    json_array_foreach(acts, i, row) if (id != 0 && rows_integer(row, "id") == id) return json_incref(row);
    return json_null();
}

static json_t *
span_facts(const struct subject *subject, const struct deadline *deadline)
{
    static const char *const kinds[] = {[SPAN_RUNS] = "runs", [SPAN_PAUSED] = "paused"};
    struct span spans[DERIVE_SPANS_MOST];
    size_t count = derive_spans(subject->rules, &subject->ticket->history, deadline, subject->now_ms, spans);
    json_t *all = json_array();

    for (size_t i = 0; i < count; i++) {
        json_t *made = json_object();

        json_object_set_new(made, "kind", json_string(kinds[spans[i].kind]));
        json_object_set_new(made, "agency", json_string(spans[i].agency));
        json_object_set_new(made, "from_ms", json_integer(spans[i].from_ms));
        json_object_set_new(made, "until_ms", moment(spans[i].until_ms));
        json_object_set_new(made, "amount_ms", json_integer(spans[i].amount));
        json_array_append_new(all, made);
    }
    return all;
}

static json_t *
step_facts(const struct deadline *deadline, const struct deadline_row *row)
{
    json_t *all = json_array();

    for (size_t i = 0; i < deadline->step_count; i++) {
        const struct ladder_step *step = &deadline->policy->ladder.steps[i];
        json_t *made = json_object();

        json_object_set_new(made, "step", json_integer((json_int_t)i));
        json_object_set_new(made, "percent", step->percent > 0 ? json_integer(step->percent) : json_null());
        json_object_set_new(
            made, "wait_s", step->percent > 0 ? json_null() : json_integer(step->wait_ms / 1000));
        json_object_set_new(made, "role", json_string(role_name(step->role)));
        json_object_set_new(made, "at_ms", moment(deadline->steps[i]));
        json_object_set_new(made, "fired", json_boolean(row != NULL && (int)i < row->next_step));
        json_array_append_new(all, made);
    }
    return all;
}

static const struct deadline_row *
find_row(const struct deadline_case *ticket, const char *clock, int turn)
{
    for (size_t i = 0; i < ticket->row_count; i++)
        if (strcmp(ticket->rows[i].clock, clock) == 0 && ticket->rows[i].turn == turn)
            return &ticket->rows[i];
    return NULL;
}

static const struct deadline_known *
known_of(const struct deadline_case *ticket, const struct deadline_row *row)
{
    return &ticket->known[row - ticket->rows];
}

static json_t *
stored_facts(const struct deadline_row *row, const struct deadline_known *known)
{
    json_t *made = NULL;

    if (row == NULL)
        return json_null();
    made = json_object();
    json_object_set_new(made, "version", json_integer(row->version));
    json_object_set_new(made, "agency", json_string(row->agency));
    json_object_set_new(made, "started_at_ms", moment(row->started_at_ms));
    json_object_set_new(made, "due_at_ms", moment(row->due_at_ms));
    json_object_set_new(made, "stopped_at_ms", moment(row->stopped_at_ms));
    json_object_set_new(made, "stop", json_string(stop_name(row->stop)));
    json_object_set_new(made, "next_step", json_integer(row->next_step));
    json_object_set_new(made, "next_at_ms", moment(row->next_at_ms));
    json_object_set_new(made, "acts", json_integer(known->acts));
    json_object_set_new(made, "changes", json_integer(known->changes));
    json_object_set_new(made, "rules", json_integer(known->rules));
    return made;
}

static json_t *
verdict(bool ok, struct str *says)
{
    json_t *made = json_object();

    json_object_set_new(made, "ok", json_boolean(ok));
    json_object_set_new(made, "says", json_string(says->data));
    str_free(says);
    return made;
}

// What the stored row was derived from, if there is more by now.  Nothing is added when it knows all there
// is.
static void
say_stale(const struct deadline_known *known, const struct subject *subject, struct str *says)
{
    const struct deadline_case *ticket = subject->ticket;
    const json_t *fresh = json_array_get(json_object_get(subject->rest, "fresh"), 0);
    int64_t rules = rows_integer(fresh, "rules");

    if (known->acts != (int)ticket->history.act_count)
        str_format(says, " of %zu acts it knows %d;", ticket->history.act_count, known->acts);
    if (known->changes != ticket->changes)
        str_add_text(says, " the ticket has changed since;");
    if (known->rules != rules && !json_is_true(json_object_get(fresh, "applied")))
        str_format(
            says, " rules %lld are in force, it knows %lld;", (long long)rules, (long long)known->rules);
}

static void
say_time(struct str *says, const char *what, int64_t stored_ms, int64_t derived_ms)
{
    if (stored_ms == derived_ms)
        return;
    str_format(says, " %s is stored as ", what);
    explain_time(stored_ms != 0 ? stored_ms : CALENDAR_NEVER, says);
    str_add_text(says, ", derived as ");
    explain_time(derived_ms != 0 ? derived_ms : CALENDAR_NEVER, says);
    str_add_text(says, ";");
}

static void
say_differences(const struct deadline_row *stored, const struct deadline_row *wanted, struct str *says)
{
    say_time(says, "the start", stored->started_at_ms, wanted->started_at_ms);
    say_time(says, "the due time", stored->due_at_ms, wanted->due_at_ms);
    say_time(says, "the stop", stored->stopped_at_ms, wanted->stopped_at_ms);
    say_time(says, "the next step", stored->next_at_ms != 0 ? stored->next_at_ms : CALENDAR_NEVER,
        wanted->next_at_ms != 0 ? wanted->next_at_ms : CALENDAR_NEVER);
    if (stored->version != wanted->version)
        str_format(says, " version %d is stored, %d derived;", stored->version, wanted->version);
    if (stored->stop != wanted->stop)
        str_format(says, " it is stored as %s, derived as %s;",
            stored->stop == STOP_NONE ? "running" : stop_name(stored->stop),
            wanted->stop == STOP_NONE ? "running" : stop_name(wanted->stop));
    if (strcmp(stored->agency, wanted->agency) != 0)
        str_format(says, " %s is stored, %s derived;", stored->agency, wanted->agency);
}

// Does the stored deadline say what is derived?  derived NULL: nothing is.
static json_t *
check_facts(const struct subject *subject, const struct deadline_row *row, const struct deadline *derived)
{
    struct change change = {.kind = CHANGE_NONE};
    struct str says = {0};
    struct str stale = {0};

    if (row == NULL) {
        str_add_text(&says, "not stored yet; the watcher comes to it within seconds");
        return verdict(false, &says);
    }
    change_plan(subject->rules, row, derived, subject->now_ms, &change);
    if (change.kind != CHANGE_NONE) {
        say_stale(known_of(subject->ticket, row), subject, &stale);
        str_add_text(&says, stale.data != NULL ? "stale:" : "the stored deadline is wrong:");
        str_add_text(&says, stale.data != NULL ? stale.data : "");
        say_differences(row, &change.row, &says);
        // The last semicolon, or colon, ends the line.
        says.data[--says.length] = '\0';
        str_free(&stale);
        return verdict(false, &says);
    }
    if (derived == NULL)
        str_add_text(&says, "no policy gives this clock any more; it was stopped");
    else if (row->due_at_ms == derived->due_at_ms && row->started_at_ms == derived->started_at_ms &&
             row->version == derived->policy->version && row->stopped_at_ms == derived->stopped_at_ms)
        str_add_text(&says, "the stored deadline equals the derived one");
    else {
        str_format(&says, "it %s as version %d, due ",
            row->stop == STOP_NONE || row->due_at_ms < row->stopped_at_ms ? "had run out" : "had stopped",
            row->version);
        explain_time(row->due_at_ms, &says);
        if (row->stopped_at_ms != 0) {
            str_format(&says, ", %s ", stop_name(row->stop));
            explain_time(row->stopped_at_ms, &says);
        }
        str_add_text(
            &says, ", and that stays on the record; by the rules and facts of now it is as derived above");
    }
    return verdict(true, &says);
}

// What both kinds of deadline have, derived or only stored.
static json_t *
common_facts(const struct subject *subject, const char *clock, int turn, const char *agency)
{
    json_t *made = json_object();

    json_object_set_new(made, "clock", json_string(clock));
    json_object_set_new(made, "turn", json_integer(turn));
    json_object_set_new(made, "agency", json_string(agency));
    json_object_set_new(made, "told", of_deadline(json_object_get(subject->rest, "notices"), clock, turn));
    json_object_set_new(made, "changes", of_deadline(json_object_get(subject->rest, "changes"), clock, turn));
    return made;
}

static json_t *
derived_facts(const struct subject *subject, const struct deadline *deadline)
{
    const struct history *history = &subject->ticket->history;
    const struct deadline_row *row = find_row(subject->ticket, deadline->policy->clock, deadline->turn);
    json_t *made = common_facts(subject, deadline->policy->clock, deadline->turn, deadline->agency);
    const json_t *rest = subject->rest;
    struct str text = {0};

    json_object_set_new(made, "policy", policy_facts(deadline->policy, json_object_get(rest, "sources")));
    json_object_set_new(made, "started_at_ms", moment(deadline->started_at_ms));
    json_object_set_new(made, "due_at_ms", moment(deadline->due_at_ms));
    json_object_set_new(made, "stopped_at_ms", moment(deadline->stopped_at_ms));
    json_object_set_new(made, "stop", json_string(stop_name(deadline->stop)));
    json_object_set_new(made, "stopped_by", find_act(json_object_get(rest, "acts"), deadline->stop_act));
    json_object_set_new(made, "spans", span_facts(subject, deadline));
    json_object_set_new(made, "steps", step_facts(deadline, row));
    json_object_set_new(
        made, "stored", stored_facts(row, row != NULL ? known_of(subject->ticket, row) : NULL));
    json_object_set_new(made, "check", check_facts(subject, row, deadline));
    explain(subject->rules, history, deadline, subject->now_ms, &text);
    json_object_set_new(made, "explained", json_string(text.data != NULL ? text.data : ""));
    str_free(&text);
    return made;
}

// A stored deadline that nothing gives any more.
static json_t *
void_facts(const struct subject *subject, const struct deadline_row *row)
{
    const struct policy *policy = rules_policy(subject->rules, row->clock, row->version);
    json_t *made = common_facts(subject, row->clock, row->turn, row->agency);
    const json_t *sources = json_object_get(subject->rest, "sources");

    json_object_set_new(made, "policy", policy != NULL ? policy_facts(policy, sources) : json_null());
    json_object_set_new(made, "started_at_ms", moment(row->started_at_ms));
    json_object_set_new(made, "due_at_ms", moment(row->due_at_ms));
    json_object_set_new(made, "stopped_at_ms", moment(row->stopped_at_ms));
    json_object_set_new(made, "stop", json_string(stop_name(row->stop)));
    json_object_set_new(made, "stored", stored_facts(row, known_of(subject->ticket, row)));
    json_object_set_new(made, "check", check_facts(subject, row, NULL));
    json_object_set_new(made, "explained", json_string("  by the rules of now this clock does not run\n"));
    return made;
}

static bool
is_derived(const struct deadline *deadlines, size_t count, const struct deadline_row *row)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(deadlines[i].policy->clock, row->clock) == 0 && deadlines[i].turn == row->turn)
            return true;
    return false;
}

static json_t *
deadline_facts(const struct subject *subject)
{
    static struct deadline deadlines[DERIVE_MOST];
    const struct deadline_case *ticket = subject->ticket;
    size_t count = derive(subject->rules, &ticket->history, CALENDAR_NEVER, deadlines, DERIVE_MOST);
    json_t *all = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(all, derived_facts(subject, &deadlines[i]));
    // The row without a clock only says that no policy gave one.
    for (size_t i = 0; i < ticket->row_count; i++)
        if (ticket->rows[i].clock[0] != '\0' && !is_derived(deadlines, count, &ticket->rows[i]))
            json_array_append_new(all, void_facts(subject, &ticket->rows[i]));
    return all;
}

// How long each agency has had it.
static json_t *
held_facts(const struct history *history, int64_t now_ms)
{
    json_t *all = json_array();

    for (size_t i = 0; i < history->turn_count; i++) {
        const char *agency = history->turns[i].agency;
        bool is_known = agency[0] == '\0';

        for (size_t k = 0; k < i && !is_known; k++)
            is_known = strcmp(history->turns[k].agency, agency) == 0;
        if (is_known)
            continue;
        json_t *made = json_object();
        json_object_set_new(made, "agency", json_string(agency));
        json_object_set_new(made, "ms", json_integer(history_held_ms(history, agency, now_ms)));
        json_array_append_new(all, made);
    }
    return all;
}

json_t *
why_facts(const struct rules *rules, const struct deadline_case *ticket, const json_t *rest, int64_t now_ms)
{
    const struct subject subject = {.rules = rules, .ticket = ticket, .rest = rest, .now_ms = now_ms};
    const struct history *history = &ticket->history;
    json_t *made = json_object();

    json_object_set_new(made, "ticket_id", json_integer(history->ticket_id));
    json_object_set_new(made, "tracking_code", json_string(ticket->tracking_code));
    json_object_set_new(made, "stage", json_string(ticket->stage));
    json_object_set_new(made, "region_code", json_string(ticket->region_code));
    json_object_set_new(made, "kind", json_string(history->kind));
    json_object_set_new(made, "urgent", json_boolean(history->urgent));
    json_object_set_new(made, "topic", json_string(history->topic));
    json_object_set_new(made, "channel", json_string(history->channel));
    json_object_set_new(made, "received_at_ms", json_integer(history->received_at_ms));
    json_object_set(made, "turns", json_object_get(rest, "turns"));
    json_object_set_new(made, "held", held_facts(history, now_ms));
    json_object_set(made, "acts", json_object_get(rest, "acts"));
    json_object_set_new(made, "deadlines", deadline_facts(&subject));
    return made;
}
