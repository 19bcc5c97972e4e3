// store_sessions.c - the SQL of logging in, of sessions, and of what the portal knows of its cluster.
#include "store_sessions.h"

#include "pool.h"
#include "str.h"

#include <string.h>

static const char set_sql[] = "SELECT set_config('kentongan.session', $1, true)";

static const char key_sql[] = "SELECT value FROM cluster WHERE name = 'tracking_key'";

static const char find_sql[] =
    "SELECT p.id, p.name, p.full_name, p.agency, p.role, p.language, s.csrf "
    "FROM portal_me() p JOIN sessions s ON s.person_id = p.id WHERE s.id = decode($1, 'hex')";

static const char login_sql[] = "SELECT person_id, password FROM login_lookup($1)";

static const char was_sql[] = "SELECT session_was(decode($1, 'hex'), $2)";

static const char open_sql[] = "SELECT session_open($1, $2, $3, make_interval(secs => $4))";

static const char open_by_code_sql[] =
    "SELECT session_open(enrolment_use($1), $2, $3, make_interval(secs => $4))";

static const char end_sql[] =
    "UPDATE sessions SET ended_at = now() WHERE id = decode($1, 'hex') AND ended_at IS NULL";

static const char may_sql[] =
    "SELECT coalesce((SELECT a.name FROM agencies a WHERE a.code = p.agency), ''), "
    "coalesce((SELECT string_agg(r.act, ',' ORDER BY r.act) FROM role_acts r WHERE r.role = p.role), '') "
    "FROM portal_me() p WHERE p.id IS NOT NULL";

static const char add_code_sql[] = "INSERT INTO enrolments (code, person_id, expires_at) "
                                   "SELECT $1, p.id, now() + make_interval(secs => $2) FROM portal_me() p";

static const char code_ends_sql[] = "SELECT now() + make_interval(secs => $1)";

struct db_query
store_sessions_set(const struct db_params *params)
{
    return (struct db_query){"portal session", set_sql, params};
}

enum outcome
store_sessions_key(struct db *db, uint8_t key[ID_KEY_SIZE])
{
    const struct db_query query = {"portal key", key_sql, NULL};
    enum outcome outcome = db_run(db, &query, 1, POOL_PATIENCE_MS);
    size_t length = 0;

    if (outcome == DONE && db_rows(db, 0) == 1) {
        const char *value = db_text(db, 0, 0, 0, &length);

        if (length == ID_KEY_SIZE)
            memcpy(key, value, ID_KEY_SIZE);
    }
    return outcome == DONE && length != ID_KEY_SIZE ? REJECT : outcome;
}

// The session's hash as a parameter.  Returns new.
static struct db_params *
hash_params(const struct request *request)
{
    struct db_params *params = db_params_new("t");

    db_put_string(params, 0, request->session.hash);
    return params;
}

enum outcome
store_sessions_find(struct request *request, struct session *session)
{
    struct db_params *params = hash_params(request);
    const struct db_query query = {"portal find", find_sql, params};
    enum outcome outcome = request_run(request, &query, 1);
    const struct db *db = request->db;

    session->person_id = 0;
    if (outcome == DONE && db_rows(db, 1) == 1) {
        session->person_id = db_int(db, 1, 0, 0);
        db_copy_text(db, 1, 0, 1, session->name, sizeof(session->name));
        db_copy_text(db, 1, 0, 2, session->full_name, sizeof(session->full_name));
        db_copy_text(db, 1, 0, 3, session->agency, sizeof(session->agency));
        db_copy_text(db, 1, 0, 4, session->role, sizeof(session->role));
        db_copy_text(db, 1, 0, 5, session->language, sizeof(session->language));
        db_copy_text(db, 1, 0, 6, session->csrf, sizeof(session->csrf));
    }
    db_release(request->db);
    db_params_destroy(&params);
    return outcome;
}

// Runs one query without a session's transaction.
static enum outcome
run(struct request *request, const char *name, const char *sql, const struct db_params *params)
{
    const struct db_query query = {name, sql, params};

    request->ending = db_run(request->db, &query, 1, POOL_PATIENCE_MS);
    return request->ending;
}

enum outcome
store_sessions_login(
    struct request *request, const char *name, int64_t *person_id, char password[STORE_PASSWORD_SIZE])
{
    struct db_params *params = db_params_new("t");
    enum outcome outcome = DONE;

    db_put_string(params, 0, name);
    outcome = run(request, "portal login", login_sql, params);
    *person_id = 0;
    password[0] = '\0';
    if (outcome == DONE && db_rows(request->db, 0) == 1) {
        *person_id = db_int(request->db, 0, 0, 0);
        db_copy_text(request->db, 0, 0, 1, password, STORE_PASSWORD_SIZE);
    }
    db_release(request->db);
    db_params_destroy(&params);
    return outcome;
}

enum outcome
store_sessions_was(struct request *request, const char *name, bool *was)
{
    struct db_params *params = db_params_new("tt");
    enum outcome outcome = DONE;

    db_put_string(params, 0, request->session.hash);
    db_put_string(params, 1, name);
    outcome = run(request, "portal was", was_sql, params);
    *was = outcome == DONE && db_int(request->db, 0, 0, 0) != 0;
    db_release(request->db);
    db_params_destroy(&params);
    return outcome;
}

enum outcome
store_sessions_open(struct request *request, const struct store_session *session)
{
    bool by_code = session->code != NULL;
    struct db_params *params = db_params_new(by_code ? "bbtd" : "ibtd");
    enum outcome outcome = DONE;

    if (by_code)
        db_put_text(params, 0, session->code, STORE_HASH_SIZE);
    else
        db_put_int(params, 0, session->person_id);
    db_put_text(params, 1, session->hash, STORE_HASH_SIZE);
    db_put_string(params, 2, session->csrf);
    db_put_real(params, 3, (double)session->lasts_s);
    outcome = run(request, by_code ? "portal open by code" : "portal open",
        by_code ? open_by_code_sql : open_sql, params);
    db_release(request->db);
    db_params_destroy(&params);
    return outcome;
}

enum outcome
store_sessions_end(struct request *request)
{
    struct db_params *params = hash_params(request);
    const struct db_query query = {"portal end", end_sql, params};
    enum outcome outcome = request_run(request, &query, 1);

    db_release(request->db);
    db_params_destroy(&params);
    return outcome;
}

// Texts separated by commas as an array.  Returns new.
static json_t *
split(const char *text, size_t length)
{
    json_t *array = json_array();
    size_t from = 0;

    for (size_t i = 0; i <= length; i++)
        if (i == length || text[i] == ',') {
            if (i > from)
                json_array_append_new(array, json_stringn(text + from, i - from));
            from = i + 1;
        }
    return array;
}

json_t *
store_sessions_may(struct request *request)
{
    const struct db_query query = {"portal may", may_sql, NULL};
    json_t *row = NULL;

    if (request_run(request, &query, 1) == DONE && db_rows(request->db, 1) == 1) {
        size_t name = 0;
        size_t acts = 0;
        const char *name_text = db_text(request->db, 1, 0, 0, &name);
        const char *acts_text = db_text(request->db, 1, 0, 1, &acts);

        row = json_pack("{s:s%, s:o}", "agency_name", name_text, name, "may", split(acts_text, acts));
    } else if (request->ending == DONE) {
        request->ending = RETRY; // the session ended between two queries: the next request will say so
    }
    db_release(request->db);
    return row;
}

enum outcome
store_sessions_add_code(
    struct request *request, const uint8_t hash[STORE_HASH_SIZE], int64_t lasts_s, int64_t *expires_at_ms)
{
    struct db_params *code = db_params_new("bd");
    struct db_params *ends = db_params_new("d");
    const struct db_query queries[] = {
        {"portal add code", add_code_sql, code}, {"portal code ends", code_ends_sql, ends}};
    enum outcome outcome = DONE;

    db_put_text(code, 0, hash, STORE_HASH_SIZE);
    db_put_real(code, 1, (double)lasts_s);
    db_put_real(ends, 0, (double)lasts_s);
    outcome = request_run(request, queries, LENGTH(queries));
    *expires_at_ms = outcome == DONE ? db_time(request->db, 2, 0, 0) : 0;
    db_release(request->db);
    db_params_destroy(&code);
    db_params_destroy(&ends);
    return outcome;
}
