"""Fills a cluster with millions of reports as the stages would have left them, in minutes.

Ids run from 1, keys are random and bucketed as ingest does it, every seventh report is a duplicate of the one before, all
clocks are stopped and all notices delivered, and the marks say so.  Most is older than 30 days; the last 2 % is not.  The
texts are made of one sentence: nothing reads them again.
"""

import concurrent.futures
import contextlib
import time

BUCKET_ROWS = 4194304  # KENTONGAN_INGEST_BUCKET_ROWS

# n is the report's number, {rows} how many there are; every seventh is a duplicate.
TIME = ("now() - CASE WHEN n > {rows} * 0.98 THEN interval '30 days' * (({rows} - n) / ({rows} * 0.02)) "
        "ELSE interval '31 days' + interval '365 days' * (1 - n / ({rows} * 0.98)) END")
SERIES = "generate_series(1::bigint, {rows}) AS n"
OPENED = SERIES + " WHERE n % 7 <> 3"
TICKET = "CASE WHEN n % 7 = 3 THEN n - 1 ELSE n END"

FILLS = {
    "reports": """
        INSERT INTO reports (id, bucket, key, received_at, channel, source, source_message_id, tracking_code, text, latitude,
            longitude, region_code, address, attachments, anonymous, confidential)
        SELECT n, n / {bucket_rows}, md5('k' || n)::uuid, {time}, 1 + n % 14, 'bench-' || n % 5, 'filled-' || n,
            'JT-' || lpad(to_hex(n / 65536), 4, '0') || '-' || lpad(to_hex(n % 65536), 4, '0') || '-0',
            repeat('Lampu di gang itu padam lagi, nomor ' || n || '. ', 9),
            CASE WHEN n % 7 = 0 THEN -7.0 END, CASE WHEN n % 7 = 0 THEN 110.4 END, CASE WHEN n % 8 = 0 THEN '33.74' ELSE '' END,
            CASE WHEN n % 8 = 1 THEN 'RT 4 Desa Contoh, Kabupaten Contoh' ELSE '' END, '', n % 6 = 0, n % 33 = 0
        FROM {series}""",
    "identities": """
        INSERT INTO identities (report_id, sealed) SELECT n, decode(repeat(md5('i' || n), 6), 'hex') FROM {series}""",
    "triages": """
        INSERT INTO triages (report_id, triaged_at, topic, confidence, region_code, road_class, duplicate_of, relation, profile, why)
        SELECT n, {time}, (SELECT array_agg(code ORDER BY code) FROM topics)[1 + n % (SELECT count(*) FROM topics)], 0.8, '33.74', 2,
            CASE WHEN n % 7 = 3 THEN n - 1 ELSE 0 END, CASE WHEN n % 7 = 3 THEN 'duplicate' ELSE 'none' END,
            substring(decode(repeat(md5('p' || n), 8), 'hex') FOR 113),
            'topic by words lampu, padam; place by the name of the city; road by the word gang'
        FROM {series}""",
    "tickets": """
        INSERT INTO tickets (id, agency, topic, region_code, routed_at)
        SELECT n, {agency}, (SELECT array_agg(code ORDER BY code) FROM topics)[1 + n % (SELECT count(*) FROM topics)], '33.74', {time}
        FROM {opened}""",
    "ticket_reports": "INSERT INTO ticket_reports (report_id, ticket_id) SELECT n, {ticket} FROM {series}",
    "ticket_events": """
        INSERT INTO ticket_events (ticket_id, report_id, at, actor, event, detail)
        SELECT {ticket}, n, {time}, 'router', CASE WHEN n % 7 = 3 THEN 'joined' ELSE 'opened' END,
            'to the city''s office for street lights, by the rule for its region' FROM {series}""",
    "deadlines": """
        INSERT INTO deadlines (ticket_id, clock, policy_version, agency, started_at, due_at, next_step, next_at, stopped_at, stop)
        SELECT n, 'first_response', 1, {agency}, at, at + interval '24 hours', 0, NULL, at + interval '5 hours', 'met'
        FROM (SELECT n, {time} AS at FROM {opened}) AS t""",
    "notices": """
        INSERT INTO notices (ticket_id, kind, cause, audience, agency, due_at, created_at)
        SELECT {ticket}, kind, n, CASE kind WHEN 1 THEN 'agency' ELSE 'reporter' END, {agency}, at + interval '24 hours', at
        FROM (SELECT n, {time} AS at FROM {series}) AS t CROSS JOIN (VALUES (1), (2)) AS k (kind)
        WHERE kind = 2 OR n % 7 <> 3""",
    "deliveries": """
        INSERT INTO deliveries (notice_id, device_id, attempt, at, outcome, status)
        SELECT i.id, coalesce(d.id, 0), 1, i.created_at + interval '1 second', 'accepted', 201
        FROM notices i LEFT JOIN devices d ON d.agency = i.agency WHERE i.audience = 'agency'""",
    "rings": """
        INSERT INTO rings (notice_id, ticket_id, agency, role, severity, started_at, ended, ended_at, ended_by, hushed)
        SELECT id, ticket_id, agency, role, 'biasa', created_at, 'acknowledged', created_at + interval '1 hour', 'bench', true
        FROM notices WHERE audience = 'agency'""",
}
# Two connections, about the same work each; deliveries and rings are made of notices.
LANES = [["reports", "identities"], ["triages", "notices", "deliveries", "tickets", "ticket_reports", "ticket_events", "deadlines", "rings"]]


def _indexes(connection, table):
    """How to make the table's indexes and keys again, and how to drop them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN "
                       "('p', 'u')", (table,))
        keys = cursor.fetchall()
        cursor.execute("SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index i WHERE indrelid = %s::regclass "
                       "AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)", (table,))
        others = cursor.fetchall()
    drops = [f"ALTER TABLE {table} DROP CONSTRAINT {name}" for name, _ in keys] + [f"DROP INDEX {name}" for name, _ in others]
    makes = [f"ALTER TABLE {table} ADD CONSTRAINT {name} {what}" for name, what in keys] + [what for _, what in others]
    return drops, makes


def _fill_table(cluster, table, words):
    """One transaction from an empty table to a whole one, so that little of it goes through the write-ahead log."""
    with contextlib.closing(cluster.connect()) as connection, connection.cursor() as cursor:
        drops, makes = _indexes(connection, table)
        cursor.execute("SET work_mem = '512MB'; SET maintenance_work_mem = '1GB'; SET synchronous_commit = off; "
                       "SET session_replication_role = replica")  # no notice rings
        cursor.execute("BEGIN")
        cursor.execute(f"TRUNCATE {table}" + (" RESTART IDENTITY" if table in ("notices", "ticket_events") else ""))
        for statement in [*drops, FILLS[table].format(**words), *makes]:
            cursor.execute(statement)
        cursor.execute("COMMIT")
        cursor.execute(f"VACUUM (ANALYZE, FREEZE) {table}")


def fill(cluster, rows):
    """Replaces what the tables of the flow hold.  No stage may run.  PostgreSQL restarts twice: it fills without fsync.

    Returns the seconds that it took.
    """
    started = time.monotonic()
    words = {"rows": rows, "bucket_rows": BUCKET_ROWS, "time": TIME.format(rows=rows), "series": SERIES.format(rows=rows),
             "opened": OPENED.format(rows=rows), "ticket": TICKET,
             "agency": "(SELECT array_agg(code ORDER BY code) FROM agencies)[1 + n % (SELECT count(*) FROM agencies)]"}
    cluster.stop_postgres()
    cluster.start_postgres(fsync=False)
    with concurrent.futures.ThreadPoolExecutor() as pool:
        lanes = [pool.submit(lambda tables=tables: [_fill_table(cluster, table, words) for table in tables]) for tables in LANES]
        for lane in lanes:
            lane.result()
    cluster.sql(f"""
        TRUNCATE report_buckets, troubles;
        INSERT INTO report_buckets SELECT b, least({BUCKET_ROWS}, {rows} - b * {BUCKET_ROWS}::bigint) FROM generate_series(0, {rows // BUCKET_ROWS}) AS b;
        UPDATE rules_applied SET version = (SELECT version FROM rules), up_to = 9223372036854775807;
        SELECT setval('report_ids', {rows // 4096 * 4096 + 4097});
        UPDATE stage_marks SET done_up_to = m.id, near_up_to = m.id FROM (SELECT CASE WHEN stage = 'notifier' THEN
            (SELECT max(id) FROM notices) ELSE {rows} END AS id, stage FROM stage_marks) AS m WHERE m.stage = stage_marks.stage;""")
    cluster.sql("VACUUM ANALYZE")
    cluster.stop_postgres()
    cluster.start_postgres()
    cluster.sql("CHECKPOINT")
    return time.monotonic() - started
