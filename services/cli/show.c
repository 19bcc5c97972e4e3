// show.c - kentongan show: the story of one report, from the socket to the phone, and back to who sent it.
// Never who that is, and never where a phone or a reporter is reached.
#include "show.h"

#include "complain.h"
#include "config.h"
#include "id.h"
#include "names.h"
#include "options.h"
#include "rows.h"
#include "store_story.h"
#include "table.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

// Puts the code of the report that a number names beside it.
static void
name_report(json_t *object, const char *key, const char *code_key, const uint8_t tracking_key[ID_KEY_SIZE])
{
    char code[ID_CODE_SIZE];

    if (rows_integer(object, key) > 0) {
        id_code(tracking_key, rows_integer(object, key), code);
        json_object_set_new(object, code_key, json_string(code));
    }
}

// Puts the words for the numbers of the contract, and the codes of other reports, into the story.
static void
name_numbers(json_t *story, const uint8_t key[ID_KEY_SIZE])
{
    json_t *report = json_object_get(story, "report");
    json_t *triage = json_object_get(story, "triage");
    size_t i = 0;
    json_t *row = NULL;

    json_object_set_new(report, "channel", json_string(names_channel(rows_integer(report, "channel"))));
    name_report(report, "follows_id", "follows", key);
    if (json_is_object(triage)) {
        json_object_set_new(
            triage, "road_class", json_string(names_road_class(rows_integer(triage, "road_class"))));
        name_report(triage, "duplicate_of", "duplicate_of_code", key);
        name_report(triage, "incident_id", "incident_code", key);
    }
    name_report(json_object_get(story, "ticket"), "incident_id", "incident_code", key);
    json_array_foreach(json_object_get(story, "notices"), i, row)
        json_object_set_new(row, "kind", json_string(names_notice_kind(rows_integer(row, "kind"))));
}

static void
print_line(const char *name, const char *value)
{
    if (value[0] == '\0')
        return;
    printf("  %-12s ", name);
    // Control characters become spaces: what a citizen wrote must not command the terminal of who reads it.
    for (; *value != '\0'; value++)
        putchar((unsigned char)*value < 0x20 || *value == 0x7f ? ' ' : *value);
    putchar('\n');
}

static void
print_time(const char *name, const json_t *object, const char *key)
{
    char text[TABLE_TIME_SIZE];
    const json_t *value = json_object_get(object, key);

    if (json_is_integer(value))
        print_line(name, table_time(json_integer_value(value), text));
}

static void
print_report(const json_t *report)
{
    char line[128];

    printf("%s%s%s\n", table_colour(stdout, TABLE_BOLD), rows_text(report, "tracking_code"),
        table_colour(stdout, TABLE_PLAIN));
    print_time("received", report, "received_at_ms");
    print_time("sent", report, "sent_at_ms");
    print_line("channel", rows_text(report, "channel"));
    print_line("source", rows_text(report, "source"));
    print_line("source's id", rows_text(report, "source_message_id"));
    if (json_is_real(json_object_get(report, "latitude"))) {
        snprintf(line, sizeof(line), "%.5f, %.5f", json_real_value(json_object_get(report, "latitude")),
            json_real_value(json_object_get(report, "longitude")));
        print_line("point", line);
    }
    print_line("region given", rows_text(report, "region_code"));
    print_line("addressed to", rows_text(report, "addressed_to"));
    print_line("follows", rows_text(report, "follows"));
    print_line("anonymous", json_is_true(json_object_get(report, "anonymous")) ? "yes" : "");
    print_line("confidential", json_is_true(json_object_get(report, "confidential")) ? "yes" : "");
    if (json_is_string(json_object_get(report, "text"))) {
        print_line("relayed by", rows_text(report, "relayed_by"));
        print_line("address", rows_text(report, "address"));
        print_line("text", rows_text(report, "text"));
    } else {
        snprintf(line, sizeof(line), "%" JSON_INTEGER_FORMAT " bytes (--text shows it)",
            (json_int_t)rows_integer(report, "text_bytes"));
        print_line("text", line);
    }
}

// What it could be besides: the likeliest other topics.
static void
print_other_topics(const json_t *triage)
{
    char line[256];

    snprintf(line, sizeof(line), "%s %.2f, %s %.2f", rows_text(triage, "topic_2"),
        json_real_value(json_object_get(triage, "confidence_2")), rows_text(triage, "topic_3"),
        json_real_value(json_object_get(triage, "confidence_3")));
    if (rows_text(triage, "topic_3")[0] == '\0')
        snprintf(line, sizeof(line), "%s %.2f", rows_text(triage, "topic_2"),
            json_real_value(json_object_get(triage, "confidence_2")));
    print_line("or", rows_text(triage, "topic_2")[0] != '\0' ? line : "");
}

// The earlier report on the same matter.
static void
print_relation(const json_t *triage)
{
    const char *code = rows_text(triage, "duplicate_of_code");
    bool again = strcmp(rows_text(triage, "relation"), "rereport") == 0;
    char line[128];

    snprintf(line, sizeof(line), "%s, score %.2f", code,
        json_real_value(json_object_get(triage, "duplicate_score")));
    if (code[0] != '\0')
        print_line(again ? "again after" : "duplicate of", line);
}

static void
print_triage(const json_t *triage)
{
    char line[256];

    table_title(stdout, "triage");
    if (!json_is_object(triage)) {
        print_line("", "waits for the classifier");
        return;
    }
    print_time("at", triage, "triaged_at_ms");
    print_line("kind", rows_text(triage, "kind"));
    print_line("urgent", json_is_true(json_object_get(triage, "urgent")) ? "yes" : "");
    snprintf(line, sizeof(line), "%s (%s), confidence %.2f", rows_text(triage, "topic"),
        rows_text(triage, "topic_name"), json_real_value(json_object_get(triage, "confidence")));
    print_line("topic", rows_text(triage, "topic")[0] != '\0' ? line : "none found");
    print_other_topics(triage);
    snprintf(line, sizeof(line), "%s %s", rows_text(triage, "region_code"), rows_text(triage, "region_name"));
    print_line("region", rows_text(triage, "region_code")[0] != '\0' ? line : "not found");
    print_line("region could be", rows_text(triage, "region_candidates"));
    print_line("outside", json_is_true(json_object_get(triage, "outside")) ? "the province" : "");
    print_line("road", rows_text(triage, "road_class"));
    print_line("language", rows_text(triage, "language"));
    print_relation(triage);
    print_line("incident", rows_text(triage, "incident_code"));
    print_line("why", rows_text(triage, "why"));
    print_line("model", rows_text(triage, "model"));
}

static void
print_ticket(const json_t *ticket, const json_t *events)
{
    static const struct table_column columns[] = {{"at_ms", "at", TABLE_TIME}, {"actor", "actor", TABLE_TEXT},
        {"event", "event", TABLE_TEXT}, {"detail", "detail", TABLE_TEXT}};
    char line[256];

    table_title(stdout, "ticket");
    if (!json_is_object(ticket)) {
        print_line("", "waits for the router");
        return;
    }
    print_line("code", rows_text(ticket, "tracking_code"));
    print_line("stage", rows_text(ticket, "stage"));
    snprintf(line, sizeof(line), "%s (%s)", rows_text(ticket, "agency"), rows_text(ticket, "agency_name"));
    print_line("agency", line);
    print_line("kind", rows_text(ticket, "kind"));
    print_line("urgent", json_is_true(json_object_get(ticket, "urgent")) ? "yes" : "");
    print_time("routed", ticket, "routed_at_ms");
    snprintf(line, sizeof(line), "%" JSON_INTEGER_FORMAT, (json_int_t)rows_integer(ticket, "reports"));
    print_line("reports", line);
    snprintf(line, sizeof(line), "%s, %" JSON_INTEGER_FORMAT " tickets", rows_text(ticket, "incident_code"),
        (json_int_t)rows_integer(ticket, "incident_tickets"));
    print_line("incident", rows_text(ticket, "incident_code")[0] != '\0' ? line : "");
    if (json_array_size(events) > 0) {
        table_title(stdout, "journal");
        table_print(stdout, columns, LENGTH(columns), events);
    }
}

// How a deadline stands: "open, 3 h left".
static const char *
deadline_state(const json_t *deadline, bool late)
{
    const char *stop = rows_text(deadline, "stop");

    if (strcmp(stop, "met") == 0)
        return late ? "met" : "met with";
    if (strcmp(stop, "transfer") == 0)
        return "handed on,";
    if (strcmp(stop, "ended") == 0)
        return "ended with the ticket,";
    if (strcmp(stop, "void") == 0)
        return "no policy gives it any more,";
    return "open,";
}

static void
print_deadline(const json_t *deadline)
{
    int64_t left = rows_integer(deadline, "left_s");
    bool has_due = json_is_integer(json_object_get(deadline, "due_at_ms"));
    char due[TABLE_TIME_SIZE];
    char span[TABLE_TIME_SIZE];

    printf("  %s of %s: due %s, %s %s%s %s%s; %" JSON_INTEGER_FORMAT " of %" JSON_INTEGER_FORMAT
           " steps fired; policy version %" JSON_INTEGER_FORMAT "\n",
        rows_text(deadline, "clock"), rows_text(deadline, "agency"),
        has_due ? table_time(rows_integer(deadline, "due_at_ms"), due) : "never",
        deadline_state(deadline, left < 0), table_colour(stdout, left >= 0 ? TABLE_GREEN : TABLE_RED),
        has_due ? table_span(left >= 0 ? left : -left, span) : "all time", left >= 0 ? "left" : "late",
        table_colour(stdout, TABLE_PLAIN), (json_int_t)rows_integer(deadline, "next_step"),
        (json_int_t)rows_integer(deadline, "steps"), (json_int_t)rows_integer(deadline, "policy_version"));
}

static void
print_deadlines(const json_t *deadlines)
{
    size_t i = 0;
    json_t *row = NULL;

    table_title(stdout, "deadlines");
    if (json_array_size(deadlines) == 0)
        print_line("", "none yet");
    json_array_foreach(deadlines, i, row) print_deadline(row);
}

// Who had it, and how long.
static void
print_turns(const json_t *turns)
{
    char from[TABLE_TIME_SIZE];
    char span[TABLE_TIME_SIZE];
    size_t i = 0;
    json_t *row = NULL;

    if (json_array_size(turns) == 0)
        return;
    table_title(stdout, "turns");
    json_array_foreach(turns, i, row)
    {
        const char *because = rows_text(row, "because");

        printf("  %s: from %s, %s%s%s\n", rows_text(row, "agency"),
            table_time(rows_integer(row, "from_at_ms"), from), table_span(rows_integer(row, "held_s"), span),
            because[0] != '\0' ? "; ended: " : " so far", because);
    }
}

struct part {
    const char *key;
    const struct table_column *columns;
    size_t count;
};

// A table for each part that has rows.
static void
print_parts(const json_t *story, const struct part *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const json_t *rows = json_object_get(story, parts[i].key);

        if (json_array_size(rows) == 0)
            continue;
        table_title(stdout, parts[i].key);
        table_print(stdout, parts[i].columns, parts[i].count, rows);
    }
}

// How long it rang for whom, what the phones said, and what the reporter was told.
static void
print_people(const json_t *story)
{
    static const struct table_column rings[] = {{"notice_id", "notice", TABLE_NUMBER},
        {"severity", "severity", TABLE_TEXT}, {"agency", "agency", TABLE_TEXT}, {"role", "role", TABLE_TEXT},
        {"started_at_ms", "from", TABLE_TIME}, {"step", "next step", TABLE_NUMBER},
        {"next_at_ms", "at", TABLE_TIME}, {"ended", "ended", TABLE_TEXT}, {"ended_at_ms", "at", TABLE_TIME},
        {"ended_by", "by", TABLE_TEXT}};
    static const struct table_column calls[] = {{"notice_id", "notice", TABLE_NUMBER},
        {"step", "step", TABLE_NUMBER}, {"at_ms", "at", TABLE_TIME}, {"whom", "to", TABLE_TEXT},
        {"person", "person", TABLE_TEXT}, {"leg", "leg", TABLE_TEXT}, {"label", "phone", TABLE_TEXT},
        {"device_id", "device", TABLE_NUMBER}};
    static const struct table_column proofs[] = {{"notice_id", "notice", TABLE_NUMBER},
        {"at_ms", "at", TABLE_TIME}, {"what", "what", TABLE_TEXT}, {"person", "person", TABLE_TEXT},
        {"leg", "leg", TABLE_TEXT}, {"label", "phone", TABLE_TEXT}, {"device_id", "device", TABLE_NUMBER}};
    static const struct table_column replies[] = {{"event", "event", TABLE_TEXT},
        {"made_at_ms", "made", TABLE_TIME}, {"leg", "leg", TABLE_TEXT}, {"outcome", "outcome", TABLE_TEXT},
        {"at_ms", "at", TABLE_TIME}, {"status", "status", TABLE_NUMBER}, {"reason", "reason", TABLE_TEXT},
        {"settled", "settled", TABLE_TEXT}, {"next_at_ms", "again at", TABLE_TIME}};
    static const struct part parts[] = {{"rings", rings, LENGTH(rings)}, {"calls", calls, LENGTH(calls)},
        {"proofs", proofs, LENGTH(proofs)}, {"replies", replies, LENGTH(replies)}};

    print_parts(story, parts, LENGTH(parts));
}

static void
print_rest(const json_t *story)
{
    static const struct table_column corrections[] = {{"at_ms", "at", TABLE_TIME},
        {"what", "what", TABLE_TEXT}, {"value", "value", TABLE_TEXT}, {"by", "by", TABLE_TEXT},
        {"reason", "reason", TABLE_TEXT}, {"done", "done", TABLE_TEXT}};
    static const struct table_column acts[] = {{"id", "id", TABLE_NUMBER}, {"at_ms", "at", TABLE_TIME},
        {"act", "act", TABLE_TEXT}, {"by", "by", TABLE_TEXT}, {"kind", "kind", TABLE_TEXT},
        {"agency", "agency", TABLE_TEXT}, {"value", "value", TABLE_TEXT}, {"done", "done", TABLE_TEXT}};
    static const struct table_column notices[] = {{"id", "id", TABLE_NUMBER},
        {"created_at_ms", "at", TABLE_TIME}, {"kind", "kind", TABLE_TEXT}, {"audience", "to", TABLE_TEXT},
        {"agency", "agency", TABLE_TEXT}, {"clock", "clock", TABLE_TEXT}, {"role", "role", TABLE_TEXT}};
    static const struct table_column deliveries[] = {{"notice_id", "notice", TABLE_NUMBER},
        {"label", "phone", TABLE_TEXT}, {"device_id", "device", TABLE_NUMBER}, {"leg", "leg", TABLE_TEXT},
        {"step", "step", TABLE_NUMBER}, {"attempt", "attempt", TABLE_NUMBER}, {"at_ms", "at", TABLE_TIME},
        {"outcome", "outcome", TABLE_TEXT}, {"status", "status", TABLE_NUMBER},
        {"retry_at_ms", "again at", TABLE_TIME}, {"reason", "reason", TABLE_TEXT}};
    static const struct table_column troubles[] = {{"stage", "stage", TABLE_TEXT},
        {"item_id", "item", TABLE_NUMBER}, {"attempts", "attempts", TABLE_NUMBER},
        {"parked", "parked", TABLE_TEXT}, {"last_at_ms", "last", TABLE_TIME},
        {"reason", "reason", TABLE_TEXT}};
    static const struct part first[] = {{"acts", acts, LENGTH(acts)},
        {"corrections", corrections, LENGTH(corrections)}, {"notices", notices, LENGTH(notices)},
        {"deliveries", deliveries, LENGTH(deliveries)}};
    static const struct part last[] = {{"troubles", troubles, LENGTH(troubles)}};

    print_parts(story, first, LENGTH(first));
    print_people(story);
    print_parts(story, last, LENGTH(last));
}

static void
print_story(const json_t *story)
{
    print_report(json_object_get(story, "report"));
    print_triage(json_object_get(story, "triage"));
    print_ticket(json_object_get(story, "ticket"), json_object_get(story, "events"));
    print_turns(json_object_get(story, "turns"));
    print_deadlines(json_object_get(story, "deadlines"));
    print_rest(story);
}

// Reads and prints.  Returns the exit code.
static int
show(struct db *db, const char *code, bool with_text, bool json)
{
    uint8_t key[ID_KEY_SIZE];

    if (store_story_key(db, key) < 0)
        return EXIT_AWAY;
    int64_t id = id_parse(key, code, strlen(code));
    if (id < 0) {
        complain("show",
            "%s: is no tracking code (the check character does not fit); look for a typing error", code);
        return EXIT_UNKNOWN;
    }
    json_t *story = store_story_read(db, id, with_text);
    if (story == NULL)
        return EXIT_AWAY;
    if (json_is_null(json_object_get(story, "report"))) {
        json_decref(story);
        complain(
            "show", "%s: no report has this code; look for a typing error, or wait for its receipt", code);
        return EXIT_UNKNOWN;
    }
    name_numbers(story, key);
    if (json) {
        rows_print_json(story);
    } else {
        print_story(story);
        json_decref(story);
    }
    return EXIT_OK;
}

int
show_command(int argc, char **argv)
{
    bool json = false;
    bool with_text = false;
    const char *code = NULL;
    const struct option table[] = {
        {"json", OPTION_FLAG, &json, 0, 0}, {"text", OPTION_FLAG, &with_text, 0, 0}};
    const struct options options = {
        .command = "show", .table = table, .count = LENGTH(table), .words = &code, .most_words = 1};
    int words = options_parse(&options, argc, argv);

    if (words < 0)
        return EXIT_USAGE;
    if (words == 0) {
        complain("show", "which report?  give its tracking code, as in kentongan show JT-XXXX-XXXX-C");
        return EXIT_USAGE;
    }
    struct db *db = config_open_db();
    int exit_code = show(db, code, with_text, json);
    db_destroy(&db);
    return exit_code;
}
