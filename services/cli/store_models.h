// store_models.h - SQL of the models that name topics.
//
// Every function returns new JSON rows (of what was read, added or changed; empty when nothing matched), or
// NULL after one line on standard error.  Times are Unix ms.
#ifndef KENTONGAN_CLI_STORE_MODELS_H
#define KENTONGAN_CLI_STORE_MODELS_H

#include "check.h"
#include "db.h"
#include "str.h"

#include <jansson.h>
#include <stddef.h>

struct store_model {
    const char *version, *by;
    const char *figures; // a JSON object; NULL: none
    const void *bytes;
    size_t length;
};

// version, at_ms, by, bytes, installed_at_ms, triages (of the last 1,000, how many it decided); the one that
// was installed last comes first.
MUST_USE json_t *store_models_list(struct db *db);

// The same of one and its figures (JSON text); version NULL: of the one installed last.
MUST_USE json_t *store_models_show(struct db *db, const char *version);

// Adds a model and installs it: the classifier takes it up within seconds.  One that is there already is only
// installed.
MUST_USE json_t *store_models_install(struct db *db, const struct store_model *model);

// The bytes of the one installed last, appended; without a model nothing is.  -1 after one line on standard
// error.
MUST_USE int store_models_bytes(struct db *db, struct str *bytes);

// Installs one that is there.
MUST_USE json_t *store_models_use(struct db *db, const char *version);

#endif
