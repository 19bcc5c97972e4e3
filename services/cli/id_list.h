// id_list.h - the ids that reports were given by others, by our number of them.
#ifndef KENTONGAN_CLI_ID_LIST_H
#define KENTONGAN_CLI_ID_LIST_H

#include "str.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

// Grows by 8 bytes and the id's own with each report.  All zero is a valid empty one.
struct id_list {
    struct str ids; // as JSON, each with its NUL
    uint64_t *starts;
    size_t count, room;
};

void id_list_free(struct id_list *list);

// Adds the next report's id: a string or a number, or NULL for one that is known by the number of its line.
// Returns the report's number, from 1.
int64_t id_list_add(struct id_list *list, const json_t *id, long line);

// The id as JSON, borrowed until the next one is added; "null" for number 0.
const char *id_list_json(const struct id_list *list, int64_t number);

#endif
