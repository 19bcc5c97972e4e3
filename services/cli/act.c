// act.c - kentongan act: what is done on a ticket.
//
// An act is only ever added.  It counts from the moment it is stored; the router gives the ticket its stage
// and agency within seconds, and the watcher its deadlines.
#include "act.h"

#include "complain.h"
#include "config.h"
#include "correct.h"
#include "deadline/act.h"
#include "options.h"
#include "rows.h"
#include "store_acts.h"
#include "verbs.h"
#include "whole_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define DESK "TRIAGE"

enum { BY_MOST = 100, KEY_MOST = 200, TEXT_MOST = 10000, LINE_SIZE = 256 }; // bytes

// What is said on the command line.
struct given {
    const char *words[2]; // code, act
    struct act_said said;
    const char *text_file;
    bool json;
    struct str file;    // what stood in text_file
    struct act_row row; // the act as the deadlines see it; same_text once it is stored
    int64_t judged_id;  // judge: which act
    bool counts;        // .. and whether it does
};

static bool
is(const char *text, const char *wanted)
{
    return strcmp(text, wanted) == 0;
}

// Only for "act": one complaint about one field.  Returns exit code 2.
static int
wrong(const char *what)
{
    complain("act", "%s; see kentongan help act", what);
    return EXIT_USAGE;
}

static int
read_text(struct given *given)
{
    if (given->text_file == NULL)
        return EXIT_OK;
    if (given->said.text[0] != '\0')
        return wrong("text: give it with --text or in --text-file, not both");
    if (whole_file_read(is(given->text_file, "-") ? "/dev/stdin" : given->text_file, &given->file) < 0) {
        complain("act", "--text-file %s: cannot be read: %s", given->text_file, strerror(errno));
        return EXIT_USAGE;
    }
    if (strlen(given->file.data) != given->file.length)
        return wrong("text: is not UTF-8");
    while (given->file.length > 0 && given->file.data[given->file.length - 1] == '\n')
        given->file.data[--given->file.length] = '\0';
    given->said.text = given->file.data;
    return EXIT_OK;
}

// A name or a key: text of one line.
static bool
is_line(const char *text, size_t most)
{
    size_t length = strlen(text);

    if (length > most || !str_is_text(text, length))
        return false;
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return false;
    return true;
}

// Who may do this?  NULL: the one who is said to.
static const char *
who_is_wrong(const struct given *given)
{
    const struct act_row *row = &given->row;
    bool withdrawn = row->act == ACT_REJECTED && is(given->said.value, "withdrawn");

    if (row->actor == ACTOR_REPORTER && row->act != ACT_ANSWER && row->act != ACT_REOPENED && !withdrawn)
        return "kind: a reporter can do answer, reopened, and rejected with --value withdrawn alone";
    if (row->actor == ACTOR_REPORTER && row->agency[0] != '\0')
        return "agency: a reporter speaks for none";
    if (row->act == ACT_JUDGE && row->actor != ACTOR_OFFICER)
        return "kind: only an officer can judge";
    if (row->act == ACT_ASSIGN && row->agency[0] != '\0' && !is(row->agency, DESK))
        return "agency: only the triage desk (" DESK ") assigns; an agency says not_ours, with --value";
    return NULL;
}

// Fields that need no database.
static const char *
what_is_wrong(struct given *given)
{
    const struct act_said *said = &given->said;
    struct act_row *row = &given->row;
    const char *problem = NULL;

    if (said->by[0] == '\0' || !is_line(said->by, BY_MOST))
        return "by: say who does it, in one line of 1 .. 100 bytes";
    if (!actor_kind_parse(said->kind, &row->actor))
        return "kind: has to be officer, bot, system or reporter";
    if (!is_line(said->agency, sizeof(row->agency) - 1))
        return "agency: is none";
    if (!is_line(said->key, KEY_MOST))
        return "key: has to be one line of at most 200 bytes";
    if (!is_line(said->value, sizeof(row->value) - 1))
        return "value: has to be one line of at most 63 bytes";
    if (strlen(said->text) > TEXT_MOST)
        return "text: is longer than 10000 bytes";
    problem = act_wrong(row->act, said->value, said->text);
    if (problem != NULL)
        return problem;
    str_copy(row->agency, sizeof(row->agency), said->agency);
    str_copy(row->value, sizeof(row->value), said->value);
    if (row->act == ACT_JUDGE && !act_judges(row, &given->judged_id, &given->counts))
        return "value: has to be an act's id and counts or pasted";
    return who_is_wrong(given);
}

// Fields that need the ticket.  Returns the exit code after one complaint, or 0.
static int
check_known(const struct given *given, const json_t *ticket)
{
    const struct act_row *row = &given->row;
    bool withdraws = row->actor == ACTOR_REPORTER && row->act == ACT_REJECTED;
    bool names_agency = (row->act == ACT_ASSIGN || row->act == ACT_NOT_OURS) && row->value[0] != '\0';

    if (row->agency[0] != '\0' && !json_is_true(json_object_get(ticket, "agency_known")))
        complain("act", "agency: %s is none that can have tickets; see kentongan agency list", row->agency);
    else if (names_agency && !json_is_true(json_object_get(ticket, "value_known")))
        complain(
            "act", "value: %s is no agency that can have tickets; see kentongan agency list", row->value);
    else if (row->act == ACT_JUDGE && !json_is_true(json_object_get(ticket, "judged_known")))
        complain("act", "value: this ticket has no act %lld; see kentongan act list %s",
            (long long)given->judged_id, given->words[0]);
    else if (withdraws && json_is_true(json_object_get(ticket, "has_others")))
        complain("act",
            "kind: other reporters' reports hang on the ticket, which a reporter cannot withdraw; split this "
            "one off first (kentongan correct %s --split), or have an officer decide",
            given->words[0]);
    else if (!json_is_true(json_object_get(ticket, "key_fits")))
        complain("act", "key: something else was done with it; nothing was noted");
    else
        return EXIT_OK;
    return EXIT_UNKNOWN;
}

static bool
is_closed(const json_t *ticket)
{
    return is(rows_text(ticket, "stage"), "done") || is(rows_text(ticket, "stage"), "rejected");
}

// What follows from the act, as far as it can be told before the router did it.
static void
say_what_follows(const struct given *given, const json_t *ticket, char line[LINE_SIZE])
{
    const struct act_row *row = &given->row;
    const char *agency = rows_text(ticket, "agency");
    const char *stage = act_stage(row->act);
    bool decides = stage != NULL || row->act == ACT_NOT_OURS || row->act == ACT_ASSIGN;
    bool is_stranger = row->agency[0] != '\0' && !is(row->agency, DESK) && !is(row->agency, agency);

    if (row->actor == ACTOR_BOT)
        snprintf(line, LINE_SIZE, "a bot changes nothing and stops no clock");
    else if (row->act == ACT_JUDGE)
        snprintf(line, LINE_SIZE, "act %lld %s", (long long)given->judged_id,
            given->counts ? "counts as an answer" : "stops no clock of a first response");
    else if (decides && row->act != ACT_REOPENED && is_closed(ticket))
        snprintf(line, LINE_SIZE, "nothing: the ticket is %s, and has to be opened again first",
            rows_text(ticket, "stage"));
    else if (row->act == ACT_REOPENED && !is_closed(ticket))
        snprintf(line, LINE_SIZE, "nothing: the ticket is open");
    else if (decides && is_stranger)
        snprintf(
            line, LINE_SIZE, "nothing: %s has the ticket", agency[0] != '\0' ? agency : "another agency");
    else if (stage != NULL)
        snprintf(line, LINE_SIZE, "the ticket's stage is %s within seconds%s", stage,
            act_may_respond(row) && !act_is_pasted(row) ? "; it counts as an answer" : "");
    else if (row->act == ACT_NOT_OURS)
        snprintf(line, LINE_SIZE, "it goes %s%s, or to the triage desk", row->value[0] != '\0' ? "to " : "on",
            row->value);
    else if (row->act == ACT_ASSIGN)
        snprintf(line, LINE_SIZE, "it goes to %s within seconds", row->value);
    else if (row->act == ACT_ASK)
        snprintf(line, LINE_SIZE, "clocks of working time stand still until the reporter answers");
    else
        snprintf(line, LINE_SIZE, "it is kept with the ticket");
}

// Is it an answer whose words were found on other tickets?
static bool
is_flagged(const struct act_row *row)
{
    return act_may_respond(row) && act_is_pasted(row);
}

static void
print_added(const struct given *given, const json_t *ticket, json_t *act)
{
    char line[LINE_SIZE];
    long long id = (long long)given->row.id;

    say_what_follows(given, ticket, line);
    if (given->json) {
        json_object_set(act, "ticket_id", json_object_get(ticket, "ticket_id"));
        json_object_set(act, "tracking_code", json_object_get(ticket, "tracking_code"));
        json_object_set_new(act, "flagged", json_boolean(is_flagged(&given->row)));
        json_object_set_new(act, "follows", json_string(line));
        rows_print_json(json_incref(act));
        return;
    }
    printf("noted as act %lld on %s: %s\n", id, rows_text(ticket, "tracking_code"), line);
    if (is_flagged(&given->row))
        printf(
            "flagged: the same words stand on %d other tickets; it is no answer until an officer says so:\n"
            "  kentongan act %s judge --value '%lld counts' --by WHO\n",
            given->row.same_text, given->words[0], id);
}

// Stores it and reads it back.  Returns new, or NULL after one complaint with its exit code.
static json_t *
store(struct db *db, struct given *given, int64_t ticket_id, int *code)
{
    json_t *added = store_acts_add(db, ticket_id, &given->said);
    json_t *rows = NULL;

    *code = added != NULL ? EXIT_AWAY : EXIT_FAILED;
    given->row.id = json_integer_value(json_object_get(json_array_get(added, 0), "id"));
    json_decref(added);
    if (given->row.id > 0)
        rows = store_acts_list(db, ticket_id, given->row.id, false);
    given->row.same_text = (int)json_integer_value(json_object_get(json_array_get(rows, 0), "same_text"));
    return rows;
}

static int
add(struct given *given)
{
    struct db *db = config_open_db();
    json_t *tickets = NULL;
    json_t *acts = NULL;
    json_t *ticket = NULL;
    int code = EXIT_AWAY;
    int64_t report_id = correct_report_id(db, "act", given->words[0], &code);

    if (report_id < 0)
        goto done;
    code = EXIT_AWAY;
    tickets = store_acts_check(db, report_id, &given->said, given->judged_id);
    if (tickets == NULL)
        goto done;
    ticket = json_array_get(tickets, 0);
    if (ticket == NULL) {
        code = EXIT_UNKNOWN;
        complain("act", "%s: no ticket has such a report, or not yet; nothing was noted", given->words[0]);
        goto done;
    }
    code = check_known(given, ticket);
    if (code != EXIT_OK)
        goto done;
    acts = store(db, given, json_integer_value(json_object_get(ticket, "ticket_id")), &code);
    if (acts == NULL)
        goto done;
    print_added(given, ticket, json_array_get(acts, 0));
    code = EXIT_OK;

done:
    json_decref(tickets);
    json_decref(acts);
    db_destroy(&db);
    return code;
}

// Puts beside each act whether it is an answer in words that stand elsewhere, too.
static void
name_flags(json_t *rows, bool with_text)
{
    size_t i = 0;
    json_t *row = NULL;

    json_array_foreach(rows, i, row)
    {
        struct act_row act = {.same_text = (int)json_integer_value(json_object_get(row, "same_text"))};
        bool known = act_parse(rows_text(row, "act"), &act.act) &&
                     actor_kind_parse(rows_text(row, "kind"), &act.actor);

        json_object_set_new(row, "flagged", json_boolean(known && is_flagged(&act)));
        if (!with_text)
            json_object_del(row, "text");
    }
}

static int
list(int argc, char **argv)
{
    static const struct table_column columns[] = {{"id", "id", TABLE_NUMBER}, {"at_ms", "at", TABLE_TIME},
        {"act", "act", TABLE_TEXT}, {"by", "by", TABLE_TEXT}, {"kind", "kind", TABLE_TEXT},
        {"agency", "agency", TABLE_TEXT}, {"value", "value", TABLE_TEXT}, {"flagged", "flagged", TABLE_TEXT},
        {"judged", "judged", TABLE_TEXT}, {"done", "done", TABLE_TEXT}, {"text", "text", TABLE_TEXT}};
    const char *code = NULL;
    bool json = false;
    bool text = false;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}, {"text", OPTION_FLAG, &text, 0, 0}};
    const struct options options = {
        .command = "act", .table = table, .count = LENGTH(table), .words = &code, .most_words = 1};
    const struct act_said nothing = {"", "", "", "", "", "", "", 0};
    struct db *db = NULL;
    json_t *tickets = NULL;
    json_t *rows = NULL;
    int exit_code = EXIT_AWAY;

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    if (code == NULL)
        return wrong("which ticket?  give the code of one of its reports");
    db = config_open_db();
    int64_t id = correct_report_id(db, "act list", code, &exit_code);
    if (id >= 0)
        tickets = store_acts_check(db, id, &nothing, 0);
    if (json_array_size(tickets) > 0) {
        rows = store_acts_list(
            db, json_integer_value(json_object_get(json_array_get(tickets, 0), "ticket_id")), 0, text);
        name_flags(rows, text);
        exit_code = verbs_print(rows, json, columns, LENGTH(columns) - (text ? 0 : 1));
    } else if (tickets != NULL) {
        exit_code = EXIT_UNKNOWN;
        complain("act list", "%s: no ticket has such a report, or not yet", code);
    }
    json_decref(tickets);
    db_destroy(&db);
    return exit_code;
}

static int
flagged(int argc, char **argv)
{
    static const struct table_column columns[] = {{"tracking_code", "ticket", TABLE_TEXT},
        {"id", "id", TABLE_NUMBER}, {"at_ms", "at", TABLE_TIME}, {"act", "act", TABLE_TEXT},
        {"by", "by", TABLE_TEXT}, {"agency", "agency", TABLE_TEXT}, {"same_text", "others", TABLE_NUMBER},
        {"text", "text", TABLE_TEXT}};
    bool json = false;
    bool text = false;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}, {"text", OPTION_FLAG, &text, 0, 0}};
    const struct options options = {.command = "act", .table = table, .count = LENGTH(table)};
    struct db *db = NULL;
    json_t *rows = NULL;
    int exit_code = EXIT_USAGE;

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    db = config_open_db();
    rows = store_acts_flagged(db, ACT_SAME_MOST, text);
    name_flags(rows, text);
    exit_code = verbs_print(rows, json, columns, LENGTH(columns) - (text ? 0 : 1));
    db_destroy(&db);
    return exit_code;
}

int
act_command(int argc, char **argv)
{
    struct given given = {
        .said = {.by = "", .kind = "officer", .agency = "", .value = "", .text = "", .key = ""}};
    struct act_said *said = &given.said;
    const struct option table[] = {{"agency", OPTION_TEXT, &said->agency, 0, 0},
        {"by", OPTION_TEXT, &said->by, 0, 0}, {"kind", OPTION_TEXT, &said->kind, 0, 0},
        {"value", OPTION_TEXT, &said->value, 0, 0}, {"text", OPTION_TEXT, &said->text, 0, 0},
        {"text-file", OPTION_TEXT, &given.text_file, 0, 0}, {"key", OPTION_TEXT, &said->key, 0, 0},
        {"json", OPTION_FLAG, &given.json, 0, 0}};
    const struct options options = {
        .command = "act", .table = table, .count = LENGTH(table), .words = given.words, .most_words = 2};
    const char *problem = NULL;
    int code = EXIT_USAGE;

    if (argc > 1 && is(argv[1], "list"))
        return list(argc - 1, argv + 1);
    if (argc > 1 && is(argv[1], "flagged"))
        return flagged(argc - 1, argv + 1);
    int words = options_parse(&options, argc, argv);
    if (words < 0)
        return EXIT_USAGE;
    if (words < 2)
        return wrong("give the code of a report, what is done, and --by");
    if (!act_parse(given.words[1], &given.row.act)) {
        complain("act", "%s: is nothing that can be done; see kentongan help act", given.words[1]);
        return EXIT_USAGE;
    }
    code = read_text(&given);
    if (code == EXIT_OK) {
        problem = what_is_wrong(&given);
        said->act = act_name(given.row.act);
        said->text_key = act_text_key(said->text);
        code = problem != NULL ? wrong(problem) : add(&given);
    }
    str_free(&given.file);
    return code;
}
