// phrases.c - what is said to reporters, in memory.
#include "phrases.h"

#include <stdlib.h>
#include <string.h>

struct phrases {
    struct reply_template *rows; // their texts are this file's
    size_t count, room;
};

struct phrases *
phrases_new(void)
{
    return check_zalloc(1, sizeof(struct phrases));
}

static void
free_text(const char *text)
{
    char *ours = NULL;

    memcpy(&ours, &text, sizeof(ours)); // the row has them as others may see them
    free(ours);
}

void
phrases_destroy(struct phrases **phrases)
{
    if (*phrases == NULL)
        return;
    for (size_t i = 0; i < (*phrases)->count; i++) {
        const struct reply_template *row = &(*phrases)->rows[i];

        free_text(row->event);
        free_text(row->language);
        free_text(row->channel);
        free_text(row->subject);
        free_text(row->body);
    }
    free((*phrases)->rows);
    free(*phrases);
    *phrases = NULL;
}

static char *
copy(const char *text)
{
    size_t size = strlen(text) + 1;

    return memcpy(check_alloc(size), text, size);
}

void
phrases_add(struct phrases *phrases, const struct reply_template *row)
{
    if (phrases->count == phrases->room) {
        phrases->room = phrases->room == 0 ? 64 : phrases->room * 2;
        phrases->rows = check_realloc(phrases->rows, phrases->room * sizeof(*phrases->rows));
    }
    phrases->rows[phrases->count++] = (struct reply_template){
        copy(row->event), copy(row->language), copy(row->channel), copy(row->subject), copy(row->body)};
}

const struct reply_template *
phrases_all(const struct phrases *phrases, size_t *count)
{
    *count = phrases->count;
    return phrases->rows;
}
