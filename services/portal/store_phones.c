// store_phones.c - the SQL of a person's phones and of one-time tokens.
#include "store_phones.h"

#include "webpush.h"

#include <string.h>

enum { SECRET_SIZE = 32 };

static const char list_sql[] =
    "SELECT d.id, d.leg, d.label, d.added_at, d.verified_at, d.seen_at, coalesce(d.removed_why, '') "
    "FROM devices d WHERE d.removed_at IS NULL OR d.removed_why <> 'by its owner' "
    "ORDER BY d.removed_at IS NOT NULL, d.id DESC LIMIT 30";

static const char add_sql[] = "SELECT a.state, a.device_id FROM device_add($1, $2, $3, $4, $5, $6) a";

static const char remove_sql[] = "UPDATE devices SET removed_at = now(), removed_why = 'by its owner' WHERE "
                                 "id = $1 AND removed_at IS NULL";

static const char test_sql[] = "SELECT device_test($1)";

static const char use_sql[] = "SELECT u.state, u.ticket_id, u.at FROM notice_use($1, $2) u";

static const char use_by_number_sql[] =
    "SELECT u.state, u.ticket_id, u.at FROM notice_use_by_number($1, "
    "CASE WHEN $2 > 0 THEN $2 ELSE coalesce(notice_told_by_number($1, $3), 0) END) u";

// A time as JSON; null where there is none.
static json_t *
time_json(const struct db *db, size_t row, int column)
{
    return db_is_null(db, 1, row, column) ? json_null() : json_integer(db_time(db, 1, row, column));
}

static json_t *
text_json(const struct db *db, size_t row, int column)
{
    size_t length = 0;
    const char *text = db_text(db, 1, row, column, &length);

    return json_stringn(text, length);
}

json_t *
store_phones_list(struct request *request, enum outcome *outcome)
{
    const struct db_query query = {"portal phones", list_sql, NULL};
    const struct db *db = request->db;
    json_t *list = NULL;

    *outcome = request_run(request, &query, 1);
    if (*outcome == DONE)
        list = json_array();
    for (size_t row = 0; list != NULL && row < db_rows(db, 1); row++) {
        size_t why = 0;

        (void)db_text(db, 1, row, 6, &why);
        json_array_append_new(
            list, json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:s}", "id", (json_int_t)db_int(db, 1, row, 0),
                      "leg", text_json(db, row, 1), "label", text_json(db, row, 2), "added_at_ms",
                      time_json(db, row, 3), "verified_at_ms", time_json(db, row, 4), "seen_at_ms",
                      time_json(db, row, 5), "state", why > 0 ? "gone" : "ok"));
    }
    db_release(request->db);
    return list;
}

static enum phone_state
phone_state(const char *text, size_t length)
{
    static const struct {
        const char *word;
        enum phone_state state;
    } words[] = {{"ok", PHONE_OK}, {"taken", PHONE_TAKEN}, {"full", PHONE_FULL}};

    for (size_t i = 0; i < LENGTH(words); i++)
        if (strlen(words[i].word) == length && memcmp(words[i].word, text, length) == 0)
            return words[i].state;
    return PHONE_REFUSED;
}

static void
put_bytes(struct db_params *params, size_t column, const uint8_t *bytes, size_t length)
{
    if (bytes != NULL)
        db_put_text(params, column, bytes, length);
    else
        db_put_null(params, column);
}

enum outcome
store_phones_add(
    struct request *request, const struct store_phone *phone, enum phone_state *state, int64_t *id)
{
    struct db_params *params = db_params_new("ttbbbt");
    const struct db_query query = {"portal phone add", add_sql, params};
    enum outcome outcome = DONE;
    size_t length = 0;

    *state = PHONE_REFUSED;
    *id = 0;
    db_put_string(params, 0, phone->leg);
    db_put_string(params, 1, phone->endpoint);
    put_bytes(params, 2, phone->p256dh, WEBPUSH_POINT_SIZE);
    put_bytes(params, 3, phone->auth, WEBPUSH_AUTH_SIZE);
    put_bytes(params, 4, phone->secret, SECRET_SIZE);
    db_put_string(params, 5, phone->label);
    outcome = request_run(request, &query, 1);
    if (outcome == DONE) {
        const char *text = db_text(request->db, 1, 0, 0, &length);

        *state = phone_state(text, length);
        *id = db_int(request->db, 1, 0, 1);
    }
    db_release(request->db);
    db_params_destroy(&params);
    return outcome;
}

enum outcome
store_phones_remove(struct request *request, int64_t id, bool *found)
{
    struct db_params *params = db_params_new("i");
    const struct db_query query = {"portal phone remove", remove_sql, params};
    enum outcome outcome = DONE;

    db_put_int(params, 0, id);
    outcome = request_run(request, &query, 1);
    *found = outcome == DONE && db_affected(request->db, 1) == 1;
    db_release(request->db);
    db_params_destroy(&params);
    return outcome;
}

enum outcome
store_phones_test(struct request *request, int64_t id, bool *found)
{
    struct db_params *params = db_params_new("i");
    const struct db_query query = {"portal phone test", test_sql, params};
    enum outcome outcome = DONE;

    db_put_int(params, 0, id);
    outcome = request_run(request, &query, 1);
    *found = outcome == DONE && !db_is_null(request->db, 1, 0, 0);
    db_release(request->db);
    db_params_destroy(&params);
    return outcome;
}

// What notice_use() and notice_use_by_number() said.  Releases.
static void
read_use(struct request *request, struct store_use *use)
{
    static const struct {
        const char *word;
        enum use_state state;
    } words[] = {{"ok", USE_OK}, {"used", USE_USED}, {"expired", USE_EXPIRED}, {"unknown", USE_UNKNOWN},
        {"stranger", USE_STRANGER}};
    const struct db *db = request->db;

    *use = (struct store_use){.state = USE_WRONG};
    if (request->ending == DONE && db_rows(db, 1) == 1) {
        size_t length = 0;
        const char *text = db_text(db, 1, 0, 0, &length);

        for (size_t i = 0; i < LENGTH(words); i++)
            if (strlen(words[i].word) == length && memcmp(words[i].word, text, length) == 0)
                use->state = words[i].state;
        use->ticket = db_int(db, 1, 0, 1);
        use->at_ms = db_is_null(db, 1, 0, 2) ? 0 : db_time(db, 1, 0, 2);
    }
    db_release(request->db);
}

enum outcome
store_phones_use(
    struct request *request, const uint8_t token[NOTICE_TOKEN_SIZE], const char *what, struct store_use *use)
{
    struct db_params *params = db_params_new("bt");
    const struct db_query query = {"portal use", use_sql, params};
    enum outcome outcome = DONE;

    db_put_text(params, 0, token, NOTICE_TOKEN_SIZE);
    db_put_string(params, 1, what);
    outcome = request_run(request, &query, 1);
    read_use(request, use);
    db_params_destroy(&params);
    return outcome;
}

enum outcome
store_phones_use_by_number(
    struct request *request, const char *number, int64_t notice, int64_t report, struct store_use *use)
{
    struct db_params *params = db_params_new("tii");
    const struct db_query query = {"portal use by number", use_by_number_sql, params};
    enum outcome outcome = DONE;

    db_put_string(params, 0, number);
    db_put_int(params, 1, notice);
    db_put_int(params, 2, report);
    outcome = request_run(request, &query, 1);
    read_use(request, use);
    db_params_destroy(&params);
    return outcome;
}
