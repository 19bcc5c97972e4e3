// request.h - one HTTP request as routes see it: complete, within its limits, with the person whose session
// it is.
#ifndef KENTONGAN_PORTAL_REQUEST_H
#define KENTONGAN_PORTAL_REQUEST_H

#include "check.h"
#include "db.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum method { METHOD_GET, METHOD_POST, METHOD_PUT, METHOD_DELETE, METHOD_OTHER };
enum { REQUEST_PARAMS_MOST = 4, SESSION_HEX_SIZE = 65 };

// Whose session it is, read anew for each request.  person_id 0: nobody's.
struct session {
    int64_t person_id;
    char hash[SESSION_HEX_SIZE]; // SHA-256 of the cookie's token, hex: what kentongan.session is set to
    char name[41], full_name[201], agency[41], role[16], language[3];
    char csrf[65];
};

struct portal; // portal.h: what all routes share
struct query;  // request.c's: the query, taken apart

struct request {
    enum method method;
    const char *path;                  // without the query, not decoded
    char *params[REQUEST_PARAMS_MOST]; // what stands for each * of the route's pattern, percent-decoded
    size_t param_count;
    const char *body; // complete; "" when there is none
    size_t length;
    const char *remote; // the client's address, for rate limits only: never stored, never logged
    struct session session;
    struct db *db; // this request's connection until it returns
    struct portal *portal;
    enum outcome ending; // of the last transaction that ran on db
    struct query *query;
    void *connection; // server.c's
};

// Value of a header, a query argument (percent-decoded) or a cookie; NULL when it is not there.  Borrows
// until the route returns.
const char *request_header(const struct request *request, const char *name);
const char *request_query(const struct request *request, const char *name);
const char *request_cookie(const struct request *request, const char *name);

// The same for an argument that may hold any bytes; the others are NULL for one with NUL in it.
const char *request_query_bytes(const struct request *request, const char *name, size_t *length);

// The body as a JSON object; NULL when it is none (not UTF-8, twice the same key, too deep).  Returns new.
json_t *request_json(const struct request *request);

// Runs the queries in one transaction as the person of the session: row level security sees
// kentongan.session.  Result i of the caller is result i + 1 of db (result 0 is set_config's).  At most 7
// queries.  The caller calls db_release().  DONE, RETRY or REJECT.
MUST_USE enum outcome request_run(struct request *request, const struct db_query *queries, size_t count);

// For server.c: takes apart path and query of what stands in the request line.  -1: it is none of ours (no
// path, an escape that is none). Takes uri, which has to live as long as the request.
MUST_USE int request_open(struct request *request, char *uri);
void request_close(struct request *request);

// For route.c: replaces %XX in place, returns the new length; -1: an escape that is none, or %00 unless bytes
// may be any.
MUST_USE long request_decode(char *text, size_t length, bool any_bytes);

#endif
