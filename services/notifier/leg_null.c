// leg_null.c - takes every letter and sends nothing: for tests, and to try a cluster without reaching
// anybody.
#include "leg.h"

static const char *
compose(const struct letter *letter, const struct leg_context *context, struct http_request *request)
{
    (void)letter;
    (void)context;
    request->kind = HTTP_MADE_UP;
    request->made_up.status = 200;
    return NULL;
}

static void
judge(const struct http_answer *came, struct leg_verdict *verdict)
{
    (void)came;
    verdict->answer.ending = ENDING_ACCEPTED;
}

const struct leg_way leg_null = {compose, judge};
