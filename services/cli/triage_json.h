// triage_json.h - a triage as a line of JSON.
#ifndef KENTONGAN_CLI_TRIAGE_JSON_H
#define KENTONGAN_CLI_TRIAGE_JSON_H

#include "region_names.h"
#include "str.h"
#include "triage/triage.h"

struct triage_json {
    const char *id; // of the report, as JSON
    const struct knowledge *knowledge;
    const struct region_names *names;
    const struct triage *triage;
    const char *duplicate_of; // id of the earlier report, as JSON; "null" when there is none
};

// Appends the line that `kentongan help classify` describes, with its end.
void triage_json_add(struct str *out, const struct triage_json *line);

#endif
