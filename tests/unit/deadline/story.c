// story.c - what happened to a ticket, told in one line.
#include "story.h"

#include "cmocka_all.h"
#include "local.h"
#include "tsv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POLICY_COLUMNS                                                                                       \
    "clock\tversion\tunit\tamount\tstarts\tstops\tkinds\ttopics\tlevels\tchannels\tfrom\tladder"

enum { FIELDS = 12, TIME_SIZE = 48, ITEM_SIZE = 200 };

static void
add_policy(struct rules *rules, const char *const fields[FIELDS])
{
    struct policy policy = {
        .version = (int)strtol(fields[1], NULL, 10), .amount_ms = local_amount(fields[3])};

    str_copy(policy.clock, sizeof(policy.clock), fields[0]);
    assert_true(time_unit_parse(fields[2], &policy.unit));
    assert_int_equal(policy_parse_moments(fields[4], &policy.starts), 0);
    assert_int_equal(policy_parse_moments(fields[5], &policy.stops), 0);
    str_copy(policy.kinds, sizeof(policy.kinds), fields[6]);
    str_copy(policy.topics, sizeof(policy.topics), fields[7]);
    str_copy(policy.levels, sizeof(policy.levels), fields[8]);
    str_copy(policy.channels, sizeof(policy.channels), fields[9]);
    policy.effective_from_ms = local_time(fields[10]);
    assert_null(policy_parse_ladder(fields[11], &policy.ladder));
    rules_add_policy(rules, &policy);
}

void
story_add_policy(struct rules *rules, const char *line)
{
    const char *fields[FIELDS];
    char *copy = strdup(line), *rest = copy;

    for (size_t i = 0; i < FIELDS; i++) {
        assert_non_null(rest);
        fields[i] = strsep(&rest, "\t");
    }
    add_policy(rules, fields);
    free(copy);
}

static void
add_offices(struct rules *rules, const char *offices)
{
    char *copy = strdup(offices), *rest = copy;

    while (rest != NULL && *rest != '\0') {
        char *office = strsep(&rest, "|");
        char *blocks = strchr(office, '=');
        assert_non_null(blocks);
        *blocks = '\0';
        local_add_office(rules_calendar(rules), office, blocks + 1);
    }
    free(copy);
}

struct rules *
story_rules(const char *offices)
{
    struct rules *rules = rules_new();
    struct tsv *table = tsv_open("tests/data/deadlines/story_policies.tsv", POLICY_COLUMNS);

    while (tsv_next(table)) {
        const char *fields[FIELDS];
        for (size_t i = 0; i < FIELDS; i++)
            fields[i] = tsv_field(table, i);
        add_policy(rules, fields);
    }
    tsv_close(&table);
    local_add_holidays(rules_calendar(rules), "skb");
    add_offices(rules, offices);
    rules_add_agency(rules, "DISHUB", "province");
    rules_add_agency(rules, "PUPR", "province");
    rules_add_agency(rules, "PLN", "vertical");
    rules_set_quiet(rules, ROLE_OFFICER, 21 * 60, 5 * 60);
    return rules;
}

static void
read_turn(struct story *story, int64_t at_ms, const char *agency)
{
    size_t i = story->history.turn_count++;

    assert_true(i < STORY_TURNS_MOST);
    if (i > 0)
        story->turns[i - 1].until_ms = at_ms;
    story->turns[i] = (struct history_turn){(int)i, "", at_ms, CALENDAR_NEVER};
    if (strcmp(agency, "-") != 0)
        str_copy(story->turns[i].agency, sizeof(story->turns[i].agency), agency);
}

static void
read_value(struct act_row *act, const char *text)
{
    str_copy(act->value, sizeof(act->value), text);
    for (char *at = act->value; *at != '\0'; at++)
        if (*at == '~')
            *at = ' ';
}

static void
read_act(struct story *story, int64_t at_ms, char *text)
{
    size_t i = story->history.act_count++;
    struct act_row *act = &story->acts[i];

    assert_true(i < STORY_ACTS_MOST);
    *act = (struct act_row){.id = (int64_t)i + 1, .at_ms = at_ms};
    const char *actor = strsep(&text, " "), *what = strsep(&text, " ");
    if (what == NULL || !actor_kind_parse(actor, &act->actor) || !act_parse(what, &act->act))
        fail_msg("'%s' is no act", actor);
    while (text != NULL) {
        const char *word = strsep(&text, " ");
        if (word[0] == '@')
            str_copy(act->agency, sizeof(act->agency), word + 1);
        else if (word[0] == '=')
            read_value(act, word + 1);
        else if (word[0] == '*')
            act->same_text = (int)strtol(word + 1, NULL, 10);
        else
            fail_msg("'%s' is nothing of an act", word);
    }
}

static void
read_item(struct story *story, char *item, char day[11])
{
    char time[TIME_SIZE];

    if (strlen(item) > 10 && item[4] == '-' && item[10] == ' ') {
        str_copy(day, 11, item);
        item += 11;
    }
    const char *clock = strsep(&item, " ");
    assert_non_null(item);
    (void)snprintf(time, sizeof(time), "%s %s", day, clock);
    int64_t at_ms = local_time(time);
    if (strcmp(item, "received") == 0)
        story->history.received_at_ms = at_ms;
    else if (strncmp(item, "-> ", 3) == 0)
        read_turn(story, at_ms, item + 3);
    else
        read_act(story, at_ms, item);
}

static void
read_ticket(struct history *history, const char *text)
{
    char *copy = strdup(text), *rest = copy;

    str_copy(history->kind, sizeof(history->kind), strsep(&rest, " "));
    assert_non_null(rest);
    str_copy(history->topic, sizeof(history->topic), strsep(&rest, " "));
    assert_non_null(rest);
    str_copy(history->channel, sizeof(history->channel), strsep(&rest, " "));
    history->urgent = rest != NULL && strcmp(rest, "urgent") == 0;
    free(copy);
}

void
story_read(struct story *story, const char *ticket, const char *text)
{
    char *copy = strdup(text), *rest = copy;
    char day[11] = "";

    story->history = (struct history){.ticket_id = 1, .turns = story->turns, .acts = story->acts};
    read_ticket(&story->history, ticket);
    while (rest != NULL) {
        char *item = strsep(&rest, ";");
        read_item(story, item + strspn(item, " "), day);
    }
    assert_true(story->history.turn_count > 0);
    if (story->history.received_at_ms == 0)
        story->history.received_at_ms = story->turns[0].from_ms;
    free(copy);
}

// To the minute when nothing is lost by it.
static void
write_time(int64_t at_ms, struct str *out)
{
    char text[TIME_SIZE];

    if (at_ms == CALENDAR_NEVER) {
        str_add_text(out, "never");
        return;
    }
    (void)local_time_text(at_ms, text);
    size_t length = strlen(text);
    if (length > 7 && strcmp(text + length - 7, ":00.000") == 0)
        text[length - 7] = '\0';
    else if (length > 4 && strcmp(text + length - 4, ".000") == 0)
        text[length - 4] = '\0';
    str_add_text(out, text);
}

static bool
is_shown(const char *show, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = show; (at = strstr(at, word)) != NULL; at += length)
        if ((at == show || at[-1] == ' ') && (at[length] == '\0' || at[length] == ' '))
            return true;
    return false;
}

void
story_write(const struct deadline *deadlines, size_t count, const char *show, struct str *out)
{
    bool first = true;

    for (size_t i = 0; i < count; i++) {
        const struct deadline *deadline = &deadlines[i];
        if (!is_shown(show, "all") && !is_shown(show, deadline->policy->clock))
            continue;
        str_format(out, "%s%s/%d v%d %s ", first ? "" : "; ", deadline->policy->clock, deadline->turn,
            deadline->policy->version, deadline->agency);
        first = false;
        write_time(deadline->started_at_ms, out);
        str_add_text(out, " due ");
        write_time(deadline->due_at_ms, out);
        if (deadline->stopped_at_ms != 0) {
            str_format(out, " %s ", stop_name(deadline->stop));
            write_time(deadline->stopped_at_ms, out);
            if (deadline->stop_act != 0)
                str_format(out, " by %d", (int)deadline->stop_act);
        } else {
            str_add_text(out, " runs");
        }
        if (!is_shown(show, "steps"))
            continue;
        for (size_t j = 0; j < deadline->step_count; j++) {
            str_add_text(out, j == 0 ? " [" : ", ");
            write_time(deadline->steps[j], out);
        }
        str_add_text(out, deadline->step_count > 0 ? "]" : "");
    }
    if (first)
        str_add_text(out, "none");
}

const struct deadline *
story_find(const struct deadline *deadlines, size_t count, const char *clock, int turn)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(deadlines[i].policy->clock, clock) == 0 && deadlines[i].turn == turn)
            return &deadlines[i];
    fail_msg("there is no %s/%d", clock, turn);
    return NULL;
}
