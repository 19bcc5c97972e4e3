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

struct request {
    enum method method;
    const char *path;                        // without the query, not decoded
    const char *params[REQUEST_PARAMS_MOST]; // what stands for each * of the route's pattern, percent-decoded
    size_t param_count;
    const char *body; // complete; "" when there is none
    size_t length;
    const char *remote; // the client's address, for rate limits only: never stored, never logged
    struct session session;
    struct db *db; // this request's connection until it returns
    struct portal *portal;
    void *connection; // server.c's
};

// Value of a header, a query argument (percent-decoded) or a cookie; NULL when it is not there.  Borrows
// until the route returns.
const char *request_header(const struct request *request, const char *name);
const char *request_query(const struct request *request, const char *name);
const char *request_cookie(const struct request *request, const char *name);

// The body as a JSON object; NULL when it is none (not UTF-8, twice the same key, too deep).  Returns new.
json_t *request_json(const struct request *request);

// Runs the queries in one transaction as the person of the session: row level security sees
// kentongan.session.  Result i of the caller is result i + 1 of db (result 0 is set_config's).  At most 7
// queries.  The caller calls db_release().  DONE, RETRY or REJECT.
MUST_USE enum outcome request_run(struct request *request, const struct db_query *queries, size_t count);

#endif
