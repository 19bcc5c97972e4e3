// code.h - tracking codes in requests.
#ifndef KENTONGAN_PORTAL_CODE_H
#define KENTONGAN_PORTAL_CODE_H

#include "answer.h"
#include "request.h"

#include <stdint.h>

// The report that the path's first parameter names.  -1 after a 404: it is no code.
MUST_USE int64_t code_param(const struct request *request, struct answer *answer);

// The report that a text names; -1: none.
MUST_USE int64_t code_report(const struct request *request, const char *text);

// The one 404 for a code that is none, that is unknown, and that this person does not see.
void code_unknown(struct answer *answer);

#endif
