// code.c - tracking codes in requests.
#include "code.h"

#include "id.h"
#include "portal.h"

#include <string.h>

int64_t
code_report(const struct request *request, const char *text)
{
    return id_parse(request->portal->tracking_key, text, strlen(text));
}

int64_t
code_param(const struct request *request, struct answer *answer)
{
    int64_t id = code_report(request, request->params[0]);

    if (id < 0)
        code_unknown(answer);
    return id;
}

void
code_unknown(struct answer *answer)
{
    answer_error(answer, 404, "unknown_ticket", "code", "There is no such ticket for you.");
}
