// store_knowledge.h - the classifier's SQL on what it knows: reference tables and models.
#ifndef KENTONGAN_CLASSIFIER_STORE_KNOWLEDGE_H
#define KENTONGAN_CLASSIFIER_STORE_KNOWLEDGE_H

#include "check.h"
#include "db.h"
#include "outcome.h"
#include "triage/knowledge.h"

#include <stdbool.h>

struct store_knowledge;

// Borrows db.  Returns new.
struct store_knowledge *store_knowledge_new(struct db *db);
void store_knowledge_destroy(struct store_knowledge **store);

// Reads the reference tables and the model; NULL when PostgreSQL is away.  Rows that make no sense are left
// out, with one line in the log.  Returns new.
MUST_USE struct knowledge *store_knowledge_load(struct store_knowledge *store);

// Have the reference tables changed since the last load?  A failure says no.
bool store_knowledge_changed(struct store_knowledge *store);

// Looks whether another model was installed, and puts it into knowledge.  One that cannot be read is refused
// with its reason, and the one in use stays; where none is in use, the one installed before is tried.  DONE
// or RETRY.
MUST_USE enum outcome store_knowledge_refresh_model(
    struct store_knowledge *store, struct knowledge *knowledge);

#endif
