"""Triages written by hand, for tests of what follows from them: no classifier runs, nothing depends on what it would say."""

import contextlib

from .cluster import Cluster
from .contract import report


STAGES_BY_HAND = ["ingest", "router", "watcher", "notifier"]  # all but the classifier


class Triager:
    """Publishes reports and stores their triages; each field of triages may be given."""

    def __init__(self, cluster, source):
        self.cluster = cluster
        self.source = source
        self.count = 0

    def publish(self, text="Kata-kata untuk uji", **fields):
        """One report that is accepted; its id and tracking code."""
        self.count += 1
        message_id = f"{self.source}-{self.count}"
        with self.cluster.client() as client:
            [receipt] = client.publish([report(self.source, message_id, text, **fields)])
        return self.cluster.value("SELECT id FROM reports WHERE source = %s AND source_message_id = %s",
                                  (self.source, message_id)), receipt.tracking_code

    def store(self, rows):
        """Stores triages in one transaction: a list of dictionaries with report_id and other columns."""
        with contextlib.closing(self.cluster.connect()) as connection:
            connection.autocommit = False
            cursor = connection.cursor()
            for row in rows:
                row = {"confidence": 0.9, "road_class": 0, "why": "by hand", **row}
                names = ", ".join(row)
                cursor.execute(f"INSERT INTO triages ({names}) VALUES ({', '.join(['%s'] * len(row))})", list(row.values()))
            connection.commit()

    def say(self, **triage):
        """Publishes one report with this triage.  Returns its id and tracking code."""
        made = self.publish()
        self.store([{"report_id": made[0], **triage}])
        return made


@contextlib.contextmanager
def cluster_by_hand():
    """All stages but the classifier; nothing is broken when it ends."""
    with Cluster(stages=STAGES_BY_HAND) as whole:
        whole.await_working()
        Triager(whole, "probe").store([{"report_id": i} for (i,) in whole.query("SELECT id FROM reports")])
        whole.await_settled()
        yield whole
        whole.await_settled()
        assert whole.broken() == {}
        assert whole.unexpected_exits() == {}
