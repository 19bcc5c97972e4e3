"""Every role of the database tries every verb on every column of every table, and may do what GRANTS says, and no more.

KENTONGAN_DATABASE is the conninfo of a migrated database, as one who may take any role (its owner, a superuser).
Nothing is changed: each statement touches no row and is rolled back.
"""

import os

import psycopg2
import pytest

ROLES = ["ingest", "classifier", "router", "watcher", "notifier", "portal", "ops"]
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
    "role_acts", "ring_steps", "rings", "ring_calls", "notice_proofs", "legs", "reply_templates", "replies", "reply_attempts",
    "identities_opened",
]
LADDERS = ["ring_steps", "reply_templates", "role_acts"]  # what ops edits for the phones
READ_BY_PORTAL = [  # row level security says which rows; tests/flow/test_22_rows.py
    "triages", "tickets", "ticket_reports", "ticket_events", "acts", "acts_done", "turns", "deadlines", "notices", "rings",
    "deliveries", "notice_proofs", "ring_calls", "corrections", "photos", "agencies", "regions", "topics", "role_acts", "ring_steps",
    "policies", "policy_steps", "holidays", "office_hours", "quiet_hours", "rules", "rules_applied", "deadline_changes", "cluster",
]

# (role, verb) -> table -> columns; "*" is all of them.  What is not here is refused.
GRANTS = {
    ("ingest", "SELECT"): {
        "reports": "id bucket key received_at source source_message_id tracking_code",
        "report_buckets": "*", "integrators": "*", "cluster": "*", "ticket_reports": "report_id",
        "intake": "*",
    },
    ("ingest", "INSERT"): {"reports": "*", "identities": "*", "report_buckets": "*", "integrators": "*", "intake": "*",
                           "reply_addresses": "*"},
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
        "tickets": "agency topic region_code kind urgent turn incident_id routed_at stage continued_by", "ticket_reports": "ticket_id",
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
        "deadlines": "*", "agencies": "*", "ring_steps": "*", "rings": "*", "ring_calls": "*", "notice_key": "*",
        "notice_proofs": "*", "legs": "*", "quiet_hours": "*", "reply_addresses": "*", "reply_templates": "*", "replies": "*",
        "reply_attempts": "*", "ticket_reports": "*", "acts": "*", "acts_done": "*", "turns": "*", "identities_opened": "*",
        "persons": "id name agency role language removed_at",
        "reports": "id received_at sent_at channel tracking_code source", "triages": "report_id language topic region_code",
    },
    ("notifier", "INSERT"): {table: "*" for table in ["deliveries", "ring_calls", "legs", "replies", "reply_attempts"]},
    ("notifier", "UPDATE"): {
        "devices": "removed_at removed_why", "rings": "step next_at ended ended_at hushed", "legs": "*", "replies": "next_at settled",
    },
    ("portal", "SELECT"): {
        **{table: "*" for table in READ_BY_PORTAL},
        # Not by which gateway, under which id and through whom it came: ids of some channels have the sender's number in them.
        "reports": "id received_at sent_at channel tracking_code text latitude longitude region_code address attachments anonymous "
                   "confidential addressed_to follows_id",
        "persons": "id name full_name agency role language",
        "sessions": "id person_id csrf made_at expires_at ended_at",
        "devices": "id agency leg person_id label added_at removed_at removed_why verified_at seen_at",
        "ntfy_messages": "*",
    },
    ("portal", "INSERT"): {"enrolments": "code person_id expires_at"},
    ("portal", "UPDATE"): {"sessions": "ended_at", "devices": "label removed_at removed_why seen_at"},
    ("portal", "DELETE"): {"ntfy_messages": "*"},
    ("ops", "SELECT"): {
        **{table: "*" for table in READ_BY_OPS},
        "persons": "id name full_name agency role language added_at removed_at",
        "sessions": "person_id made_at expires_at ended_at", "enrolments": "person_id used_at",
        "ntfy_messages": "id at expires_at",  # the others open a phone's topic, or acknowledge
    },
    ("ops", "INSERT"): {
        table: "*" for table in EDITED + HOURS + LADDERS + ["policies", "policy_steps", "models", "corrections", "objections",
                                                            "objections_decided", "persons", "enrolments"]
    },
    ("ops", "UPDATE"): {
        **{table: "*" for table in EDITED + HOURS + LADDERS + ["stage_marks"]}, "models": "installed_at",
        "persons": "full_name agency role language password removed_at", "sessions": "ended_at", "enrolments": "used_at",
    },
    ("ops", "DELETE"): {
        table: "*" for table in CLASSIFIER_DATA + HOURS + LADDERS + ["region_aliases", "topic_keywords", "routes", "holidays",
                                                                     "troubles"]
    },
}
for stage in ["classifier", "router", "watcher", "notifier"]:
    for verb in ["SELECT", "INSERT", "UPDATE"]:
        GRANTS[stage, verb] = {**GRANTS.get((stage, verb), {}), "leases": "*"}
for stage in STAGES:
    for verb in ["SELECT", "INSERT", "UPDATE"]:
        GRANTS.setdefault((stage, verb), {}).update({"troubles": "*", "stage_marks": "*"})

# Function -> who may call it.  What is not here nobody may: those of triggers, and the parts of others.
CALLS = {
    "act_add": "ops watcher router",
    "identity_ask": "ops", "identity_open": "ops",
    **{name: "portal" for name in [
        "portal_me", "portal_agencies", "portal_sees", "portal_act", "portal_correct", "notice_use", "notice_use_by_number",
        "notice_told_by_number", "notice_reported", "reply_reported", "login_lookup", "session_was", "session_open", "sessions_ended", "enrolment_use",
        "public_status", "public_history", "device_add", "device_test", "ntfy_device", "ntfy_publish", "portal_told", "portal_changes",
    ]},
}

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


def functions(database):
    """Every function of the schema: oid, name, whether it runs with its owner's rights, and with which settings."""
    with database.cursor() as cursor:
        cursor.execute("SELECT p.oid::bigint, p.proname, p.prosecdef, p.proconfig FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace")
        found = cursor.fetchall()
    database.rollback()
    return found


def test_who_may_call_what(database):
    wrong = []
    for oid, name, _, _ in functions(database):
        for role in ROLES + ["public"]:
            with database.cursor() as cursor:
                who = role if role == "public" else f"kentongan_{role}"
                cursor.execute("SELECT has_function_privilege(%s, %s::oid, 'EXECUTE')", (who, oid))
                want = role in CALLS.get(name, "").split()
                if cursor.fetchone()[0] != want:
                    wrong.append(f"{name}() should be {'allowed' if want else 'refused'} to {role}")
    database.rollback()
    assert not wrong


def test_every_called_function_is_there(database):
    assert set(CALLS) <= {name for _, name, _, _ in functions(database)}


def test_functions_with_their_owners_rights_have_a_search_path(database):
    assert [name for _, name, definer, settings in functions(database)
            if definer and not any(s.startswith("search_path=") for s in settings or [])] == []


@pytest.mark.parametrize("role", ROLES)
def test_who_may_add_an_act(database, role):
    call = "SELECT act_add(0, 'note', 'test', 'officer', '', '', '', 0, '')"
    assert allowed(database, role, call) == (role in ("ops", "watcher", "router"))


@pytest.mark.parametrize("role", ROLES)
def test_no_role_gets_more_by_itself(database, role):
    """No role is a member of another, owns anything, may pass rights on, or may go past row level security."""
    with database.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication FROM pg_roles WHERE rolname = %s",
                       (f"kentongan_{role}",))
        assert not cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM pg_auth_members WHERE member = %s::regrole", (f"kentongan_{role}",))
        assert cursor.fetchone()[0] == 0
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = %s::regrole", (f"kentongan_{role}",))
        assert cursor.fetchone()[0] == 0
        cursor.execute("SELECT count(*) FROM pg_class, aclexplode(relacl) a WHERE a.grantee = %s::regrole AND a.is_grantable",
                       (f"kentongan_{role}",))
        assert cursor.fetchone()[0] == 0
    database.rollback()
