// tickets.c - the lists of tickets that a person sees.
#include "tickets.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIMIT_DEFAULT = 50, LIMIT_MOST = 100 };

static const char *const scopes[] = {
    [SCOPE_OPEN] = "open", [SCOPE_DONE] = "done", [SCOPE_SHELF] = "shelf", [SCOPE_ALL] = "all"};

void
tickets_write_cursor(const struct ticket_cursor *cursor, char text[TICKETS_CURSOR_SIZE])
{
    if (cursor->has_due)
        snprintf(text, TICKETS_CURSOR_SIZE, "d%" PRId64 "_%" PRId64, cursor->due_us, cursor->id);
    else
        snprintf(text, TICKETS_CURSOR_SIZE, "n%" PRId64, cursor->id);
}

// Digits and nothing else up to end.
static const char *
read_number(const char *text, char end, int64_t *number)
{
    char *rest = NULL;

    if (text[0] < '0' || text[0] > '9')
        return NULL;
    errno = 0;
    *number = strtoll(text, &rest, 10);
    return errno == 0 && *rest == end ? rest : NULL;
}

int
tickets_read_cursor(const char *text, enum ticket_scope scope, struct ticket_cursor *cursor)
{
    const int64_t due_most = INT64_C(4102444800000000); // the year 2100, in microseconds

    *cursor = (struct ticket_cursor){.has_due = text[0] == 'd'};
    if (cursor->has_due) {
        text = read_number(text + 1, '_', &cursor->due_us);
        if (text == NULL || scope != SCOPE_OPEN || cursor->due_us > due_most)
            return -1;
    } else if (text[0] != 'n') {
        return -1;
    }
    return read_number(text + 1, '\0', &cursor->id) != NULL ? 0 : -1;
}

static int
read_scope(const char *text, enum ticket_scope *scope)
{
    for (size_t i = 0; i < LENGTH(scopes); i++)
        if (strcmp(text, scopes[i]) == 0) {
            *scope = (enum ticket_scope)i;
            return 0;
        }
    return -1;
}

static int
read_limit(const char *text, int64_t *limit)
{
    *limit = LIMIT_DEFAULT;
    if (text == NULL)
        return 0;
    return read_number(text, '\0', limit) != NULL && *limit >= 1 && *limit <= LIMIT_MOST ? 0 : -1;
}

// The field of the query that is wrong, or NULL.
static const char *
read_question(
    const struct request *request, enum ticket_scope *scope, struct ticket_cursor *after, int64_t *limit)
{
    const char *scope_text = request_query(request, "scope");
    const char *after_text = request_query(request, "after");

    *scope = SCOPE_OPEN;
    if (scope_text != NULL && read_scope(scope_text, scope) < 0)
        return "scope";
    *after = store_tickets_begin(*scope);
    if (after_text != NULL && after_text[0] != '\0' && tickets_read_cursor(after_text, *scope, after) < 0)
        return "after";
    return read_limit(request_query(request, "limit"), limit) < 0 ? "limit" : NULL;
}

void
tickets_list(struct request *request, struct answer *answer)
{
    enum ticket_scope scope = SCOPE_OPEN;
    struct ticket_cursor after;
    struct ticket_page page;
    char next[TICKETS_CURSOR_SIZE] = "";
    int64_t limit = 0;
    const char *wrong = read_question(request, &scope, &after, &limit);
    enum outcome outcome = DONE;

    if (wrong != NULL) {
        answer_error(answer, 400, "wrong_field", wrong,
            "scope is open, done, shelf or all; after is what next said; limit is 1 .. 100.");
        return;
    }
    outcome = store_tickets_page(request, scope, &after, limit, &page);
    if (outcome != DONE) {
        answer_ending(answer, outcome);
        return;
    }
    if (page.has_more)
        tickets_write_cursor(&page.last, next);
    answer_json(answer, 200,
        json_pack("{s:o, s:s?, s:I}", "tickets", page.rows, "next", page.has_more ? next : NULL, "server_ms",
            (json_int_t)page.server_ms));
}
