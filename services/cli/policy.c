// policy.c - kentongan policy: how long each clock gives.  A policy is never changed; a new version replaces
// it.
#include "policy.h"

#include "complain.h"
#include "config.h"
#include "deadline_store.h"
#include "options.h"
#include "policy_try.h"
#include "policy_words.h"
#include "rows.h"
#include "store_policies.h"
#include "verbs.h"

#include <stdio.h>
#include <string.h>

enum { LADDER_SIZE = 400, LINE_SIZE = 512 };

static const int64_t seconds_most = (int64_t)POLICY_WORDS_DAYS_MOST * 86400;

int
policy_read_rules(struct db *db, const char *what, struct rules **rules)
{
    struct deadline_store *store = deadline_store_new(db);
    int64_t version = 0;
    enum outcome outcome = deadline_store_rules(store, rules, &version);

    deadline_store_destroy(&store);
    if (outcome != DONE)
        complain(what, "the policies cannot be read from PostgreSQL; check KENTONGAN_DATABASE and that the "
                       "server runs, and that kentongan migrate was run");
    return outcome == DONE ? 0 : -1;
}

// in_force, replaced (a later version with the same conditions is in force) or to_come.
static const char *
state_of(const struct rules *rules, const struct policy *policy, int64_t now_ms)
{
    if (policy->effective_from_ms > now_ms)
        return "to_come";
    for (size_t i = 0; i < rules_clock_count(rules); i++) {
        size_t count = 0;
        const struct policy *all = rules_clock(rules, i, &count);

        for (size_t k = 0; strcmp(all[0].clock, policy->clock) == 0 && k < count; k++) {
            bool is_later =
                all[k].effective_from_ms > policy->effective_from_ms ||
                (all[k].effective_from_ms == policy->effective_from_ms && all[k].version > policy->version);

            if (is_later && all[k].effective_from_ms <= now_ms && policy_words_same(&all[k], policy))
                return "replaced";
        }
    }
    return "in_force";
}

// For which tickets, in one line.
static void
add_conditions(json_t *row, const struct policy *policy)
{
    const struct {
        const char *key, *list;
    } lists[] = {{"kinds", policy->kinds}, {"topics", policy->topics}, {"levels", policy->levels},
        {"channels", policy->channels}};
    char line[LINE_SIZE] = "";

    for (size_t i = 0; i < LENGTH(lists); i++) {
        size_t length = strlen(line);

        json_object_set_new(row, lists[i].key, json_string(lists[i].list));
        if (lists[i].list[0] != '\0')
            snprintf(line + length, sizeof(line) - length, "%s%s %s", length > 0 ? "; " : "", lists[i].key,
                lists[i].list);
    }
    json_object_set_new(row, "for", json_string(line[0] != '\0' ? line : "all"));
}

void
policy_describe(json_t *row, const struct policy *policy)
{
    char text[LADDER_SIZE];
    struct str amount = {0};

    policy_words_amount(policy, &amount);
    json_object_set_new(row, "clock", json_string(policy->clock));
    json_object_set_new(row, "version", json_integer(policy->version));
    json_object_set_new(row, "seconds", json_integer(policy->amount_ms / 1000));
    json_object_set_new(row, "unit", json_string(time_unit_name(policy->unit)));
    json_object_set_new(row, "gives", json_string(amount.data));
    json_object_set_new(
        row, "starts", json_string(policy_format_moments(policy->starts, text, sizeof(text))));
    json_object_set_new(row, "stops", json_string(policy_format_moments(policy->stops, text, sizeof(text))));
    add_conditions(row, policy);
    json_object_set_new(
        row, "ladder", json_string(policy_format_ladder(&policy->ladder, text, sizeof(text))));
    json_object_set_new(row, "effective_from_ms", json_integer(policy->effective_from_ms));
    str_free(&amount);
}

// Adds to each row what the rules know of the policy; leaves out those of other clocks.
static json_t *
described(const json_t *rows, const struct rules *rules, const char *clock, int64_t now_ms)
{
    json_t *all = json_array();
    size_t i = 0;
    json_t *row = NULL;

    json_array_foreach(rows, i, row)
    {
        const char *of = json_string_value(json_object_get(row, "clock"));
        const struct policy *policy =
            rules_policy(rules, of, (int)json_integer_value(json_object_get(row, "version")));

        // One that was added between the two reads is not in the rules.
        if (policy == NULL || (clock != NULL && strcmp(of, clock) != 0))
            continue;
        policy_describe(row, policy);
        json_object_set_new(row, "state", json_string(state_of(rules, policy, now_ms)));
        json_array_append(all, row);
    }
    return all;
}

static int
list(int argc, char **argv)
{
    static const struct table_column columns[] = {{"clock", "clock", TABLE_TEXT},
        {"version", "version", TABLE_NUMBER}, {"state", "state", TABLE_TEXT}, {"gives", "gives", TABLE_TEXT},
        {"starts", "starts", TABLE_TEXT}, {"stops", "stops", TABLE_TEXT}, {"for", "for", TABLE_TEXT},
        {"ladder", "ladder", TABLE_TEXT}, {"effective_from_ms", "from", TABLE_TIME},
        {"source", "source", TABLE_TEXT}};
    const char *clock = NULL;
    bool json = false;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "policy", .table = table, .count = LENGTH(table), .words = &clock, .most_words = 1};
    struct db *db = NULL;
    struct rules *rules = NULL;
    json_t *rows = NULL;
    int64_t now_ms = 0;
    int code = EXIT_AWAY;

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    db = config_open_db();
    if (store_policies_time(db, "policy list", "now", &now_ms, &now_ms) == 0)
        rows = store_policies_list(db);
    if (rows != NULL && policy_read_rules(db, "policy list", &rules) == 0) {
        json_t *all = described(rows, rules, clock, now_ms);

        if (clock != NULL && json_array_size(all) == 0) {
            complain("policy list", "%s: there is no such clock; kentongan policy list shows all", clock);
            json_decref(all);
            code = EXIT_UNKNOWN;
        } else {
            code = verbs_print(all, json, columns, LENGTH(columns));
        }
    }
    json_decref(rows);
    rules_destroy(&rules);
    db_destroy(&db);
    return code;
}

int
policy_check_known(struct db *db, const char *what, const struct policy *policy)
{
    json_t *unknown = store_policies_unknown(db, policy->topics, policy->levels);
    const json_t *first = json_array_get(unknown, 0);
    int code = unknown != NULL ? EXIT_OK : EXIT_AWAY;

    if (first != NULL) {
        complain(what, "--%s %s: there is none; see the table of %s",
            json_string_value(json_object_get(first, "what")),
            json_string_value(json_object_get(first, "word")),
            strcmp(json_string_value(json_object_get(first, "what")), "topics") == 0 ? "topics" : "agencies");
        code = EXIT_USAGE;
    }
    json_decref(unknown);
    return code;
}

// Puts the policy that was added into the answer, with what follows from it.
static int
print_added(json_t *rows, const struct policy *policy, int64_t now_ms, bool json)
{
    json_t *row = json_array_get(rows, 0);
    bool is_past = policy->effective_from_ms < now_ms;

    if (rows == NULL)
        return EXIT_FAILED;
    if (json) {
        json_t *answer = json_object();

        policy_describe(answer, policy);
        json_object_update(answer, row);
        json_object_set_new(answer, "rederives", json_boolean(is_past));
        rows_print_json(answer);
    } else {
        printf("added as version %" JSON_INTEGER_FORMAT "; %s\n",
            json_integer_value(json_object_get(row, "version")),
            is_past ? "it is in force since before now: the open clocks that started since then are derived "
                      "anew and journalled"
                    : "clocks that start from then on follow it, running ones keep theirs");
    }
    json_decref(rows);
    return EXIT_OK;
}

static int
add_policy(struct db *db, const struct policy_words *words, bool json)
{
    struct rules *rules = NULL;
    struct policy policy = {.version = 0};
    struct str wrong = {0};
    int64_t now_ms = 0;
    int code = EXIT_AWAY;

    if (policy_read_rules(db, "policy add", &rules) < 0)
        goto done;
    code = EXIT_USAGE;
    if (policy_words_read(rules, words, &policy, &wrong) < 0) {
        complain("policy add", "%s; see kentongan help policy", wrong.data);
        goto done;
    }
    if (store_policies_time(db, "policy add --from", words->from != NULL ? words->from : "now",
            &policy.effective_from_ms, &now_ms) < 0)
        goto done;
    // Without --from: now, which is before the statement that adds it; that is not the past.
    if (words->from == NULL)
        now_ms = policy.effective_from_ms;
    code = policy_check_known(db, "policy add", &policy);
    if (code == EXIT_OK)
        code = print_added(store_policies_add(db, &policy, words->source), &policy, now_ms, json);

done:
    str_free(&wrong);
    rules_destroy(&rules);
    return code;
}

static int
add(int argc, char **argv)
{
    struct policy_words words = {0};
    bool json = false;
    const struct option table[] = {{"hours", OPTION_INTEGER, &words.hours, 1, POLICY_WORDS_HOURS_MOST},
        {"seconds", OPTION_INTEGER, &words.seconds, 1, seconds_most},
        {"days", OPTION_INTEGER, &words.days, 1, POLICY_WORDS_DAYS_MOST},
        {"off", OPTION_FLAG, &words.off, 0, 0}, {"source", OPTION_TEXT, &words.source, 0, 0},
        {"from", OPTION_TEXT, &words.from, 0, 0}, {"unit", OPTION_TEXT, &words.unit, 0, 0},
        {"starts", OPTION_TEXT, &words.starts, 0, 0}, {"stops", OPTION_TEXT, &words.stops, 0, 0},
        {"kinds", OPTION_TEXT, &words.kinds, 0, 0}, {"topics", OPTION_TEXT, &words.topics, 0, 0},
        {"levels", OPTION_TEXT, &words.levels, 0, 0}, {"channels", OPTION_TEXT, &words.channels, 0, 0},
        {"ladder", OPTION_TEXT, &words.ladder, 0, 0}, {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "policy", .table = table, .count = LENGTH(table), .words = &words.clock, .most_words = 1};

    int said = options_parse(&options, argc, argv);
    if (said < 0)
        return EXIT_USAGE;
    if (said == 0 || words.source == NULL || words.source[0] == '\0') {
        complain("policy add", "%s; see kentongan help policy",
            said == 0 ? "clock: which?  give its name" : "--source: give the rule that says so");
        return EXIT_USAGE;
    }
    // Options beside the json flag, the source, the time of effect and the conditions.
    if (words.hours + words.seconds + words.days == 0 && !words.off && words.starts == NULL &&
        words.stops == NULL && words.ladder == NULL) {
        complain("policy add", "--hours, --seconds, --days, --off: give one of them, or --starts, --stops or "
                               "--ladder when only that changes; see kentongan help policy");
        return EXIT_USAGE;
    }
    struct db *db = config_open_db();
    int code = add_policy(db, &words, json);
    db_destroy(&db);
    return code;
}

int
policy_command(int argc, char **argv)
{
    static const struct verb verbs[] = {{"list", list}, {"add", add}, {"try", policy_try}};

    return verbs_run("policy", verbs, LENGTH(verbs), argc, argv);
}
