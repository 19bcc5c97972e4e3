"""What the clients' receipts say, held against the tables.  It knows the receipts and PostgreSQL, and nothing of the programs."""

import collections
import io
import json

from harness.contract import ACCEPTED, ALREADY_ACCEPTED, REJECTED, RETRY_LATER

STATUSES = {ACCEPTED: "accepted", ALREADY_ACCEPTED: "already accepted", REJECTED: "rejected", RETRY_LATER: "retry later"}

# Name -> violations among the receipts that promised something.
CHECKS = {
    "nothing that was acked is lost": """
        SELECT a.source, a.message, a.code FROM acked a LEFT JOIN reports r
        ON r.source = a.source AND r.source_message_id = a.message WHERE r.id IS NULL""",
    "nothing that was acked is stored twice": """
        SELECT a.source, a.message, count(*) FROM (SELECT DISTINCT source, message FROM acked) a
        JOIN reports r ON r.source = a.source AND r.source_message_id = a.message GROUP BY 1, 2 HAVING count(*) > 1""",
    "each receipt has its report's tracking code": """
        SELECT a.source, a.message, a.code, r.tracking_code FROM acked a
        JOIN reports r ON r.source = a.source AND r.source_message_id = a.message WHERE r.tracking_code <> a.code""",
    "each receipt has its report's time": """
        SELECT a.source, a.message FROM acked a JOIN reports r ON r.source = a.source AND r.source_message_id = a.message
        WHERE abs(extract(epoch FROM r.received_at) * 1000 - a.received_at_ms) >= 1""",
    "the same message has the same tracking code each time":
        "SELECT source, message FROM acked GROUP BY 1, 2 HAVING count(DISTINCT code) > 1",
    "a message is ACCEPTED once, then ALREADY_ACCEPTED": f"""
        SELECT source, message FROM acked WHERE status = {ACCEPTED} GROUP BY 1, 2 HAVING count(*) > 1""",
    "nothing that was rejected is stored": """
        SELECT r.source, r.source_message_id FROM reports r WHERE r.source_message_id LIKE 'bad-%'""",
}


def read(paths):
    """All receipts of all clients: [source, message, status, code, received_at_ms].  A last line cut short counts as never written."""
    receipts = []
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            receipts += [json.loads(line) for line in lines if line.endswith("\n")]
    return receipts


def count(receipts):
    counted = collections.Counter(STATUSES.get(status, "unknown") for _, _, status, _, _ in receipts)
    return {name: counted[name] for name in [*STATUSES.values(), "unknown"] if counted[name] or name != "unknown"}


def acked(receipts):
    """The messages that some receipt promised to keep."""
    return {(source, message) for source, message, status, _, _ in receipts if status in (ACCEPTED, ALREADY_ACCEPTED)}


def load(connection, receipts):
    """Puts the receipts that promise something beside the tables."""
    rows = io.StringIO()
    for source, message, status, code, at in receipts:
        if status in (ACCEPTED, ALREADY_ACCEPTED):
            rows.write(f"{source}\t{message}\t{status}\t{code}\t{at}\n")
    rows.seek(0)
    cursor = connection.cursor()
    cursor.execute("CREATE TEMPORARY TABLE acked (source text, message text, status int, code text, received_at_ms bigint)")
    cursor.copy_from(rows, "acked")
    cursor.execute("ANALYZE acked; ANALYZE reports")


def judge(connection):
    """Name -> violations, for each check."""
    found = {}
    for name, query in CHECKS.items():
        cursor = connection.cursor()
        cursor.execute(query)
        found[name] = cursor.fetchall()
    return found
