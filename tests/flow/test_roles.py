"""Every role of the database tries every verb on every column of every table, and may do what GRANTS says, and no more.

KENTONGAN_DATABASE is the conninfo of a migrated database, as one who may take any role (its owner, a superuser).
Nothing is changed: each statement touches no row and is rolled back.
"""

import os

import psycopg2
import pytest

ROLES = ["ingest", "classifier", "router", "watcher", "notifier", "ops"]
STAGES = ["ingest", "classifier", "router", "watcher", "notifier"]

CLASSIFIER_DATA = ["lexicon", "region_polygons", "region_neighbours"]
EDITED = CLASSIFIER_DATA + [
    "agencies", "regions", "region_aliases", "topics", "topic_keywords", "routes", "holidays", "integrators", "devices",
]
HOURS = ["office_hours", "quiet_hours"]
READ_BY_OPS = EDITED + [
    "cluster", "policies", "reports", "report_buckets", "triages", "tickets", "ticket_reports", "ticket_events",
    "deadlines", "notices", "deliveries", "troubles", "stage_marks", "models", "incidents", "corrections", "corrections_done",
    "policy_steps", "office_hours", "quiet_hours", "rules", "rules_applied", "turns", "acts", "acts_done", "deadline_changes",
    "objections", "objections_decided", "intake", "leases",
]

# (role, verb) -> table -> columns; "*" is all of them.  What is not here is refused.
GRANTS = {
    ("ingest", "SELECT"): {
        "reports": "id bucket key received_at source source_message_id tracking_code",
        "report_buckets": "*", "integrators": "*", "cluster": "*", "ticket_reports": "report_id",
        "intake": "*",
    },
    ("ingest", "INSERT"): {"reports": "*", "identities": "*", "report_buckets": "*", "integrators": "*", "intake": "*"},
    ("ingest", "UPDATE"): {"report_buckets": "rows", "intake": "*"},
    ("classifier", "SELECT"): {
        "reports": "id received_at tracking_code text latitude longitude region_code address follows_id",
        "regions": "*", "region_aliases": "*", "topics": "*", "topic_keywords": "*", "triages": "*",
        "lexicon": "*", "region_polygons": "*", "region_neighbours": "*", "models": "*", "incidents": "*", "corrections": "*",
    },
    ("classifier", "INSERT"): {"triages": "*", "incidents": "*"},
    ("router", "SELECT"): {
        "reports": "id received_at tracking_code follows_id",
        "triages": "*", "routes": "*", "agencies": "*", "policies": "*",
        "tickets": "*", "ticket_reports": "*", "ticket_events": "*", "notices": "*",
        "corrections": "*", "corrections_done": "*", "incidents": "*", "acts": "*", "acts_done": "*", "turns": "*",
    },
    ("router", "INSERT"): {"tickets": "*", "ticket_reports": "*", "ticket_events": "*", "notices": "*", "corrections_done": "*",
                           "acts_done": "*", "turns": "*"},
    ("router", "UPDATE"): {
        "tickets": "agency topic region_code kind urgent turn incident_id routed_at stage", "ticket_reports": "ticket_id",
    },
    ("watcher", "SELECT"): {
        "cluster": "*", "tickets": "*", "policies": "*", "deadlines": "*", "notices": "*",
        "reports": "id received_at channel", "acts": "id ticket_id at act actor actor_kind agency value same_text",
        "agencies": "*", "topics": "*", "turns": "*", "acts_done": "*", "policy_steps": "*", "holidays": "*", "office_hours": "*", "quiet_hours": "*",
        "rules": "*", "rules_applied": "*", "deadline_changes": "*",
    },
    ("watcher", "INSERT"): {"deadlines": "*", "notices": "*", "deadline_changes": "*"},
    ("watcher", "UPDATE"): {"deadlines": "*", "rules_applied": "*"},
    ("notifier", "SELECT"): {
        "cluster": "*", "notices": "*", "tickets": "*", "topics": "*", "regions": "*", "devices": "*", "deliveries": "*",
        "deadlines": "*",
    },
    ("notifier", "INSERT"): {"deliveries": "*"},
    ("notifier", "UPDATE"): {"devices": "removed_at removed_why"},
    ("ops", "SELECT"): {table: "*" for table in READ_BY_OPS},
    ("ops", "INSERT"): {
        table: "*" for table in EDITED + HOURS + ["policies", "policy_steps", "models", "corrections", "objections",
                                                  "objections_decided"]
    },
    ("ops", "UPDATE"): {**{table: "*" for table in EDITED + HOURS + ["stage_marks"]}, "models": "installed_at"},
    ("ops", "DELETE"): {
        table: "*" for table in CLASSIFIER_DATA + HOURS + ["region_aliases", "topic_keywords", "routes", "holidays", "troubles"]
    },
}
for stage in ["classifier", "router", "watcher", "notifier"]:
    for verb in ["SELECT", "INSERT", "UPDATE"]:
        GRANTS[stage, verb] = {**GRANTS.get((stage, verb), {}), "leases": "*"}
for stage in STAGES:
    for verb in ["SELECT", "INSERT", "UPDATE"]:
        GRANTS.setdefault((stage, verb), {}).update({"troubles": "*", "stage_marks": "*"})

STATEMENTS = {
    "SELECT": "SELECT {column} FROM {table} WHERE false",
    "INSERT": "INSERT INTO {table} ({column}) OVERRIDING SYSTEM VALUE SELECT NULL WHERE false",
    "UPDATE": "UPDATE {table} SET {column} = DEFAULT WHERE false",
    "DELETE": "DELETE FROM {table} WHERE false",
    "TRUNCATE": "TRUNCATE {table} CASCADE",
}


@pytest.fixture(scope="module")
def database():
    connection = psycopg2.connect(os.environ["KENTONGAN_DATABASE"])
    yield connection
    connection.close()


def tables(database):
    """Every table of the schema with its columns, those that a later migration adds included."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position) FROM information_schema.columns"
            " WHERE table_schema = 'public' GROUP BY 1 ORDER BY 1"
        )
        found = dict(cursor.fetchall())
    database.rollback()
    return found


def allowed(database, role, statement):
    """Whether PostgreSQL lets role run the statement.  Any other failure than a refusal is an error of the test."""
    with database.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE kentongan_{role}")
        try:
            cursor.execute(statement)
            return True
        except psycopg2.errors.InsufficientPrivilege:
            return False
        finally:
            database.rollback()


def granted(role, verb, table, column):
    columns = GRANTS.get((role, verb), {}).get(table, "")
    return columns == "*" or column in columns.split()


@pytest.mark.parametrize("verb", STATEMENTS)
@pytest.mark.parametrize("role", ROLES)
def test_role_may_do_what_the_table_says_and_no_more(database, role, verb):
    wrong = []
    for table, columns in tables(database).items():
        for column in columns if "{column}" in STATEMENTS[verb] else [""]:
            want = granted(role, verb, table, column)
            if allowed(database, role, STATEMENTS[verb].format(table=table, column=column)) != want:
                wrong.append(f"{table}.{column} should be {'allowed' if want else 'refused'}")
    assert not wrong


def test_every_granted_table_is_there(database):
    named = {table for grants in GRANTS.values() for table in grants}
    assert named <= set(tables(database))


@pytest.mark.parametrize("role", ROLES)
def test_nobody_reads_identities(database, role):
    for column in ["report_id", "sealed", "*"]:
        assert not allowed(database, role, f"SELECT {column} FROM identities")


@pytest.mark.parametrize("role", ROLES)
def test_only_ingest_takes_report_ids(database, role):
    assert allowed(database, role, "SELECT nextval('report_ids')") == (role == "ingest")


@pytest.mark.parametrize("role", ROLES)
def test_no_role_makes_tables(database, role):
    assert not allowed(database, role, "CREATE TABLE public.mine (i integer)")
    assert not allowed(database, role, "CREATE TEMPORARY TABLE mine (i integer)")


def test_strangers_may_not_connect(database):
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a"
            " WHERE d.datname = current_database() AND a.grantee = 0"
        )
        assert cursor.fetchone()[0] == 0
    database.rollback()


def test_ingest_commits_are_flushed(database):
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole"
            " WHERE r.rolname = 'kentongan_ingest' AND 'synchronous_commit=on' = ANY (s.setconfig)"
        )
        assert cursor.fetchone()[0] == 1
    database.rollback()


@pytest.mark.parametrize("role", ROLES)
def test_who_may_add_an_act(database, role):
    call = "SELECT act_add(0, 'note', 'test', 'officer', '', '', '', 0, '')"
    assert allowed(database, role, call) == (role in ("ops", "watcher", "router"))
