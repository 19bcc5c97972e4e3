// kind.c - the names of the kinds.
#include "kind.h"

#include "check.h"

#include <stddef.h>
#include <string.h>

static const char *const names[KINDS] = {
    [KIND_COMPLAINT] = "complaint",
    [KIND_CRITICISM] = "criticism",
    [KIND_ASPIRATION] = "aspiration",
    [KIND_SUGGESTION] = "suggestion",
    [KIND_INFORMATION_REQUEST] = "information_request",
    [KIND_NOT_REPORT] = "not_report",
};

const char *
kind_name(enum triage_kind kind)
{
    CHECK(kind < KINDS);
    return names[kind];
}

bool
kind_from_name(const char *name, enum triage_kind *kind)
{
    for (size_t i = 0; i < KINDS; i++)
        if (strcmp(name, names[i]) == 0) {
            *kind = (enum triage_kind)i;
            return true;
        }
    return false;
}
