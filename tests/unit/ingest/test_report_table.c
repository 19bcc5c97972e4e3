// test_report_table.c - tests/data/ingest/reports.tsv: every field's limits and refusals.
#include "cmocka_all.h"
#include "encode.h"
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 5, LINE_SIZE = 512, FIELDS_MOST = 64 };

struct row {
    char line[LINE_SIZE];
    const char *name, *path, *value, *refused, *reason;
};

static FILE *table;

static int
open_table(void **state)
{
    (void)state;
    table = fopen(SOURCE_DIR "/tests/data/ingest/reports.tsv", "r");
    return table ? 0 : -1;
}

static int
close_table(void **state)
{
    (void)state;
    return fclose(table);
}

// Reads the next row; false at the end.
static bool
next_row(struct row *row)
{
    do {
        if (!fgets(row->line, LINE_SIZE, table))
            return false;
        row->line[strcspn(row->line, "\n")] = '\0';
    } while (row->line[0] == '#' || strncmp(row->line, "case\t", 5) == 0);
    const char **columns[COLUMNS] = {&row->name, &row->path, &row->value, &row->refused, &row->reason};
    char *rest = row->line;
    for (int i = 0; i < COLUMNS; i++) {
        *columns[i] = strsep(&rest, "\t");
        assert_non_null(*columns[i]);
    }
    assert_null(rest);
    return true;
}

static void
try_row(struct arena *arena, const struct row *row)
{
    struct str frame = {0};
    struct report report;
    struct report_refusal refusal = {.field = "", .reason = ""};
    char expected[160];
    encode_least(&frame);
    if (encode_path(&frame, row->path, row->value) != 0)
        fail_msg("%s: the table's value cannot be understood", row->name);
    int rc = report_read(arena, (const uint8_t *)frame.data, frame.length, &report, &refusal);
    if (!*row->refused) {
        if (rc != 0)
            fail_msg("%s: refused, %s", row->name, refusal.reason);
    } else {
        snprintf(expected, sizeof(expected), "%s: %s", row->refused, row->reason);
        if (rc != -1)
            fail_msg("%s: not refused", row->name);
        if (strcmp(refusal.field, row->refused) != 0 || strcmp(refusal.reason, expected) != 0)
            fail_msg("%s: refused as \"%s\", \"%s\"", row->name, refusal.field, refusal.reason);
        if (arena_used(arena) != 0)
            fail_msg("%s: the arena was not given back", row->name);
    }
    arena_clear(arena);
    str_free(&frame);
}

static void
decides_as_the_table_says(void **state)
{
    (void)state;
    struct arena *arena = arena_new(REPORT_MEMORY_MOST);
    struct row row;
    int rows = 0;
    for (; next_row(&row); rows++)
        try_row(arena, &row);
    assert_in_range(rows, 150, 1000);
    arena_destroy(&arena);
}

// Every field that can be wrong has a row that refuses it: one that a later version adds must get one, too.
static void
check_covered(const ProtobufCMessageDescriptor *message, const char *prefix, char refused[][64], int count)
{
    for (unsigned i = 0; i < message->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->fields[i];
        char path[64];
        bool found = false;
        snprintf(path, sizeof(path), "%s%s", prefix, field->name);
        for (int r = 0; r < count && !found; r++)
            found = strcmp(refused[r], path) == 0;
        if (!found)
            fail_msg("no row refuses %s", path);
        if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
            size_t length = strlen(path);
            snprintf(path + length, sizeof(path) - length, ".");
            check_covered(field->descriptor, path, refused, count);
        }
    }
}

static void
covers_every_field(void **state)
{
    (void)state;
    char refused[FIELDS_MOST][64];
    int count = 0;
    struct row row;
    while (next_row(&row)) {
        bool known = !*row.refused;
        for (int i = 0; i < count && !known; i++)
            known = strcmp(refused[i], row.refused) == 0;
        if (known)
            continue;
        assert_in_range(count, 0, FIELDS_MOST - 1);
        snprintf(refused[count++], sizeof(refused[0]), "%s", row.refused);
    }
    check_covered(&kentongan__v1__report__descriptor, "", refused, count);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(decides_as_the_table_says, open_table, close_table),
        cmocka_unit_test_setup_teardown(covers_every_field, open_table, close_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
