// store_acts.c - SQL of what officers do on tickets and say of reports.
//
// portal_act() and portal_correct() look once more who may; what is asked before only says what is wrong.
#include "store_acts.h"

#include <string.h>

// TRIAGE can have tickets, too; the shelf and the word for "the regency's government" cannot.
static const char look_sql[] =
    "SELECT coalesce((SELECT l.ticket_id FROM ticket_reports l WHERE l.report_id = $1), 0), "
    "EXISTS (SELECT FROM role_acts a WHERE a.role = $5 AND a.act = $2), "
    "EXISTS (SELECT FROM agencies g WHERE g.code = $3 AND g.code NOT IN ('SHELF', 'KABKOTA')), "
    "EXISTS (SELECT FROM acts j WHERE j.id = $4 AND j.act <> 'judge' AND j.ticket_id = "
    "(SELECT l.ticket_id FROM ticket_reports l WHERE l.report_id = $1)), "
    "EXISTS (SELECT FROM acts a WHERE a.key = 'person:' || $6 || ':' || $7 "
    "AND (a.act, a.value, a.text) <> ($2, $3, $8))";

static const char add_sql[] =
    "SELECT s.state, s.act_id, s.at FROM portal_act($1, $2, $3, $4, $5, $6, 'image/jpeg', $7) s";

static const char look_at_correction_sql[] =
    "SELECT coalesce(k.ticket_id, 0), EXISTS (SELECT FROM role_acts a WHERE a.role = $5 AND a.act = "
    "'correct'), "
    "EXISTS (SELECT FROM ticket_reports l WHERE l.report_id = $2 AND l.ticket_id = k.ticket_id), "
    "EXISTS (SELECT FROM topics t WHERE t.code = $3), EXISTS (SELECT FROM regions g WHERE g.code = $3), "
    "EXISTS (SELECT FROM ticket_reports l WHERE l.report_id = $4), "
    "EXISTS (SELECT FROM ticket_reports l WHERE l.report_id = $2), "
    "EXISTS (SELECT FROM corrections c WHERE c.key = 'person:' || $6 || ':' || $7 AND c.report_id = $2), "
    "EXISTS (SELECT FROM corrections c WHERE c.key = 'person:' || $6 || ':' || $7 "
    "AND (c.what, c.value) <> ($8, $3)) "
    "FROM (SELECT (SELECT l.ticket_id FROM ticket_reports l WHERE l.report_id = $1) AS ticket_id) k";

static const char correct_sql[] =
    "SELECT s.state, s.correction_id, clock_timestamp() FROM portal_correct($1, $2, $3, $4, $5) s";

static enum outcome
run(struct request *request, const char *name, const char *sql, struct db_params **params)
{
    const struct db_query query = {.name = name, .sql = sql, .params = *params};
    enum outcome outcome = request_run(request, &query, 1);

    db_params_destroy(params);
    return outcome;
}

static enum stored
read_state(const struct db *db)
{
    char state[12];

    db_copy_text(db, 1, 0, 0, state, sizeof(state));
    if (strcmp(state, "ok") == 0)
        return STORED_OK;
    return strcmp(state, "again") == 0 ? STORED_AGAIN : STORED_REFUSED;
}

static void
read_stored(const struct db *db, struct stored_act *stored)
{
    *stored = (struct stored_act){.state = STORED_REFUSED};
    if (db_rows(db, 1) == 0)
        return;
    stored->state = read_state(db);
    stored->id = db_int(db, 1, 0, 1);
    stored->at_ms = stored->state == STORED_REFUSED ? 0 : db_time(db, 1, 0, 2);
}

enum outcome
store_acts_look(struct request *request, int64_t report_id, const struct act_said *said, int64_t judged_id,
    struct act_known *known)
{
    struct db_params *params = db_params_new("ittititt");
    enum outcome outcome = DONE;

    db_put_int(params, 0, report_id);
    db_put_string(params, 1, said->act);
    db_put_string(params, 2, said->value);
    db_put_int(params, 3, judged_id);
    db_put_string(params, 4, request->session.role);
    db_put_int(params, 5, request->session.person_id);
    db_put_string(params, 6, said->key);
    db_put_string(params, 7, said->text);
    outcome = run(request, "acts_look", look_sql, &params);
    if (outcome == DONE)
        *known = (struct act_known){.ticket_id = db_int(request->db, 1, 0, 0),
            .is_allowed = db_int(request->db, 1, 0, 1) != 0,
            .value_is_agency = db_int(request->db, 1, 0, 2) != 0,
            .value_is_act = db_int(request->db, 1, 0, 3) != 0,
            .key_is_used = db_int(request->db, 1, 0, 4) != 0};
    db_release(request->db);
    return outcome;
}

enum outcome
store_acts_add(struct request *request, const struct act_said *said, struct stored_act *stored)
{
    struct db_params *params = db_params_new("itttitb");
    enum outcome outcome = DONE;

    db_put_int(params, 0, said->ticket_id);
    db_put_string(params, 1, said->act);
    db_put_string(params, 2, said->value);
    db_put_string(params, 3, said->text);
    db_put_int(params, 4, said->text_key);
    db_put_string(params, 5, said->key);
    if (said->picture != NULL)
        db_put_text(params, 6, said->picture, said->picture_length);
    else
        db_put_null(params, 6);
    outcome = run(request, "acts_add", add_sql, &params);
    if (outcome == DONE)
        read_stored(request->db, stored);
    db_release(request->db);
    return outcome;
}

enum outcome
store_acts_look_at_correction(
    struct request *request, const struct correction_said *said, struct correction_known *known)
{
    struct db_params *params = db_params_new("iitititt");
    enum outcome outcome = DONE;

    db_put_int(params, 0, said->path_report_id);
    db_put_int(params, 1, said->report_id);
    db_put_string(params, 2, said->value);
    db_put_int(params, 3, said->other_report_id);
    db_put_string(params, 4, request->session.role);
    db_put_int(params, 5, request->session.person_id);
    db_put_string(params, 6, said->key);
    db_put_string(params, 7, said->what);
    outcome = run(request, "acts_look_at_correction", look_at_correction_sql, &params);
    if (outcome == DONE)
        *known = (struct correction_known){.ticket_id = db_int(request->db, 1, 0, 0),
            .is_allowed = db_int(request->db, 1, 0, 1) != 0,
            .is_of_ticket = db_int(request->db, 1, 0, 2) != 0,
            .value_is_topic = db_int(request->db, 1, 0, 3) != 0,
            .value_is_region = db_int(request->db, 1, 0, 4) != 0,
            .other_is_seen = db_int(request->db, 1, 0, 5) != 0,
            .report_is_seen = db_int(request->db, 1, 0, 6) != 0,
            .is_stored = db_int(request->db, 1, 0, 7) != 0,
            .key_is_used = db_int(request->db, 1, 0, 8) != 0};
    db_release(request->db);
    return outcome;
}

enum outcome
store_acts_correct(struct request *request, const struct correction_said *said, struct stored_act *stored)
{
    struct db_params *params = db_params_new("itttt");
    enum outcome outcome = DONE;

    db_put_int(params, 0, said->report_id);
    db_put_string(params, 1, said->what);
    db_put_string(params, 2, said->value);
    db_put_string(params, 3, said->reason);
    db_put_string(params, 4, said->key);
    outcome = run(request, "acts_correct", correct_sql, &params);
    if (outcome == DONE)
        read_stored(request->db, stored);
    db_release(request->db);
    return outcome;
}
