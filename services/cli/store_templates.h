// store_templates.h - SQL of what is said to reporters.
//
// Every function returns new JSON rows (event, language, channel, subject, body), or NULL after one line on
// standard error.
#ifndef KENTONGAN_CLI_STORE_TEMPLATES_H
#define KENTONGAN_CLI_STORE_TEMPLATES_H

#include "check.h"
#include "db.h"
#include "reply_template.h"

#include <jansson.h>

// Of one event, or with "" all.
MUST_USE json_t *store_templates_list(struct db *db, const char *event);

// Adds a row or replaces it.
MUST_USE json_t *store_templates_set(struct db *db, const struct reply_template *row);

#endif
