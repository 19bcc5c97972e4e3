// explain.c - a deadline derived in words and figures.
//
// Each line begins with what it is about, then a time or two.  The lines that count time say how much of it
// passed in that span of the calendar, and the sum so far: where the sum reaches what the policy gives, the
// clock has run out.
#include "explain.h"

#include "check.h"

#include <inttypes.h>
#include <string.h>

#define SECOND_MS INT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)

enum {
    LINES_MOST = 40,     // of counted time; what is more is told as one
    HOLIDAYS_DAYS = 400, // for which holidays are listed
    TEXT_SIZE = 400,
};

struct story {
    const struct rules *rules;
    const struct history *history;
    const struct deadline *deadline;
    int64_t now_ms;
    struct str *out;
};

// Time that was counted under one heading; several spans of the calendar once there are too many.
struct counted {
    const char *heading; // NULL: nothing
    const struct office *office;
    int64_t from_ms, until_ms, amount;
    size_t spans;
};

struct counting {
    const struct story *story;
    struct counted counted; // not told yet
    int64_t sum;
    size_t lines;
};

void
explain_amount(enum time_unit unit, int64_t amount, struct str *out)
{
    if (amount < 0) {
        str_add_text(out, "-");
        amount = -amount;
    }
    // A day of working hours has as many as the office is open: they are told as hours alone.
    if (unit != UNIT_WORKING_HOURS && amount >= DAY_MS) {
        str_format(out, "%" PRId64 " d ", amount / DAY_MS);
        amount %= DAY_MS;
    }
    str_format(out, "%02" PRId64 ":%02d:%02d", amount / HOUR_MS, (int)(amount / MINUTE_MS % 60),
        (int)(amount / SECOND_MS % 60));
}

void
explain_time(int64_t at_ms, struct str *out)
{
    char day_text[16];

    if (at_ms == CALENDAR_NEVER) {
        str_add_text(out, "never");
        return;
    }
    int32_t day = calendar_day(at_ms);
    int64_t time = at_ms - calendar_day_begins(day);
    str_format(out, "%s %02d:%02d:%02d WIB", calendar_format_day(day, day_text), (int)(time / HOUR_MS),
        (int)(time / MINUTE_MS % 60), (int)(time / SECOND_MS % 60));
}

static void
begin_line(struct str *out, const char *heading)
{
    str_format(out, "  %-11s ", heading);
}

static void
end_line(struct str *out)
{
    str_add_text(out, "\n");
}

static const char *
unit_words(enum time_unit unit)
{
    switch (unit) {
    case UNIT_WALL:
        return "by the wall clock";
    case UNIT_WORKING_DAYS:
        return "of working days (a day of the office counts 1 d, however long it is open)";
    case UNIT_WORKING_HOURS:
        return "of office hours";
    }
    return "";
}

static void
condition(struct str *out, const char *name, const char *words)
{
    if (words[0] == '\0')
        return;
    begin_line(out, "for");
    str_format(out, "%s %s\n", name, words);
}

static void
tell_policy(const struct story *story)
{
    const struct policy *policy = story->deadline->policy;
    struct str *out = story->out;
    char text[TEXT_SIZE];

    begin_line(out, "policy");
    str_format(out, "%s version %d: ", policy->clock, policy->version);
    explain_amount(policy->unit, policy->amount_ms, out);
    str_format(out, " %s\n", unit_words(policy->unit));
    begin_line(out, "");
    str_format(out, "from %s", policy_format_moments(policy->starts, text, sizeof(text)));
    str_format(out, " until %s; in force since ", policy_format_moments(policy->stops, text, sizeof(text)));
    explain_time(policy->effective_from_ms, out);
    end_line(out);
    condition(out, "kinds", policy->kinds);
    condition(out, "topics", policy->topics);
    condition(out, "agencies of level", policy->levels);
    condition(out, "channels", policy->channels);
}

static const struct act_row *
act_of(const struct history *history, int64_t id)
{
    for (size_t i = 0; i < history->act_count; i++)
        if (history->acts[i].id == id)
            return &history->acts[i];
    return NULL;
}

// act 12: in_progress (value), officer for DISHUB
static void
name_act(const struct act_row *act, struct str *out)
{
    str_format(out, "act %" PRId64 ": %s", act->id, act_name(act->act));
    if (act->value[0] != '\0')
        str_format(out, " (%s)", act->value);
    str_format(out, ", %s", actor_kind_name(act->actor));
    if (act->agency[0] != '\0')
        str_format(out, " for %s", act->agency);
}

static void
tell_start(const struct story *story)
{
    const struct deadline *deadline = story->deadline;
    const struct history_turn *turn = history_turn_at(story->history, deadline->started_at_ms);
    struct history_moment moments[DERIVE_MOST];
    size_t count = history_moments(story->history, deadline->started_at_ms, moments, LENGTH(moments));
    unsigned started_by = 0;
    int64_t act_id = 0;
    char text[TEXT_SIZE];

    for (size_t i = 0; i < count && i < LENGTH(moments); i++) {
        bool is_start = moments[i].moment & deadline->policy->starts;
        if (!is_start || moments[i].at_ms != deadline->started_at_ms)
            continue;
        started_by |= moments[i].moment;
        act_id = moments[i].act_id;
    }
    begin_line(story->out, "started");
    explain_time(deadline->started_at_ms, story->out);
    str_format(story->out, "  %s, turn %d, %s",
        started_by != 0 ? policy_format_moments(started_by, text, sizeof(text)) : "somebody has it again",
        turn->turn, turn->agency);
    const struct act_row *act = act_of(story->history, act_id);
    if (act != NULL) {
        str_add_text(story->out, "; ");
        name_act(act, story->out);
    }
    end_line(story->out);
}

static void
tell_from_until(const struct story *story, const char *heading, int64_t from_ms, int64_t until_ms)
{
    begin_line(story->out, heading);
    explain_time(from_ms, story->out);
    str_add_text(story->out, " .. ");
    explain_time(until_ms, story->out);
    str_add_text(story->out, "  ");
}

// What a span is of its working day, when the office is not open all day: the watch shows no parts of a day.
static void
tell_share(const struct story *story, const struct counted *counted)
{
    const int64_t begins = calendar_day_begins(calendar_day(counted->from_ms));

    if (story->deadline->policy->unit != UNIT_WORKING_DAYS || counted->until_ms > begins + DAY_MS)
        return;
    int64_t open = calendar_between(
        rules_look_at_calendar(story->rules), counted->office, UNIT_WORKING_HOURS, begins, begins + DAY_MS);
    if (open == DAY_MS)
        return;
    str_add_text(story->out, " (");
    explain_amount(UNIT_WORKING_HOURS, counted->until_ms - counted->from_ms, story->out);
    str_add_text(story->out, " of the ");
    explain_amount(UNIT_WORKING_HOURS, open, story->out);
    str_add_text(story->out, " that day)");
}

static void
tell_counted(struct counting *counting)
{
    const struct story *story = counting->story;
    struct counted *counted = &counting->counted;

    if (counted->heading == NULL)
        return;
    counting->sum += counted->amount;
    counting->lines++;
    tell_from_until(story, counted->heading, counted->from_ms, counted->until_ms);
    explain_amount(story->deadline->policy->unit, counted->amount, story->out);
    str_add_text(story->out, ", sum ");
    explain_amount(story->deadline->policy->unit, counting->sum, story->out);
    if (counted->spans > 1)
        str_format(story->out, " (%zu spans of office time)", counted->spans);
    else
        tell_share(story, counted);
    end_line(story->out);
    counted->heading = NULL;
}

// Counts a span of the calendar, that lies on one side of each border.
static void
count_part(struct counting *counting, const struct office *office, int64_t from_ms, int64_t until_ms)
{
    const struct deadline *deadline = counting->story->deadline;
    const int64_t now = counting->story->now_ms;
    int64_t end = deadline->stopped_at_ms != 0 ? deadline->stopped_at_ms : now;
    const char *heading = from_ms >= end ? "ahead" : from_ms >= deadline->due_at_ms ? "late" : "counts";
    struct counted *counted = &counting->counted;

    if (counting->lines < LINES_MOST || counted->heading != heading)
        tell_counted(counting);
    if (counted->heading == NULL)
        *counted = (struct counted){.heading = heading, .office = office, .from_ms = from_ms};
    counted->until_ms = until_ms;
    counted->spans++;
    counted->amount += calendar_between(
        rules_look_at_calendar(counting->story->rules), office, deadline->policy->unit, from_ms, until_ms);
}

static int64_t
cut(int64_t until_ms, int64_t from_ms, int64_t border_ms)
{
    return border_ms > from_ms && border_ms < until_ms ? border_ms : until_ms;
}

static void
count_span(struct counting *counting, const struct span *span)
{
    const struct story *story = counting->story;
    const struct deadline *deadline = story->deadline;
    const struct calendar *calendar = rules_look_at_calendar(story->rules);
    const struct office *office = calendar_office(calendar, span->agency);
    int64_t at = span->from_ms, begins, ends;

    while (at < span->until_ms &&
           calendar_span(calendar, office, deadline->policy->unit, at, &begins, &ends) &&
           begins < span->until_ms) {
        int64_t from = begins > at ? begins : at;
        int64_t until = ends < span->until_ms ? ends : span->until_ms;
        until = cut(until, from, deadline->due_at_ms);
        until = cut(until, from, deadline->stopped_at_ms != 0 ? deadline->stopped_at_ms : story->now_ms);
        if (until == CALENDAR_NEVER)
            break;
        count_part(counting, office, from, until);
        at = until;
    }
    tell_counted(counting);
}

static void
tell_pause(const struct story *story, const struct span *span)
{
    tell_from_until(story, "pause", span->from_ms, span->until_ms);
    str_add_text(story->out,
        span->until_ms == CALENDAR_NEVER ? "waits for the reporter still\n" : "waits for the reporter\n");
}

static void
tell_time(const struct story *story)
{
    struct counting counting = {.story = story};
    struct span spans[DERIVE_SPANS_MOST];
    size_t count = derive_spans(story->rules, story->history, story->deadline, story->now_ms, spans);

    for (size_t i = 0; i < count; i++) {
        if (i > 0 && strcmp(spans[i].agency, spans[i - 1].agency) != 0) {
            begin_line(story->out, "transfer");
            explain_time(spans[i].from_ms, story->out);
            str_format(story->out, "  %s -> %s\n", spans[i - 1].agency, spans[i].agency);
        }
        if (spans[i].kind == SPAN_PAUSED)
            tell_pause(story, &spans[i]);
        else
            count_span(&counting, &spans[i]);
    }
}

// The days of the holidays table that lie on the way, weekends aside: they are why the sums stand still.
static void
tell_holidays(const struct story *story)
{
    const struct deadline *deadline = story->deadline;
    const struct calendar *calendar = rules_look_at_calendar(story->rules);
    int64_t end = deadline->due_at_ms != CALENDAR_NEVER ? deadline->due_at_ms : story->now_ms;
    int32_t first = calendar_day(deadline->started_at_ms), last = calendar_day(end);
    bool any = false;
    char day_text[16];

    if (deadline->policy->unit == UNIT_WALL)
        return;
    if (last > first + HOLIDAYS_DAYS)
        last = first + HOLIDAYS_DAYS;
    for (int32_t day = first; day <= last; day++) {
        if (!calendar_is_holiday(calendar, day) || calendar_weekday(day) > 5)
            continue;
        if (!any)
            begin_line(story->out, "holidays");
        str_format(story->out, "%s%s", any ? ", " : "", calendar_format_day(day, day_text));
        any = true;
    }
    if (any)
        end_line(story->out);
}

static void
tell_due(const struct story *story)
{
    begin_line(story->out, "due");
    if (story->deadline->due_at_ms == CALENDAR_NEVER)
        str_add_text(story->out, "not known: it waits for the reporter, or no working time is left");
    else
        explain_time(story->deadline->due_at_ms, story->out);
    end_line(story->out);
}

static void
tell_step(const struct story *story, size_t i)
{
    const struct deadline *deadline = story->deadline;
    const struct policy *policy = deadline->policy;
    const struct ladder_step *step = &policy->ladder.steps[i];
    int64_t amount = policy->amount_ms / 100 * step->percent + policy->amount_ms % 100 * step->percent / 100;
    int64_t at = deadline->steps[i];

    begin_line(story->out, "step");
    explain_time(at, story->out);
    str_format(story->out, "  %s: ", role_name(step->role));
    if (step->percent > 0) {
        str_format(story->out, "%d%%, ", step->percent);
        explain_amount(policy->unit, amount, story->out);
    } else {
        explain_amount(UNIT_WALL, step->wait_ms, story->out);
        str_add_text(story->out, " by the wall clock after it was due");
    }
    if (step->percent > 0 && at != CALENDAR_NEVER) {
        int64_t passed = derive_time(story->rules, story->history, deadline, story->now_ms, amount);
        if (passed < at) {
            str_add_text(story->out, "; moved for quiet hours, or after the step before, from ");
            explain_time(passed, story->out);
        }
    }
    if (deadline->stopped_at_ms != 0 && at >= deadline->stopped_at_ms)
        str_add_text(story->out, "; the clock had stopped");
    end_line(story->out);
}

// Why an act that looks like an answer is none, or NULL.
static const char *
why_no_response(const struct history *history, const struct act_row *act, int64_t now_ms)
{
    if (act_stage(act->act) == NULL || act->act == ACT_REOPENED || history_is_response(history, act, now_ms))
        return NULL;
    switch (act->actor) {
    case ACTOR_BOT:
        return "a bot did it";
    case ACTOR_SYSTEM:
        return "no person did it";
    case ACTOR_REPORTER:
        return "the reporter did it";
    case ACTOR_OFFICER:
    case ACTOR_KINDS:
        break;
    }
    const char *agency = history_turn_at(history, act->at_ms)->agency;
    if (act->agency[0] != '\0' && strcmp(act->agency, agency) != 0)
        return "another agency had the ticket";
    return act_is_pasted(act) ? "its words stand on many tickets, and nobody judged that they count"
                              : "it was judged to be pasted, or the ticket was closed";
}

// Acts that an officer may think of as the answer.
static void
tell_what_did_not_count(const struct story *story)
{
    const struct deadline *deadline = story->deadline;
    int64_t end = deadline->stopped_at_ms != 0 ? deadline->stopped_at_ms : story->now_ms;

    if (!(deadline->policy->stops & MOMENT_RESPONSE))
        return;
    for (size_t i = 0; i < story->history->act_count; i++) {
        const struct act_row *act = &story->history->acts[i];
        if (act->at_ms < deadline->started_at_ms || act->at_ms > end)
            continue;
        const char *why = why_no_response(story->history, act, story->now_ms);
        if (why == NULL)
            continue;
        begin_line(story->out, "not counted");
        explain_time(act->at_ms, story->out);
        str_add_text(story->out, "  ");
        name_act(act, story->out);
        str_format(story->out, "; %s\n", why);
    }
}

static void
tell_distance(const struct story *story, int64_t at_ms, const char *before, const char *after)
{
    const int64_t due = story->deadline->due_at_ms;

    if (due == CALENDAR_NEVER)
        return;
    str_add_text(story->out, "; ");
    explain_amount(UNIT_WALL, at_ms > due ? at_ms - due : due - at_ms, story->out);
    str_format(story->out, " %s", at_ms > due ? after : before);
}

static void
tell_end(const struct story *story)
{
    const struct deadline *deadline = story->deadline;
    const struct act_row *act = act_of(story->history, deadline->stop_act);

    if (deadline->stopped_at_ms == 0) {
        begin_line(story->out, "runs");
        explain_time(story->now_ms, story->out);
        tell_distance(story, story->now_ms, "left by the wall clock", "late by the wall clock");
        end_line(story->out);
        return;
    }
    begin_line(story->out, "stopped");
    explain_time(deadline->stopped_at_ms, story->out);
    str_format(story->out, "  %s", stop_name(deadline->stop));
    if (act != NULL) {
        str_add_text(story->out, " by ");
        name_act(act, story->out);
    }
    tell_distance(story, deadline->stopped_at_ms, "before it was due", "after it was due");
    end_line(story->out);
}

void
explain(const struct rules *rules, const struct history *history, const struct deadline *deadline,
    int64_t now_ms, struct str *out)
{
    const struct story story = {rules, history, deadline, now_ms, out};

    CHECK(deadline->policy != NULL);
    tell_policy(&story);
    tell_start(&story);
    tell_holidays(&story);
    tell_time(&story);
    tell_due(&story);
    for (size_t i = 0; i < deadline->step_count; i++)
        tell_step(&story, i);
    tell_what_did_not_count(&story);
    tell_end(&story);
}
