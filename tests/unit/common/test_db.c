// test_db.c - plans do not last: one that was made while a table counted as empty is made anew.
#include "db.h"

#include "clock.h"
#include "cmocka_all.h"
#include "postgres.h"

#include <string.h>

enum { PATIENCE_MS = 5000, PLANS_LAST_MS = 60000, TEXT_SIZE = 2000 };

static const int64_t now = 1795323600000;
static const char *const tables_sql[] = {
    "DROP TABLE IF EXISTS reports, triages",
    "CREATE TABLE reports (id bigint PRIMARY KEY)",
    "CREATE TABLE triages (report_id bigint PRIMARY KEY)",
    "ANALYZE reports, triages",
};
static const char *const rows_sql[] = {
    "INSERT INTO reports SELECT generate_series(1, 20000)",
    "INSERT INTO triages SELECT generate_series(1, 20000)",
};
static const char question_sql[] =
    "SELECT r.id FROM reports r WHERE r.id > $1 AND NOT EXISTS (SELECT FROM triages t WHERE "
    "t.report_id = r.id)";

struct fixture {
    struct db *db, *tester;
    struct db_params *params;
};

static void
ask(struct fixture *of)
{
    const struct db_query question = {"question", question_sql, of->params};

    assert_int_equal(db_run(of->db, &question, 1, PATIENCE_MS), DONE);
    db_release(of->db);
}

// Is each triage looked up by its report, or are all of them read for each?  As the connection would do it
// now.
static bool
looks_up(struct fixture *of)
{
    static const struct db_query explain = {"explain", "EXPLAIN EXECUTE question(0)", NULL};
    char text[TEXT_SIZE] = "";

    assert_int_equal(db_run(of->db, &explain, 1, PATIENCE_MS), DONE);
    for (size_t i = 0; i < db_rows(of->db, 0); i++)
        strncat(text, db_text(of->db, 0, i, 0, NULL), sizeof(text) - strlen(text) - 1);
    db_release(of->db);
    return strstr(text, "Index Cond: (report_id = r.id)") != NULL;
}

// With a plan from when the tables were empty, and rows since.
static int
set_up(void **state)
{
    static struct fixture of;

    of.tester = db_new(postgres_conninfo(postgres_of_group), NULL, "tester");
    postgres_run(of.tester, tables_sql, sizeof(tables_sql) / sizeof(*tables_sql));
    clock_set(now);
    of.db = db_new(postgres_conninfo(postgres_of_group), NULL, "asks");
    of.params = db_params_new("i");
    db_put_int(of.params, 0, 0);
    ask(&of);
    postgres_run(of.tester, rows_sql, sizeof(rows_sql) / sizeof(*rows_sql));
    *state = &of;
    return 0;
}

static int
tear_down(void **state)
{
    struct fixture *of = *state;

    clock_set(0);
    db_params_destroy(&of->params);
    db_destroy(&of->db);
    db_destroy(&of->tester);
    return 0;
}

static void
test_plans_are_made_anew_after_a_while(void **state)
{
    struct fixture *of = *state;

    assert_false(looks_up(of));
    clock_set(now + PLANS_LAST_MS);
    assert_false(looks_up(of));
    clock_set(now + PLANS_LAST_MS + 1);
    assert_true(looks_up(of));
}

static void
test_and_at_once_where_a_transaction_was_slow(void **state)
{
    static const struct db_query slow = {"slow", "SELECT pg_sleep(0.6)", NULL};
    struct fixture *of = *state;

    clock_set(0);
    db_destroy(&of->db);
    of->db = db_new(postgres_conninfo(postgres_of_group), NULL, "asks");
    postgres_run(of->tester, tables_sql, sizeof(tables_sql) / sizeof(*tables_sql));
    ask(of);
    postgres_run(of->tester, rows_sql, sizeof(rows_sql) / sizeof(*rows_sql));
    assert_int_equal(db_run(of->db, &slow, 1, PATIENCE_MS), DONE);
    db_release(of->db);
    assert_true(looks_up(of));
}

// A transaction before which they are forgotten gives the answers of its statements, and of no other.
static void
test_answers_keep_their_places(void **state)
{
    static const struct db_query two[] = {
        {"one", "SELECT 1::bigint", NULL}, {"two", "SELECT 2::bigint", NULL}};
    static const struct db_query wrong[] = {
        {"one", "SELECT 1::bigint", NULL}, {"none", "SELECT 1 / 0", NULL}};
    struct fixture *of = *state;

    for (int64_t i = 1; i <= 3; i++) {
        clock_set(now + i * (PLANS_LAST_MS + 1));
        assert_int_equal(db_run(of->db, two, 2, PATIENCE_MS), DONE);
        assert_int_equal(db_int(of->db, 0, 0, 0), 1);
        assert_int_equal(db_int(of->db, 1, 0, 0), 2);
        db_release(of->db);
    }
    clock_set(now + INT64_C(4) * (PLANS_LAST_MS + 1));
    assert_int_equal(db_run(of->db, wrong, 2, PATIENCE_MS), REJECT);
    assert_string_equal(db_reason(of->db), "22012 division by zero");
    db_release(of->db);
    ask(of);
}

// What forgets them is no part of the transaction, which may say first how it sees the tables.
static void
test_a_transaction_may_begin_with_its_isolation(void **state)
{
    static const struct db_query report[] = {
        {"begin", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", NULL},
        {"one", "SELECT 1::bigint", NULL},
        {"level", "SELECT current_setting('transaction_isolation')", NULL},
        {"commit", "COMMIT", NULL},
    };
    struct fixture *of = *state;

    for (int64_t i = 1; i <= 2; i++) {
        clock_set(now + i * (PLANS_LAST_MS + 1));
        assert_int_equal(db_run(of->db, report, sizeof(report) / sizeof(*report), PATIENCE_MS), DONE);
        assert_int_equal(db_int(of->db, 1, 0, 0), 1);
        assert_string_equal(db_text(of->db, 2, 0, 0, NULL), "repeatable read");
        db_release(of->db);
    }
    assert_true(looks_up(of));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_plans_are_made_anew_after_a_while, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_and_at_once_where_a_transaction_was_slow, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_answers_keep_their_places, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_transaction_may_begin_with_its_isolation, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, postgres_group_start, postgres_group_stop);
}
