// tail.c - kentongan tail: what happens to tickets, to those who are told of them and to who reported them,
// as it is committed, until Ctrl-C.
#include "tail.h"

#include "complain.h"
#include "config.h"
#include "id.h"
#include "names.h"
#include "options.h"
#include "rows.h"
#include "store_story.h"
#include "store_tail.h"
#include "table.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static volatile sig_atomic_t stopped;

static void
stop(int number)
{
    (void)number;
    stopped = 1;
}

// The ticket's code, and a word for the number of a notice's kind.
static void
name_numbers(json_t *row, const uint8_t key[ID_KEY_SIZE])
{
    char code[ID_CODE_SIZE];
    char detail[128];
    json_int_t ticket = json_integer_value(json_object_get(row, "ticket_id"));

    if (ticket > 0 && ticket <= ID_MOST) {
        id_code(key, ticket, code);
        json_object_set_new(row, "tracking_code", json_string(code));
    }
    if (strcmp(json_string_value(json_object_get(row, "what")), "notice") == 0) {
        char *rest = NULL;
        const char *text = json_string_value(json_object_get(row, "detail"));
        long kind = strtol(text, &rest, 10);

        snprintf(detail, sizeof(detail), "%s%s", names_notice_kind(kind), rest);
        json_object_set_new(row, "detail", json_string(detail));
    }
}

static void
print_row(const json_t *row)
{
    char time[TABLE_TIME_SIZE];
    const char *code = json_string_value(json_object_get(row, "tracking_code"));
    const char *agency = json_string_value(json_object_get(row, "agency"));

    printf("%s  %s%s%s  %-8s  %-12s  %s\n",
        table_time(json_integer_value(json_object_get(row, "at_ms")), time), table_colour(stdout, TABLE_BOLD),
        code != NULL ? code : "-", table_colour(stdout, TABLE_PLAIN),
        json_string_value(json_object_get(row, "what")), agency != NULL && agency[0] != '\0' ? agency : "-",
        json_string_value(json_object_get(row, "detail")));
}

int
tail_command(int argc, char **argv)
{
    bool json = false;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {.command = "tail", .table = table, .count = LENGTH(table)};
    const struct sigaction action = {.sa_handler = stop};
    const struct timespec second = {.tv_sec = 1};
    static struct store_tail tail;
    uint8_t key[ID_KEY_SIZE];
    int code = EXIT_AWAY;
    struct db *db = NULL;

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    db = config_open_db();
    if (store_story_key(db, key) < 0)
        goto done;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    while (stopped == 0) {
        size_t i = 0;
        json_t *row = NULL;
        json_t *rows = store_tail_read(db, &tail);

        if (rows == NULL)
            goto done;
        json_array_foreach(rows, i, row)
        {
            name_numbers(row, key);
            if (json)
                rows_print_json(json_incref(row));
            else
                print_row(row);
        }
        json_decref(rows);
        fflush(stdout);
        nanosleep(&second, NULL); // a signal ends it early
    }
    code = EXIT_OK;

done:
    db_destroy(&db);
    return code;
}
