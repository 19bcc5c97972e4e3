// referee.c - the decision code against the model.
#include "referee.h"

#include "audit.h"
#include "check.h"
#include "str.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A row as it should be.
struct referee_row {
    struct model_deadline is; // policy, turn, agency, start, due, stop, steps
    int next_step;
    int64_t next_at_ms;  // 0: nothing will fire
    int64_t fired_at_ms; // the last step
    bool is_open;        // the code decided whether it was late: leave_open()
};

// What was told, once for ever.
struct told {
    int kind, turn, step;
    const char *clock;
};

struct sheet {
    struct referee_row *rows; // by clock, then turn
    size_t count;
    struct told *told;
    size_t told_count;

    // The model's deadlines, as long as nothing changes.
    struct model_deadline *model;
    size_t model_count;
    int64_t version, acts, changes;
};

struct referee {
    const struct world *world;
    const struct store *store;
    struct sheet *sheets;
    struct referee_figures figures;
    struct str wrong;
};

struct referee *
referee_new(const struct world *world, const struct store *store)
{
    struct referee *referee = check_zalloc(1, sizeof(*referee));

    referee->world = world;
    referee->store = store;
    referee->sheets = check_zalloc(world->ticket_count, sizeof(*referee->sheets));
    for (size_t i = 0; i < world->ticket_count; i++)
        referee->sheets[i].version = -1;
    return referee;
}

void
referee_destroy(struct referee **referee)
{
    if (!*referee)
        return;
    for (size_t i = 0; i < (*referee)->world->ticket_count; i++) {
        free((*referee)->sheets[i].rows);
        free((*referee)->sheets[i].told);
        free((*referee)->sheets[i].model);
    }
    free((*referee)->sheets);
    str_free(&(*referee)->wrong);
    free(*referee);
    *referee = NULL;
}

const char *
referee_wrong(const struct referee *referee)
{
    return referee->wrong.length > 0 ? referee->wrong.data : NULL;
}

const struct referee_figures *
referee_figures(const struct referee *referee)
{
    return &referee->figures;
}

static struct sheet *
sheet_of(const struct referee *referee, const struct ticket *ticket)
{
    return &referee->sheets[ticket->id - 1];
}

// ---- What was found wrong
// ----------------------------------------------------------------------------------------

static void PRINTF_LIKE(3, 4)
    blame(struct referee *referee, const struct ticket *ticket, const char *format, ...)
{
    char text[640], time[32];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    str_format(&referee->wrong, "at %s ticket %" PRId64 " %s\n", world_time(referee->world->now_ms, time),
        ticket->id, text);
}

static void
add_steps(struct str *out, const int64_t *steps, size_t count)
{
    char text[32];

    for (size_t i = 0; i < count; i++)
        str_format(out, " %s", world_time(steps[i], text));
}

static void
blame_row(struct referee *referee, const struct ticket *ticket, const struct deadline_row *row,
    const struct referee_row *should)
{
    struct str text = {0};
    char a[32], b[32], c[32], d[32];

    str_format(&text, "%s %d: is v%d %s start %s due %s stop %s %s next %d at %s steps", row->clock,
        row->turn, row->version, row->agency, world_time(row->started_at_ms, a),
        world_time(row->due_at_ms, b), stop_name(row->stop), world_time(row->stopped_at_ms, c),
        row->next_step, world_time(row->next_at_ms, d));
    add_steps(&text, row->steps, row->step_count);
    str_format(&text, "\n    should be v%d %s start %s due %s stop %s %s next %d at %s steps",
        should->is.policy->version, should->is.agency, world_time(should->is.started_at_ms, a),
        world_time(should->is.times.due_at_ms, b), stop_name(should->is.stop),
        world_time(should->is.stopped_at_ms, c), should->next_step, world_time(should->next_at_ms, d));
    add_steps(&text, should->is.times.steps, should->is.policy->ladder.count);
    blame(referee, ticket, "%s", text.data);
    str_free(&text);
}

// ---- What should be
// ----------------------------------------------------------------------------------------------

static int
compare(const struct model_deadline *a, const struct model_deadline *b)
{
    int order = strcmp(a->policy->clock, b->policy->clock);

    return order != 0 ? order : a->turn - b->turn;
}

// A place on ladders of any version: percents come before waits.
static int64_t
place(const struct ladder_step *step)
{
    return step->percent > 0 ? step->percent : 1000 + step->wait_ms;
}

// Another version of the policy has another ladder: what lies at or before the last step that was fired was
// told, and a number of a step is told once.  The breach is never skipped.
static int
next_on(const struct policy *policy, const struct policy *before, int next_step)
{
    int next = 0, breach = model_breach(policy);

    if (policy == before || next_step == 0)
        return next_step;
    while ((size_t)next < policy->ladder.count &&
           place(&policy->ladder.steps[next]) <= place(&before->ladder.steps[next_step - 1]))
        next++;
    next = next > next_step ? next : next_step;
    return breach >= 0 && next > breach ? breach : next;
}

// When its next step fires: of a clock that ran out before it was stopped only the breach.
static void
set_next(struct referee_row *row)
{
    const struct model_deadline *is = &row->is;
    int breach = model_breach(is->policy);

    row->next_at_ms = 0;
    if (is->stop != STOP_NONE) {
        if (breach < 0 || row->next_step > breach || is->stop == STOP_VOID ||
            is->stopped_at_ms <= is->times.due_at_ms)
            return;
        // A breach that is a wait was not owed yet when the clock was stopped in that wait.
        if (is->stopped_at_ms < is->times.steps[breach])
            return;
        row->next_step = breach;
    }
    if ((size_t)row->next_step < is->policy->ladder.count &&
        is->times.steps[row->next_step] != CALENDAR_NEVER)
        row->next_at_ms = is->times.steps[row->next_step];
}

static bool
is_breached(const struct referee_row *row)
{
    int breach = model_breach(row->is.policy);

    return breach >= 0 && row->next_step > breach;
}

// The row by the model's deadline, given how it was written before.  What stopped for good, and what was
// breached, keeps what it stood for.
static struct referee_row
moved(const struct referee_row *before, const struct model_deadline *deadline)
{
    struct referee_row row = *before;

    bool is_over = before->is.stop != STOP_NONE && deadline->stop != STOP_NONE;

    if (is_over || is_breached(before)) {
        row.is.agency = deadline->agency;
        row.is.stop = deadline->stop;
        row.is.stopped_at_ms = deadline->stopped_at_ms;
    } else {
        row.is = *deadline;
        row.next_step = next_on(deadline->policy, before->is.policy, before->next_step);
    }
    row.is_open = before->is_open && row.is.stopped_at_ms == before->is.stopped_at_ms;
    if (!row.is_open)
        set_next(&row);
    return row;
}

static struct referee_row
voided(const struct referee *referee, const struct referee_row *before)
{
    struct referee_row row = *before;

    if (row.is.stop == STOP_NONE) {
        row.is.stop = STOP_VOID;
        row.is.stopped_at_ms = referee->world->now_ms;
        row.next_at_ms = 0;
    }
    return row;
}

static const struct sheet *
ask_model(struct referee *referee, const struct ticket *ticket, struct book *book)
{
    static struct model_deadline deadlines[DERIVE_MOST];
    struct sheet *sheet = sheet_of(referee, ticket);

    if (sheet->version == book->version && sheet->acts == (int64_t)ticket->act_count &&
        sheet->changes == ticket->changes)
        return sheet;
    sheet->model_count = model_deadlines(book, ticket, CALENDAR_NEVER, deadlines, LENGTH(deadlines));
    sheet->model = check_realloc(sheet->model, (sheet->model_count + 1) * sizeof(*sheet->model));
    memcpy(sheet->model, deadlines, sheet->model_count * sizeof(*sheet->model));
    sheet->version = book->version;
    sheet->acts = (int64_t)ticket->act_count;
    sheet->changes = ticket->changes;
    return sheet;
}

// All rows as they should be by these rules and what is known now.  Returns new.
static struct referee_row *
should_be(struct referee *referee, const struct ticket *ticket, struct book *book, size_t *count)
{
    const struct sheet *sheet = ask_model(referee, ticket, book);
    struct referee_row *rows = check_zalloc(sheet->count + sheet->model_count + 1, sizeof(*rows));
    size_t i = 0, j = 0;

    *count = 0;
    while (i < sheet->count || j < sheet->model_count) {
        int order = i == sheet->count         ? 1
                    : j == sheet->model_count ? -1
                                              : compare(&sheet->rows[i].is, &sheet->model[j]);
        struct referee_row *row = &rows[(*count)++];
        if (order < 0) {
            *row = voided(referee, &sheet->rows[i]);
        } else if (order > 0) {
            *row = (struct referee_row){.is = sheet->model[j]};
            set_next(row);
        } else {
            *row = moved(&sheet->rows[i], &sheet->model[j]);
        }
        i += order <= 0;
        j += order >= 0;
    }
    return rows;
}

// ---- Comparing
// ---------------------------------------------------------------------------------------------------

static bool
is_between(int64_t at_ms, int64_t least_ms, int64_t most_ms)
{
    return least_ms <= at_ms && at_ms <= most_ms;
}

static bool
is_next(const struct deadline_row *row, const struct referee_row *should)
{
    const struct model_deadline *is = &should->is;
    bool is_set = row->next_at_ms != 0 && row->next_at_ms != CALENDAR_NEVER;

    if (row->next_step != should->next_step || is_set != (should->next_at_ms != 0))
        return false;
    return !is_set ||
           is_between(row->next_at_ms, is->least.steps[row->next_step], is->most.steps[row->next_step]);
}

static bool
is_same(const struct deadline_row *row, const struct referee_row *should)
{
    const struct model_deadline *is = &should->is;

    if (strcmp(row->clock, is->policy->clock) != 0 || row->turn != is->turn ||
        row->version != is->policy->version || strcmp(row->agency, is->agency) != 0 ||
        row->started_at_ms != is->started_at_ms || row->stopped_at_ms != is->stopped_at_ms ||
        row->stop != is->stop || row->step_count != is->policy->ladder.count || !is_next(row, should) ||
        !is_between(row->due_at_ms, is->least.due_at_ms, is->most.due_at_ms))
        return false;
    for (size_t i = 0; i < row->step_count; i++)
        if (!is_between(row->steps[i], is->least.steps[i], is->most.steps[i]))
            return false;
    return true;
}

// Rounding decides whether it stopped before it was due or after: let the code decide.
static void
leave_open(const struct deadline_row *row, struct referee_row *should)
{
    const struct model_deadline *is = &should->is;

    if (is->stop == STOP_NONE || is->least.due_at_ms == is->most.due_at_ms ||
        !is_between(is->stopped_at_ms, is->least.due_at_ms, is->most.due_at_ms))
        return;
    should->next_step = row->next_step;
    should->next_at_ms = row->next_at_ms;
    should->is_open = true;
}

// What the journal would say.
static bool
is_journalled(const struct sheet *sheet, const struct change *change)
{
    const struct referee_row *before = NULL;

    for (size_t i = 0; i < sheet->count && !before; i++)
        if (strcmp(sheet->rows[i].is.policy->clock, change->row.clock) == 0 &&
            sheet->rows[i].is.turn == change->row.turn)
            before = &sheet->rows[i];
    if (!before || change->kind == CHANGE_NONE)
        return !change->is_moved;
    bool is_moved = change->row.version != before->is.policy->version ||
                    !is_between(change->row.due_at_ms, before->is.least.due_at_ms, before->is.most.due_at_ms);
    if (!change->is_moved)
        return !is_moved;
    return change->old_version == before->is.policy->version &&
           is_between(change->old_due_at_ms, before->is.least.due_at_ms, before->is.most.due_at_ms);
}

static int
order(const struct deadline_row *row, const struct referee_row *should)
{
    int clocks = strcmp(row->clock, should->is.policy->clock);

    return clocks != 0 ? clocks : row->turn - should->is.turn;
}

static void
compare_rows(struct referee *referee, const struct plan *plan, struct referee_row *rows, size_t count)
{
    size_t same = 0;

    while (same < plan->count && same < count && order(&plan->rows[same], &rows[same]) == 0)
        same++;
    for (size_t i = 0; i < same; i++) {
        leave_open(&plan->rows[i], &rows[i]);
        if (!is_same(&plan->rows[i], &rows[i])) {
            blame_row(referee, plan->ticket, &plan->rows[i], &rows[i]);
            return;
        }
        if (!is_journalled(sheet_of(referee, plan->ticket), &plan->changes[i])) {
            blame(referee, plan->ticket, "%s %d: the journal is wrong", plan->rows[i].clock,
                plan->rows[i].turn);
            return;
        }
        referee->figures.moved += plan->changes[i].is_moved;
    }
    size_t i = same;
    if (i < plan->count && (i == count || order(&plan->rows[i], &rows[i]) < 0))
        blame(referee, plan->ticket, "%s %d should not be", plan->rows[i].clock, plan->rows[i].turn);
    else if (i < count)
        blame(
            referee, plan->ticket, "%s %d should be, and is not", rows[i].is.policy->clock, rows[i].is.turn);
}

void
referee_plan(struct referee *referee, struct plan *plan)
{
    plan->should = should_be(referee, plan->ticket, plan->book, &plan->should_count);
    referee->figures.plans++;
    compare_rows(referee, plan, plan->should, plan->should_count);
}

void
referee_written(struct referee *referee, const struct plan *plan)
{
    struct sheet *sheet = sheet_of(referee, plan->ticket);

    for (size_t i = 0; i < plan->should_count; i++)
        for (size_t j = 0; j < sheet->count; j++)
            if (compare(&plan->should[i].is, &sheet->rows[j].is) == 0)
                plan->should[i].fired_at_ms = sheet->rows[j].fired_at_ms;
    sheet->rows = check_realloc(sheet->rows, (plan->should_count + 1) * sizeof(*sheet->rows));
    memcpy(sheet->rows, plan->should, plan->should_count * sizeof(*sheet->rows));
    sheet->count = plan->should_count;
}

// ---- Firing
// ------------------------------------------------------------------------------------------------------

static struct referee_row *
find(struct referee_row *rows, size_t count, const struct deadline_row *row)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].is.policy->clock, row->clock) == 0 && rows[i].is.turn == row->turn)
            return &rows[i];
    return NULL;
}

// Kinds of notices, as the watcher tells them.
static int
notice_kind(const struct ladder_step *step)
{
    return step->percent == 0 ? 8 : step->percent < 80 ? 3 : step->percent < 100 ? 4 : 5;
}

static void
tell(struct referee *referee, const struct ticket *ticket, const struct referee_row *row, int step)
{
    struct sheet *sheet = sheet_of(referee, ticket);
    struct told told = {
        notice_kind(&row->is.policy->ladder.steps[step]), row->is.turn, step, row->is.policy->clock};

    for (size_t i = 0; i < sheet->told_count; i++)
        if (sheet->told[i].kind == told.kind && sheet->told[i].turn == told.turn &&
            sheet->told[i].step == told.step && strcmp(sheet->told[i].clock, told.clock) == 0)
            blame(referee, ticket, "%s %d: notice of step %d is DOUBLED", told.clock, told.turn, step);
    sheet->told = check_realloc(sheet->told, (sheet->told_count + 1) * sizeof(*sheet->told));
    sheet->told[sheet->told_count++] = told;
}

// From when on the step could have been fired.
static int64_t
since(const struct referee *referee, const struct ticket *ticket, int64_t next_at_ms)
{
    int64_t at = next_at_ms;

    at = ticket->known_at_ms > at ? ticket->known_at_ms : at;
    return referee->world->edited_at_ms > at ? referee->world->edited_at_ms : at;
}

static void
note_lateness(struct referee *referee, const struct ticket *ticket, int64_t next_at_ms)
{
    int64_t could = world_latest(referee->world, since(referee, ticket, next_at_ms), 0);
    int64_t late = referee->world->now_ms - could;

    if (late > referee->figures.latest_ms)
        referee->figures.latest_ms = late;
}

void
referee_fired(struct referee *referee, struct ticket *ticket, int step, const struct deadline_row *row)
{
    struct sheet *sheet = sheet_of(referee, ticket);
    size_t count = 0;
    struct referee_row *rows = should_be(referee, ticket, world_book(referee->world), &count);
    struct referee_row *should = find(rows, count, row), *kept = find(sheet->rows, sheet->count, row);

    referee->figures.fired++;
    if (!should || !kept) {
        blame(referee, ticket, "%s %d: step %d fired of a clock that does not run", row->clock, row->turn,
            step);
    } else if (step < kept->next_step) {
        blame(referee, ticket, "%s %d: step %d is DOUBLED", row->clock, row->turn, step);
    } else if (should->next_at_ms == 0 || should->next_step != step) {
        blame_row(referee, ticket, row, should);
        blame(referee, ticket, "%s %d: step %d fired, should NOT have", row->clock, row->turn, step);
    } else if (should->is.least.steps[step] > referee->world->now_ms) {
        blame_row(referee, ticket, row, should);
        blame(referee, ticket, "%s %d: step %d fired EARLY", row->clock, row->turn, step);
    } else {
        tell(referee, ticket, should, step);
        note_lateness(referee, ticket, should->next_at_ms);
        referee->figures.late_breaches += should->is.stop != STOP_NONE;
        kept->next_step = step + 1;
        kept->fired_at_ms = referee->world->now_ms;
        set_next(kept);
        if (!is_same(row, kept))
            blame_row(referee, ticket, row, kept);
    }
    free(rows);
}

void
referee_routed(struct referee *referee, struct ticket *ticket, int64_t from_ms)
{
    const struct sheet *sheet = sheet_of(referee, ticket);

    for (size_t i = 0; i < sheet->count; i++)
        if (sheet->rows[i].is.stop == STOP_NONE && sheet->rows[i].fired_at_ms > from_ms &&
            sheet->rows[i].is.at_turn + 1 < ticket->turn_count &&
            (sheet->rows[i].is.policy->starts & MOMENT_ROUTED))
            blame(referee, ticket, "%s %d: fired after its turn was over", sheet->rows[i].is.policy->clock,
                sheet->rows[i].is.turn);
}

int64_t
referee_check(struct referee *referee, struct ticket *ticket)
{
    size_t count = 0;
    struct referee_row *rows = should_be(referee, ticket, world_book(referee->world), &count);
    const struct world *world = referee->world;
    int64_t again = CALENDAR_NEVER;
    char text[32];

    for (size_t i = 0; i < count; i++) {
        if (rows[i].next_at_ms == 0 || rows[i].is.most.steps[rows[i].next_step] == CALENDAR_NEVER)
            continue;
        int64_t latest = world_latest(
            world, since(referee, ticket, rows[i].is.most.steps[rows[i].next_step]), REFEREE_SLACK_MS);
        if (world->now_ms > latest)
            blame(referee, ticket, "%s %d: step %d of %s is MISSED", rows[i].is.policy->clock,
                rows[i].is.turn, rows[i].next_step, world_time(rows[i].next_at_ms, text));
        again = latest + 1 < again ? latest + 1 : again;
    }
    free(rows);
    return again;
}

// ---- The end
// -----------------------------------------------------------------------------------------------------

// Each stored row against the derivation from scratch: equal, but what is on the record.
static void
compare_scratch(struct referee *referee, const struct ticket *ticket, const struct rules *rules)
{
    static struct deadline derived[DERIVE_MOST];
    struct ticket copy = *ticket;
    struct history history = ticket_history(&copy);
    const struct stored *stored = store_ticket(referee->store, ticket);
    size_t count = derive(rules, &history, CALENDAR_NEVER, derived, LENGTH(derived)), found = 0;

    for (size_t i = 0; i < stored->count; i++) {
        const struct deadline_row *row = &stored->rows[i];
        const struct deadline *is = found < count ? &derived[found] : NULL;
        const struct policy *policy = rules_policy(rules, row->clock, row->version);
        if (!is || strcmp(is->policy->clock, row->clock) != 0 || is->turn != row->turn) {
            if (row->stop == STOP_NONE)
                blame(referee, ticket, "%s %d runs and is not derived", row->clock, row->turn);
            continue;
        }
        found++;
        bool is_on_record =
            policy && derive_breach_step(policy) >= 0 && row->next_step > derive_breach_step(policy);
        bool is_over = row->stop != STOP_NONE;
        bool is_taken_back = is_over && is->stop == STOP_NONE;
        bool is_equal = row->version == is->policy->version && row->started_at_ms == is->started_at_ms &&
                        row->due_at_ms == is->due_at_ms && row->step_count == is->step_count &&
                        memcmp(row->steps, is->steps, is->step_count * sizeof(*is->steps)) == 0;
        if (!is_taken_back &&
            ((!is_equal && !is_on_record && !is_over) || row->stop != is->stop ||
                row->stopped_at_ms != is->stopped_at_ms || strcmp(row->agency, is->agency) != 0))
            blame(referee, ticket, "%s %d is not what is derived from scratch", row->clock, row->turn);
    }
    if (found != count)
        blame(referee, ticket, "%s %d was derived from scratch and is not stored",
            derived[found].policy->clock, derived[found].turn);
}

static void
count_rows(struct referee *referee, const struct sheet *sheet)
{
    referee->figures.rows += (int64_t)sheet->count;
    for (size_t i = 0; i < sheet->told_count; i++)
        referee->figures.closed += strcmp(sheet->told[i].clock, "close_on_silence") == 0;
}

void
referee_end(struct referee *referee)
{
    const struct world *world = referee->world;
    struct rules *rules = book_make_rules(world_book(world));

    for (size_t i = 0; i < world->opened; i++) {
        struct ticket *ticket = &world->tickets[i];
        if (store_next(referee->store, ticket) <= world->now_ms - REFEREE_SLACK_MS)
            blame(referee, ticket, "still has something to fire");
        compare_scratch(referee, ticket, rules);
        const char *wrong = audit_ticket(world, ticket);
        if (wrong)
            blame(referee, ticket, "%s", wrong);
        count_rows(referee, sheet_of(referee, ticket));
        referee->figures.tickets++;
    }
    rules_destroy(&rules);
}
