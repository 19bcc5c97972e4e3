// store_persons.h - SQL of officers: who they are, how they log in, how they are reached.
//
// All return new: the row that was added or changed in an array, which is empty when there is no such person;
// or NULL after one line on standard error.
#ifndef KENTONGAN_CLI_STORE_PERSONS_H
#define KENTONGAN_CLI_STORE_PERSONS_H

#include "check.h"
#include "db.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

struct person {
    const char *name, *full_name, *agency, *role, *language; // NULL or "" where a change leaves it
};

// id, name, full_name, agency, role, language, logs_in (has an open session), phones, added_at_ms,
// removed_at_ms.  agency NULL: of all.
MUST_USE json_t *store_persons_list(struct db *db, const char *agency, bool removed);

// No row: the name is taken, maybe by somebody who was removed.
MUST_USE json_t *store_persons_add(struct db *db, const struct person *person);

// His phones move to the new agency with him.
MUST_USE json_t *store_persons_change(struct db *db, const struct person *person);

// Ends his sessions and takes his phones away.
MUST_USE json_t *store_persons_remove(struct db *db, const char *name);

// Ends his sessions.
MUST_USE json_t *store_persons_password(struct db *db, const char *name, const char *hash);

// hash: 32 bytes, of the code.  id, name, expires_at_ms.
MUST_USE json_t *store_persons_enrol(struct db *db, const char *name, const uint8_t *hash, int64_t hours);

struct person_phone {
    const char *person, *leg, *to, *label;
};
// id, person, leg, label.  It is moved to this person when it is there.
MUST_USE json_t *store_persons_add_phone(struct db *db, const struct person_phone *phone);

#endif
