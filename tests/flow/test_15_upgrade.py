"""A database of the first version goes on working: what it holds keeps its meaning, and everything settles."""

import contextlib
import os
import shutil
import subprocess

from harness import contract
from harness.cluster import Cluster
from harness.contract import report
from harness.servers import BIN
from harness.waiting import wait_until

OLD = ["001_schema.sql", "002_roles.sql", "003_classifier_data.sql"]
OLD_POLICY = ("clock\tversion\tduration\teffective_from\tsource\n"
              "first_response\t1\t24 hours\t2020-01-01 00:00:00+07\tthe first version\n")

HISTORY = """
    INSERT INTO reports (id, bucket, key, channel, source, source_message_id, tracking_code, text, anonymous, confidential)
        VALUES (1, 0, gen_random_uuid(), 4, 'old', 'a', 'JT-0000-0001-1', 'Lampu mati', false, false),
               (2, 0, gen_random_uuid(), 4, 'old', 'b', 'JT-0000-0002-1', 'Lampu mati', false, false);
    INSERT INTO triages (report_id, topic, confidence, region_code, road_class, duplicate_of, signature, why)
        VALUES (1, 'street_light', 0.9, '33.74', 0, 0, 5, 'old'), (2, 'street_light', 0.9, '33.74', 0, 1, 5, 'old');
    INSERT INTO tickets (id, agency, topic, region_code) VALUES (1, 'PEMDA-33.74', 'street_light', '33.74');
    INSERT INTO ticket_reports (report_id, ticket_id) VALUES (1, 1), (2, 1);
    INSERT INTO ticket_events (ticket_id, report_id, actor, event, detail) VALUES (1, 1, 'router', 'opened', 'old'),
        (1, 2, 'router', 'joined', 'old');
    INSERT INTO deadlines (ticket_id, clock, policy_version, agency, started_at, due_at, next_at)
        VALUES (1, 'first_response', 1, 'PEMDA-33.74', now(), now() + interval '24 hours', now() + interval '12 hours');
    INSERT INTO notices (ticket_id, kind, cause, audience, agency, due_at) VALUES (1, 1, 1, 'agency', 'PEMDA-33.74', now()),
        (1, 2, 1, 'reporter', 'PEMDA-33.74', NULL), (1, 2, 2, 'reporter', 'PEMDA-33.74', NULL);
    SELECT setval('report_ids', 4096);
"""


NAME = "kentongan_of_the_first_version"


def migrate(server, folder, data=contract.ROOT / "deploy/data"):
    environment = {**os.environ, "KENTONGAN_DATABASE": server.conninfo(NAME)}
    subprocess.run([f"{BIN}/kentongan", "migrate", "--sql", str(folder), "--data", str(data)], check=True, env=environment, cwd=contract.ROOT,
                   stdout=subprocess.DEVNULL)


def fill(server, folder):
    """A database migrated with the first three files, with a report, its duplicate and all that followed from them."""
    for name in OLD:
        shutil.copy(contract.ROOT / "deploy/postgres" / name, folder)
    data = folder / "data"
    data.mkdir()
    shutil.copy(contract.ROOT / "deploy/data/agencies.tsv", data)
    (data / "policies.tsv").write_text(OLD_POLICY)
    with contextlib.closing(server.connect("postgres")) as connection:
        connection.cursor().execute(f"CREATE DATABASE {NAME}")
    migrate(server, folder, data)
    with contextlib.closing(server.connect(NAME)) as connection:
        connection.cursor().execute(HISTORY)


def test_an_old_database_is_brought_up_to_date_and_goes_on(tmp_path):
    cluster = Cluster()
    fill(cluster.postgres, tmp_path)
    migrate(cluster.postgres, contract.ROOT / "deploy/postgres")
    cluster.postgres.drop_database(cluster.database)
    cluster.database = NAME
    with cluster:
        cluster.await_working()
        with cluster.client() as client:
            client.publish([report("new", "c", "Sampah menumpuk di pasar Demak")])
        cluster.await_settled()
        assert cluster.query("SELECT report_id, relation, kind, urgent, octet_length(profile) FROM triages WHERE report_id < 3"
                             " ORDER BY 1") == [(1, "none", "complaint", False, 0), (2, "duplicate", "complaint", False, 0)]
        assert cluster.query("SELECT turn, incident_id, urgent FROM tickets WHERE id = 1") == [(0, 0, False)]
        cluster.query("INSERT INTO corrections (report_id, what, value, by) VALUES (1, 'topic', 'power_outage', 'Sri')")
        wait_until(lambda: cluster.value("SELECT agency FROM tickets WHERE id = 1") == "PLN", 10, "a correction is done")
        cluster.await_settled()
        assert cluster.query("SELECT agency, turn, stop FROM deadlines WHERE ticket_id = 1 AND clock = 'first_response' ORDER BY 2"
                             ) == [("PEMDA-33.74", 0, "transfer"), ("PLN", 1, "")]
        # The clocks that the first version did not have.
        assert cluster.value("SELECT count(DISTINCT clock) FROM deadlines WHERE ticket_id = 1 AND stop = ''") == 3
        assert cluster.broken() == {}
