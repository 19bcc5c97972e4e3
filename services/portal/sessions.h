// sessions.h - logging in and out, and what a browser must show to be believed.
//
// A session is a random token of 256 bits in the cookie; the database has its SHA-256 alone.  Passwords are
// argon2id (libsodium), at most SESSIONS_HASHES computed at a time: who comes meanwhile is told to come
// again, so that those who only log in hold up nobody else.  A name that nobody has costs as much time as one
// that somebody has.
#ifndef KENTONGAN_PORTAL_SESSIONS_H
#define KENTONGAN_PORTAL_SESSIONS_H

#include "answer.h"
#include "request.h"

#define SESSION_COOKIE "__Host-kentongan"
#define ENROLMENT_PATH "/#/masuk?k=" // then the code: what stands behind # is sent to no server

enum { SESSIONS_HASHES = 2, ENROLMENT_S = 600 };

struct sessions;

// What logging in needs: room for SESSIONS_HASHES, and the hash that unknown names are compared with. Returns
// new.
struct sessions *sessions_new(void);
void sessions_destroy(struct sessions **sessions);

// Whose session is the cookie's?  Fills request->session (nobody's: all empty).  DONE, or RETRY: PostgreSQL
// is away.
MUST_USE enum outcome sessions_find(struct request *request);

// Does the request come from our own pages?  True where it says nothing about it.
bool sessions_is_ours(const struct request *request);

// Does it have the session's CSRF token?
bool sessions_has_token(const struct request *request);

// Routes.
void sessions_log_in(struct request *request, struct answer *answer);
void sessions_log_out(struct request *request, struct answer *answer);
void sessions_me(struct request *request, struct answer *answer);
void sessions_enrol(struct request *request, struct answer *answer);

#endif
