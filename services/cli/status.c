// status.c - kentongan status: what is stored, what waits at each stage, what is late, how people are
// reached.
#include "status.h"

#include "complain.h"
#include "config.h"
#include "options.h"
#include "rows.h"
#include "store_rings.h"
#include "store_status.h"
#include "table.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int64_t
waiting_in_all(const json_t *backlog)
{
    int64_t all = 0;
    size_t i = 0;
    json_t *row = NULL;

    json_array_foreach(backlog, i, row) all += rows_integer(row, "waiting");
    return all;
}

// Deadlines that passed are counted one by one only where the table is small enough to count its rows, too.
static bool
deadlines_are_few(const json_t *tables)
{
    size_t i = 0;
    json_t *row = NULL;

    json_array_foreach(
        tables, i, row) if (strcmp(json_string_value(json_object_get(row, "name")), "deadlines") ==
                            0) return !json_is_true(json_object_get(row, "is_estimate"));
    return false;
}

static void
print_json(const json_t *tables, const json_t *backlog, json_t *figures, json_t *people)
{
    json_t *all = json_object();
    json_t *waiting = json_object();
    json_t *oldest = json_object();
    json_t *estimated = json_array();
    size_t i = 0;
    json_t *row = NULL;

    json_array_foreach(tables, i, row)
    {
        json_object_set(all, json_string_value(json_object_get(row, "name")), json_object_get(row, "rows"));
        if (json_is_true(json_object_get(row, "is_estimate")))
            json_array_append(estimated, json_object_get(row, "name"));
    }
    json_array_foreach(backlog, i, row)
    {
        const char *stage = json_string_value(json_object_get(row, "stage"));

        json_object_set(waiting, stage, json_object_get(row, "waiting"));
        json_object_set(oldest, stage, json_object_get(row, "oldest_s"));
    }
    json_object_set_new(all, "estimated", estimated);
    json_object_set_new(all, "backlog", waiting);
    json_object_set_new(all, "oldest_wait_s", oldest);
    json_object_set(all, "shelf", json_object_get(figures, "shelf"));
    json_object_set(all, "corrections_waiting", json_object_get(figures, "undone"));
    json_object_set(all, "acts_waiting", json_object_get(figures, "acts"));
    json_object_set(all, "incidents", json_object_get(figures, "incidents"));
    json_object_set(all, "parked", json_object_get(figures, "parked"));
    json_object_set(all, "deadlines_due", json_object_get(figures, "due"));
    json_object_set(all, "deadlines_overdue", json_object_get(figures, "overdue"));
    json_object_update(all, people);
    json_object_set_new(all, "settled", json_boolean(waiting_in_all(backlog) == 0));
    rows_print_json(all);
}

static void
print_tables(const json_t *tables)
{
    static const struct table_column columns[] = {
        {"name", "table", TABLE_TEXT}, {"rows", "rows", TABLE_NUMBER}, {"note", "", TABLE_TEXT}};
    size_t i = 0;
    json_t *row = NULL;

    json_array_foreach(tables, i, row) json_object_set_new(
        row, "note", json_string(json_is_true(json_object_get(row, "is_estimate")) ? "about" : " "));
    table_print(stdout, columns, LENGTH(columns), tables);
}

static void
print_backlog(const json_t *backlog)
{
    static const struct table_column columns[] = {{"stage", "stage", TABLE_TEXT},
        {"waiting", "waiting", TABLE_NUMBER}, {"oldest", "oldest", TABLE_NUMBER}};
    char span[TABLE_TIME_SIZE];
    size_t i = 0;
    json_t *row = NULL;

    json_array_foreach(backlog, i, row) if (json_is_integer(json_object_get(row, "oldest_s")))
        json_object_set_new(row, "oldest", json_string(table_span(rows_integer(row, "oldest_s"), span)));
    table_print(stdout, columns, LENGTH(columns), backlog);
}

static void
print_incidents(const json_t *incidents)
{
    static const struct table_column columns[] = {{"incident", "incident", TABLE_TEXT},
        {"declared_at_ms", "since", TABLE_TIME}, {"topic", "topic", TABLE_TEXT},
        {"region_name", "in and around", TABLE_TEXT}, {"tickets", "tickets", TABLE_NUMBER}};

    if (json_array_size(incidents) == 0)
        return;
    putchar('\n');
    table_print(stdout, columns, LENGTH(columns), incidents);
}

static void
print_legs(const json_t *legs)
{
    static const struct table_column columns[] = {{"leg", "way out", TABLE_TEXT},
        {"state", "state", TABLE_TEXT}, {"since_at_ms", "since", TABLE_TIME}, {"reason", "why", TABLE_TEXT}};

    putchar('\n');
    if (json_array_size(legs) == 0)
        printf("ways out: no notifier has looked yet\n");
    else
        table_print(stdout, columns, LENGTH(columns), legs);
}

static void
print_reach(const json_t *people)
{
    const json_t *ringing = json_object_get(people, "ringing");
    const json_t *phones = json_object_get(people, "phones");
    const json_t *replies = json_object_get(people, "replies");
    int64_t to_call = rows_integer(people, "to_call");
    const char *red = table_colour(stdout, TABLE_RED);
    const char *plain = table_colour(stdout, TABLE_PLAIN);

    print_legs(json_object_get(people, "legs"));
    putchar('\n');
    printf("ringing: %" JSON_INTEGER_FORMAT " darurat, %" JSON_INTEGER_FORMAT " segera, %" JSON_INTEGER_FORMAT
           " biasa; %s%" JSON_INTEGER_FORMAT "%s for the desk to call%s\n",
        (json_int_t)rows_integer(ringing, "darurat"), (json_int_t)rows_integer(ringing, "segera"),
        (json_int_t)rows_integer(ringing, "biasa"), to_call > 0 ? red : "", (json_int_t)to_call,
        to_call > 0 ? plain : "", to_call > 0 ? " (see kentongan ring calls)" : "");
    printf("phones: %" JSON_INTEGER_FORMAT " work, %" JSON_INTEGER_FORMAT
           " were not seen for 55 days, %" JSON_INTEGER_FORMAT " removed this week\n",
        (json_int_t)rows_integer(phones, "working"), (json_int_t)rows_integer(phones, "unseen"),
        (json_int_t)rows_integer(phones, "removed_this_week"));
    printf("replies: %" JSON_INTEGER_FORMAT " wait; of the last 24 hours %" JSON_INTEGER_FORMAT
           " failed on a leg, %" JSON_INTEGER_FORMAT " stand on the tracking page alone\n",
        (json_int_t)rows_integer(replies, "waiting"), (json_int_t)rows_integer(replies, "failed"),
        (json_int_t)rows_integer(replies, "on_page_only"));
    printf("portal: %" JSON_INTEGER_FORMAT " sessions\n", (json_int_t)rows_integer(people, "sessions"));
}

static void
print_text(const json_t *tables, const json_t *backlog, const json_t *figures)
{
    int64_t waiting = waiting_in_all(backlog);
    int64_t parked = rows_integer(figures, "parked");
    const char *red = table_colour(stdout, TABLE_RED);
    const char *green = table_colour(stdout, TABLE_GREEN);
    const char *plain = table_colour(stdout, TABLE_PLAIN);

    print_tables(tables);
    putchar('\n');
    print_backlog(backlog);
    putchar('\n');
    if (waiting == 0)
        printf("%ssettled%s: every report that is stored has been through all stages\n", green, plain);
    else
        printf("%" JSON_INTEGER_FORMAT " items are on their way\n", (json_int_t)waiting);
    printf("shelf: %" JSON_INTEGER_FORMAT
           " that are no report (see kentongan shelf list); %" JSON_INTEGER_FORMAT
           " corrections and %" JSON_INTEGER_FORMAT " acts wait\n",
        (json_int_t)rows_integer(figures, "shelf"), (json_int_t)rows_integer(figures, "undone"),
        (json_int_t)rows_integer(figures, "acts"));
    printf("parked: %s%" JSON_INTEGER_FORMAT "%s%s\n", parked > 0 ? red : "", (json_int_t)parked,
        parked > 0 ? plain : "", parked > 0 ? " (see kentongan parked list)" : "");
    printf("deadlines: %" JSON_INTEGER_FORMAT " steps due and not fired yet",
        (json_int_t)rows_integer(figures, "due"));
    if (json_is_integer(json_object_get(figures, "overdue")))
        printf("; %" JSON_INTEGER_FORMAT " first responses overdue\n",
            (json_int_t)rows_integer(figures, "overdue"));
    else
        printf("; overdue first responses were not counted (--exact)\n");
    print_incidents(json_object_get(figures, "incidents"));
}

// How people are reached, with how many the desk has to call.  Returns new, or NULL.
static json_t *
read_people(struct db *db)
{
    json_t *people = store_status_people(db);
    json_t *calls = people != NULL ? store_rings_calls(db) : NULL;

    if (calls == NULL) {
        json_decref(people);
        return NULL;
    }
    json_object_set_new(people, "to_call", json_integer((json_int_t)json_array_size(calls)));
    json_decref(calls);
    return people;
}

int
status_command(int argc, char **argv)
{
    bool json = false;
    bool exact = false;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}, {"exact", OPTION_FLAG, &exact, 0, 0}};
    const struct options options = {.command = "status", .table = table, .count = LENGTH(table)};
    struct db *db = NULL;
    json_t *tables = NULL;
    json_t *backlog = NULL;
    json_t *figures = NULL;
    json_t *people = NULL;
    int code = EXIT_AWAY;

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    db = config_open_db();
    tables = store_status_tables(db, exact);
    if (tables != NULL)
        backlog = store_status_backlog(db);
    if (backlog != NULL)
        figures = store_status_figures(db, exact || deadlines_are_few(tables));
    if (figures != NULL)
        people = read_people(db);
    if (people != NULL) {
        if (json) {
            print_json(tables, backlog, figures, people);
        } else {
            print_text(tables, backlog, figures);
            print_reach(people);
        }
        code = EXIT_OK;
    }
    json_decref(people);
    json_decref(figures);
    json_decref(backlog);
    json_decref(tables);
    db_destroy(&db);
    return code;
}
