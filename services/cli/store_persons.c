// store_persons.c - SQL of officers.
#include "store_persons.h"

#include "rows.h"

#include <string.h>

#define PERSON_COLUMNS_SQL "id, name, full_name, agency, role, language"
static const char person_columns[] = "id:i name:t full_name:t agency:t role:t language:t";

static const char list_sql[] =
    "SELECT p.id, p.name, p.full_name, p.agency, p.role, p.language, "
    "EXISTS (SELECT FROM sessions s WHERE s.person_id = p.id AND s.ended_at IS NULL AND s.expires_at > "
    "now()), "
    "(SELECT count(*) FROM devices d WHERE d.person_id = p.id AND d.removed_at IS NULL), "
    "p.added_at, p.removed_at FROM persons p "
    "WHERE $1 IN ('', p.agency) AND ($2 OR p.removed_at IS NULL) ORDER BY p.agency, p.role, p.name";
static const char list_columns[] = "id:i name:t full_name:t agency:t role:t language:t logged_in:o phones:i "
                                   "added_at_ms:z removed_at_ms:z";

static const char add_sql[] =
    "INSERT INTO persons (name, full_name, agency, role, language) VALUES ($1, $2, $3, $4, $5) "
    "ON CONFLICT (name) DO NOTHING RETURNING " PERSON_COLUMNS_SQL;

static const char change_sql[] =
    "WITH changed AS (UPDATE persons SET full_name = coalesce(nullif($2, ''), full_name), "
    "agency = coalesce(nullif($3, ''), agency), role = coalesce(nullif($4, ''), role), "
    "language = coalesce(nullif($5, ''), language) WHERE name = $1 AND removed_at IS NULL "
    "RETURNING " PERSON_COLUMNS_SQL "), moved AS (UPDATE devices d SET agency = c.agency FROM changed c "
    "WHERE d.person_id = c.id) SELECT " PERSON_COLUMNS_SQL " FROM changed";

static const char remove_sql[] =
    "WITH gone AS (UPDATE persons SET removed_at = now() WHERE name = $1 AND removed_at IS NULL "
    "RETURNING " PERSON_COLUMNS_SQL "), ended AS (UPDATE sessions s SET ended_at = now() FROM gone g "
    "WHERE s.person_id = g.id AND s.ended_at IS NULL), taken AS (UPDATE devices d SET removed_at = now(), "
    "removed_why = 'its person was removed' FROM gone g WHERE d.person_id = g.id AND d.removed_at IS NULL), "
    "void AS (UPDATE enrolments e SET used_at = now() FROM gone g WHERE e.person_id = g.id AND e.used_at IS "
    "NULL) "
    "SELECT " PERSON_COLUMNS_SQL " FROM gone";

static const char password_sql[] =
    "WITH changed AS (UPDATE persons SET password = $2 WHERE name = $1 AND removed_at IS NULL "
    "RETURNING " PERSON_COLUMNS_SQL "), ended AS (UPDATE sessions s SET ended_at = now() FROM changed c "
    "WHERE s.person_id = c.id AND s.ended_at IS NULL), void AS (UPDATE enrolments e SET used_at = now() "
    "FROM changed c WHERE e.person_id = c.id AND e.used_at IS NULL) SELECT " PERSON_COLUMNS_SQL
    " FROM changed";

static const char enrol_sql[] =
    "WITH who AS (SELECT id, name FROM persons WHERE name = $1 AND removed_at IS NULL), "
    "made AS (INSERT INTO enrolments (code, person_id, expires_at) "
    "SELECT $2, id, now() + make_interval(hours => $3::integer) FROM who) "
    "SELECT id, name, now() + make_interval(hours => $3::integer) FROM who";

static const char add_phone_sql[] =
    "INSERT INTO devices (agency, label, endpoint, leg, person_id) "
    "SELECT p.agency, $4, $3, $2, p.id FROM persons p WHERE p.name = $1 AND p.removed_at IS NULL "
    "ON CONFLICT (leg, endpoint) DO UPDATE SET agency = excluded.agency, label = excluded.label, "
    "person_id = excluded.person_id, added_at = now(), removed_at = NULL, removed_why = NULL "
    "RETURNING id, $1, leg, label";

// Parameters that are all texts; NULL counts as "".
static struct db_params *
texts(const char *const *values, size_t count)
{
    static const char letters[] = "tttttttt";
    struct db_params *params = db_params_new(letters + strlen(letters) - count);

    for (size_t i = 0; i < count; i++)
        db_put_string(params, i, values[i] != NULL ? values[i] : "");
    return params;
}

static struct db_params *
of_person(const struct person *person)
{
    const char *const values[] = {
        person->name, person->full_name, person->agency, person->role, person->language};

    return texts(values, LENGTH(values));
}

json_t *
store_persons_list(struct db *db, const char *agency, bool removed)
{
    struct db_params *params = db_params_new("to");

    db_put_string(params, 0, agency != NULL ? agency : "");
    db_put_int(params, 1, removed);
    return rows_run(db, "person list", list_sql, params, list_columns);
}

json_t *
store_persons_add(struct db *db, const struct person *person)
{
    return rows_run(db, "person add", add_sql, of_person(person), person_columns);
}

json_t *
store_persons_change(struct db *db, const struct person *person)
{
    return rows_run(db, "person change", change_sql, of_person(person), person_columns);
}

json_t *
store_persons_remove(struct db *db, const char *name)
{
    return rows_run(db, "person remove", remove_sql, texts(&name, 1), person_columns);
}

json_t *
store_persons_password(struct db *db, const char *name, const char *hash)
{
    const char *const values[] = {name, hash};

    return rows_run(db, "person password", password_sql, texts(values, LENGTH(values)), person_columns);
}

json_t *
store_persons_enrol(struct db *db, const char *name, const uint8_t *hash, int64_t hours)
{
    struct db_params *params = db_params_new("tbi");

    db_put_string(params, 0, name);
    db_put_text(params, 1, hash, 32);
    db_put_int(params, 2, hours);
    return rows_run(db, "person enrol", enrol_sql, params, "id:i name:t expires_at_ms:z");
}

json_t *
store_persons_add_phone(struct db *db, const struct person_phone *phone)
{
    const char *const values[] = {phone->person, phone->leg, phone->to, phone->label};

    return rows_run(
        db, "person phone", add_phone_sql, texts(values, LENGTH(values)), "id:i person:t leg:t label:t");
}
