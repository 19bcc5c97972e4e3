// store_acts.c - SQL of what is done on tickets.
#include "store_acts.h"

#include "rows.h"

// TRIAGE can have tickets, too; the shelf and the word for "the regency's government" cannot.
#define CAN_HAVE(code)                                                                                       \
    "EXISTS (SELECT FROM agencies g WHERE g.code = " code " AND g.code NOT IN ('SHELF', 'KABKOTA'))"

// has_others: reports hang on the ticket that neither continue others nor are what this one continues: of
// other people.
static const char check_sql[] =
    "SELECT k.id, r.tracking_code, k.agency, k.stage, " CAN_HAVE("$2") ", " CAN_HAVE(
        "$3") ", "
              "EXISTS (SELECT FROM acts j WHERE j.id = $4 AND j.ticket_id = k.id AND j.act <> 'judge'), "
              "NOT EXISTS (SELECT FROM acts o WHERE o.key = $5 AND (o.ticket_id, o.act, o.value) <> "
              "(k.id, $6, $3)), "
              "EXISTS (SELECT FROM ticket_reports h JOIN reports w ON w.id = h.report_id WHERE h.ticket_id = "
              "k.id AND w.follows_id = 0 AND w.id NOT IN ($1, (SELECT follows_id FROM reports WHERE id = "
              "$1))) "
              "FROM ticket_reports t JOIN tickets k ON k.id = t.ticket_id JOIN reports r ON r.id = k.id "
              "WHERE t.report_id = $1";
static const char check_columns[] =
    "ticket_id:i tracking_code:t agency:t stage:t agency_known:o value_known:o "
    "judged_known:o key_fits:o has_others:o";

static const char add_sql[] = "SELECT act_add($1, $2, $3, $4, $5, $6, $7, $8, $9)";

// The last judgement of a person is the one that stands.
#define JUDGED                                                                                               \
    "LEFT JOIN LATERAL (SELECT split_part(j.value, ' ', 2) AS said FROM acts j WHERE j.ticket_id = "         \
    "a.ticket_id AND j.act = 'judge' AND j.actor_kind = 'officer' AND split_part(j.value, ' ', 1) = "        \
    "a.id::text ORDER BY j.id DESC LIMIT 1) judged ON true "
#define ACT                                                                                                  \
    "SELECT a.id, a.at, a.act, a.actor, a.actor_kind, a.agency, a.value, a.same_text, judged.said, "         \
    "CASE WHEN $2 THEN a.text END, d.done, d.at"
#define ACT_COLUMNS                                                                                          \
    "id:i at_ms:z act:t by:t kind:t agency:t value:t same_text:i judged:t text:t done:t done_at_ms:z"

static const char list_sql[] =
    ACT " FROM acts a LEFT JOIN acts_done d ON d.act_id = a.id " JUDGED
        "WHERE a.ticket_id = $1 AND $3 IN (0, a.id) ORDER BY a.at, a.id LIMIT 1000";
static const char list_columns[] = ACT_COLUMNS;

static const char flagged_sql[] =
    ACT ", a.ticket_id, r.tracking_code FROM acts a JOIN reports r ON r.id = a.ticket_id "
        "LEFT JOIN acts_done d ON d.act_id = a.id " JUDGED
        "WHERE a.same_text >= $1 AND a.actor_kind = 'officer' AND judged.said IS NULL AND a.act IN "
        "('verifying', 'field_check', 'in_progress', 'awaiting_validation', 'done', 'rejected') "
        "ORDER BY a.id LIMIT 1000";
static const char flagged_columns[] = ACT_COLUMNS " ticket_id:i tracking_code:t";

json_t *
store_acts_check(struct db *db, int64_t report_id, const struct act_said *said, int64_t judged_id)
{
    struct db_params *params = db_params_new("ittitt");

    db_put_int(params, 0, report_id);
    db_put_string(params, 1, said->agency);
    db_put_string(params, 2, said->value);
    db_put_int(params, 3, judged_id);
    db_put_string(params, 4, said->key);
    db_put_string(params, 5, said->act);
    return rows_run(db, "act", check_sql, params, check_columns);
}

json_t *
store_acts_add(struct db *db, int64_t ticket_id, const struct act_said *said)
{
    struct db_params *params = db_params_new("ittttttit");

    db_put_int(params, 0, ticket_id);
    db_put_string(params, 1, said->act);
    db_put_string(params, 2, said->by);
    db_put_string(params, 3, said->kind);
    db_put_string(params, 4, said->agency);
    db_put_string(params, 5, said->value);
    db_put_string(params, 6, said->text);
    db_put_int(params, 7, said->text_key);
    db_put_string(params, 8, said->key);
    return rows_run(db, "act add", add_sql, params, "id:i");
}

json_t *
store_acts_list(struct db *db, int64_t ticket_id, int64_t act_id, bool with_text)
{
    struct db_params *params = db_params_new("ioi");

    db_put_int(params, 0, ticket_id);
    db_put_int(params, 1, with_text);
    db_put_int(params, 2, act_id);
    return rows_run(db, "act list", list_sql, params, list_columns);
}

json_t *
store_acts_flagged(struct db *db, int64_t same_least, bool with_text)
{
    struct db_params *params = db_params_new("io");

    db_put_int(params, 0, same_least);
    db_put_int(params, 1, with_text);
    return rows_run(db, "act flagged", flagged_sql, params, flagged_columns);
}
