// store_sessions.h - the SQL of logging in, of sessions, and of what the portal knows of its cluster.
#ifndef KENTONGAN_PORTAL_STORE_SESSIONS_H
#define KENTONGAN_PORTAL_STORE_SESSIONS_H

#include "check.h"
#include "db.h"
#include "id.h"
#include "request.h"

#include <jansson.h>

enum { STORE_HASH_SIZE = 32, STORE_PASSWORD_SIZE = 256 };

// What each of a person's transactions begins with.  params: the session's hash in hex.
struct db_query store_sessions_set(const struct db_params *params);

// The tracking key.
MUST_USE enum outcome store_sessions_key(struct db *db, uint8_t key[ID_KEY_SIZE]);

// Fills in all of the session but its hash, which has to be there; nobody's: person_id is 0.
MUST_USE enum outcome store_sessions_find(struct request *request, struct session *session);

// The person with this name who may log in, and the hash of the password ("": only by an enrolment); 0: there
// is none.
MUST_USE enum outcome store_sessions_login(
    struct request *request, const char *name, int64_t *person_id, char password[STORE_PASSWORD_SIZE]);

// Is or was the token whose hash stands in request->session one of this person's sessions?
MUST_USE enum outcome store_sessions_was(struct request *request, const char *name, bool *was);

// Opens a session: of the person, or of the person whose enrolment code it is, which is used up by that and
// only by that.  A code that is unknown, used or too old opens none, without an error.
struct store_session {
    int64_t person_id;
    const uint8_t *code; // its hash, STORE_HASH_SIZE; NULL: none.  Borrows
    uint8_t hash[STORE_HASH_SIZE];
    const char *csrf;
    int64_t lasts_s;
};
MUST_USE enum outcome store_sessions_open(struct request *request, const struct store_session *session);

// Ends the session that request->session.hash names, whoever's.
MUST_USE enum outcome store_sessions_end(struct request *request);

// What the person may do, and the name of the agency.  Returns new: {agency_name, may: [act]}, or NULL and
// request->ending.
MUST_USE json_t *store_sessions_may(struct request *request);

// A code of the person whose session it is.  expires_at_ms: when it ends.
MUST_USE enum outcome store_sessions_add_code(
    struct request *request, const uint8_t hash[STORE_HASH_SIZE], int64_t lasts_s, int64_t *expires_at_ms);

#endif
