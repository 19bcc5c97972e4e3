// id_list.c - ids of reports, one after the other in one block.
#include "id_list.h"

#include "check.h"
#include "json_out.h"

#include <stdlib.h>

void
id_list_free(struct id_list *list)
{
    str_free(&list->ids);
    free(list->starts);
    *list = (struct id_list){0};
}

int64_t
id_list_add(struct id_list *list, const json_t *id, long line)
{
    if (list->count == list->room) {
        list->room = list->room == 0 ? 1024 : list->room * 2;
        list->starts = check_realloc(list->starts, list->room * sizeof(*list->starts));
    }
    list->starts[list->count++] = list->ids.length;
    if (id != NULL)
        json_out_value(&list->ids, id);
    else
        str_format(&list->ids, "%ld", line);
    str_add(&list->ids, "", 1);
    return (int64_t)list->count;
}

const char *
id_list_json(const struct id_list *list, int64_t number)
{
    if (number == 0)
        return "null";
    CHECK(number > 0 && (uint64_t)number <= list->count);
    return list->ids.data + list->starts[number - 1];
}
