// pickers.c - what officers choose from: agencies, topics, regions.
#include "pickers.h"

#include "store_pickers.h"
#include "str.h"

#include <string.h>

enum { WANTED_LEAST = 2, WANTED_MOST = 64 }; // bytes

static void
say(struct answer *answer, enum outcome outcome, json_t *rows)
{
    if (outcome != DONE)
        answer_ending(answer, outcome);
    else
        answer_json(answer, 200, rows);
}

void
pickers_agencies(struct request *request, struct answer *answer)
{
    json_t *rows = NULL;
    enum outcome outcome = store_pickers_agencies(request, &rows);

    say(answer, outcome, rows);
}

void
pickers_topics(struct request *request, struct answer *answer)
{
    json_t *rows = NULL;
    enum outcome outcome = store_pickers_topics(request, &rows);

    say(answer, outcome, rows);
}

void
pickers_regions(struct request *request, struct answer *answer)
{
    const char *wanted = request_query(request, "q");
    size_t length = wanted != NULL ? strlen(wanted) : 0;
    json_t *rows = NULL;
    enum outcome outcome = DONE;

    if (length < WANTED_LEAST || length > WANTED_MOST || !str_is_text(wanted, length)) {
        answer_error(answer, 400, "wrong_field", "q", "Give 2 to 64 bytes of a name or a code, in UTF-8.");
        return;
    }
    outcome = store_pickers_regions(request, wanted, &rows);
    say(answer, outcome, rows);
}
