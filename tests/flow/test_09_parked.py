"""One item that PostgreSQL refuses is parked with its reason; its neighbours go on, and it goes on when it is tried again."""

import json

import pytest

from harness.cluster import Cluster
from harness.contract import ACCEPTED, ALREADY_ACCEPTED, REJECTED, report
from harness.waiting import wait_until

NEIGHBOURS = 60

# What a stage stores for a report: table, and the column that leads back to the report.
OUTPUT = {"classifier": ("triages", "report_id"), "router": ("ticket_reports", "report_id"), "watcher": ("deadlines", "ticket_id")}


def poison(cluster, table, column):
    """From now on PostgreSQL refuses the output of the report that is called `poison`."""
    cluster.query(f"""
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN
            IF EXISTS (SELECT FROM public.reports r WHERE r.id = NEW.{column} AND r.source_message_id = 'poison') THEN
                RAISE EXCEPTION 'refused for the test' USING ERRCODE = '22023';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse()""")


def messages():
    made = [report("parked", f"n{i}", f"Sampah menumpuk di pasar nomor {i} Demak") for i in range(NEIGHBOURS)]
    made.insert(NEIGHBOURS // 2, report("parked", "poison", "Air mati di kampung kami Jepara"))
    return made


@pytest.mark.parametrize("stage", OUTPUT)
def test_one_bad_item_is_parked_and_its_neighbours_go_on(stage):
    table, column = OUTPUT[stage]
    with Cluster() as cluster:
        cluster.await_working()
        poison(cluster, table, column)
        with cluster.client(window=200) as client:
            assert {r.status for r in client.publish(messages())} == {ACCEPTED}
        wait_until(lambda: cluster.value("SELECT count(*) FROM troubles WHERE parked") == 1, 30, "it is parked")
        cluster.await_settled()
        [(parked_stage, item, reason)] = cluster.query("SELECT stage, item_id, reason FROM troubles")
        poisoned = cluster.value("SELECT id FROM reports WHERE source_message_id = 'poison'")
        assert (parked_stage, item) == (stage, poisoned) and reason
        assert cluster.value(f"SELECT count(DISTINCT o.{column}) FROM {table} o JOIN reports r ON r.id = o.{column} WHERE r.source = 'parked'") == NEIGHBOURS
        assert cluster[stage].count("ITEM_PARKED") == 1
        assert cluster.status()["parked"] == 1
        assert str(item) in json.dumps(json.loads(cluster.cli("parked", "list", "--json")))

        cluster.query(f"DROP TRIGGER refuse ON {table}")
        cluster.cli("parked", "retry", str(item), "--stage", stage)
        wait_until(lambda: cluster.value(f"SELECT count(DISTINCT {column}) FROM {table} WHERE {column} = %s", (poisoned,)) == 1, 20, "it went on")
        cluster.await_settled()
        assert cluster.broken() == {}


def test_ingest_rejects_the_one_and_accepts_its_neighbours():
    with Cluster(stages=["ingest"], push=False) as cluster:
        cluster.await_working()
        cluster.query("""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NEW.source_message_id = 'poison' THEN RAISE EXCEPTION 'refused' USING ERRCODE = '22023'; END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON reports FOR EACH ROW EXECUTE FUNCTION refuse()""")
        with cluster.client(window=200) as client:
            receipts = client.publish(messages())
        by_id = {r.source_message_id: r.status for r in receipts}
        assert by_id.pop("poison") == REJECTED
        assert set(by_id.values()) <= {ACCEPTED, ALREADY_ACCEPTED}
        assert cluster.value("SELECT count(*) FROM reports WHERE source = 'parked'") == NEIGHBOURS


def test_the_notifier_goes_on_beside_a_delivery_that_is_refused():
    with Cluster() as cluster:
        cluster.await_working()
        poison(cluster, "deliveries", "notice_id")
        cluster.query("""
            CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
            BEGIN
                IF EXISTS (SELECT FROM public.notices n JOIN public.reports r ON r.id = n.ticket_id
                           WHERE n.id = NEW.notice_id AND r.source_message_id = 'poison') THEN
                    RAISE EXCEPTION 'refused for the test' USING ERRCODE = '22023';
                END IF;
                RETURN NEW;
            END $$""")
        with cluster.client(window=200) as client:
            client.publish(messages())
        wait_until(lambda: cluster.value(
            "SELECT count(*) FROM deliveries d JOIN notices n ON n.id = d.notice_id JOIN reports r ON r.id = n.ticket_id"
            " WHERE r.source = 'parked'") == NEIGHBOURS, 30, "the neighbours are delivered")
        wait_until(lambda: cluster.value("SELECT count(*) FROM troubles WHERE stage = 'notifier' AND parked") == 1, 30, "it is parked")
