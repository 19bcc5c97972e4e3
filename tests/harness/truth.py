"""What has to be true of the tables, whatever happened to the processes.  Each check is a query that finds the violations."""

# What is still under way, by stage: the definition of "settled".
BACKLOG = {
    "classifier": """
        SELECT count(*) FROM reports r WHERE NOT EXISTS (SELECT FROM triages t WHERE t.report_id = r.id)
        AND NOT EXISTS (SELECT FROM troubles p WHERE p.stage = 'classifier' AND p.item_id = r.id AND p.parked)""",
    "router": """
        SELECT count(*) FROM triages t WHERE NOT EXISTS (SELECT FROM ticket_reports k WHERE k.report_id = t.report_id)
        AND NOT EXISTS (SELECT FROM troubles p WHERE p.stage = 'router' AND p.item_id = t.report_id AND p.parked)""",
    "watcher": """
        SELECT count(*) FROM tickets t WHERE (t.agency NOT IN ('', 'SHELF') OR t.turn > 0)
        AND (SELECT bool_and(d.changes = t.changes AND d.acts = (SELECT count(*) FROM acts a WHERE a.ticket_id = t.id))
             FROM deadlines d WHERE d.ticket_id = t.id) IS NOT TRUE
        AND NOT EXISTS (SELECT FROM troubles p WHERE p.stage = 'watcher' AND p.item_id = t.id AND p.parked)""",
    "notifier": """
        SELECT count(*) FROM notices n WHERE n.audience = 'agency'
        AND NOT EXISTS (SELECT FROM troubles p WHERE p.stage = 'notifier' AND p.item_id = n.id AND p.parked)
        AND (NOT EXISTS (SELECT FROM deliveries d WHERE d.notice_id = n.id)
             OR EXISTS (SELECT FROM deliveries d WHERE d.notice_id = n.id AND d.outcome = 'retry'
                        AND NOT EXISTS (SELECT FROM deliveries l WHERE l.notice_id = n.id AND l.device_id = d.device_id
                                        AND l.step = d.step AND l.attempt > d.attempt)))""",
}

# Name -> query whose rows are violations.
CHECKS = {
    "a message is stored once":
        "SELECT source, source_message_id, count(*) FROM reports GROUP BY 1, 2 HAVING count(*) > 1",
    "a tracking code belongs to one report":
        "SELECT tracking_code, count(*) FROM reports GROUP BY 1 HAVING count(*) > 1",
    "each report has one triage":
        "SELECT r.id FROM reports r LEFT JOIN triages t ON t.report_id = r.id GROUP BY r.id HAVING count(t.report_id) <> 1",
    "each triage belongs to a report":
        "SELECT t.report_id FROM triages t LEFT JOIN reports r ON r.id = t.report_id WHERE r.id IS NULL",
    "each report hangs on one ticket": """
        SELECT r.id FROM reports r LEFT JOIN ticket_reports k ON k.report_id = r.id
        LEFT JOIN tickets t ON t.id = k.ticket_id GROUP BY r.id HAVING count(t.id) <> 1""",
    "each ticket hangs on the report that opened it": """
        SELECT t.id FROM tickets t LEFT JOIN ticket_reports k ON k.report_id = t.id AND k.ticket_id = t.id
        WHERE t.agency <> '' AND k.report_id IS NULL""",
    "nothing hangs on a ticket that nobody has":
        "SELECT k.report_id FROM ticket_reports k JOIN tickets t ON t.id = k.ticket_id WHERE t.agency = ''",
    "each open ticket has one deadline for the first response of the agency that has it, a closed one at most, the shelf none": """
        SELECT t.id FROM tickets t LEFT JOIN deadlines d
        ON d.ticket_id = t.id AND d.clock = 'first_response' AND d.turn = t.turn AND d.agency = t.agency
        GROUP BY t.id HAVING count(d.ticket_id) > (t.agency NOT IN ('', 'SHELF'))::int
        OR (count(d.ticket_id) = 0 AND t.agency NOT IN ('', 'SHELF') AND t.stage NOT IN ('done', 'rejected'))""",
    "no first response is awaited from an agency that has the ticket no longer": """
        SELECT t.id FROM tickets t JOIN deadlines d ON d.ticket_id = t.id AND d.turn <> t.turn
        WHERE d.clock = 'first_response' AND d.stop = ''""",
    "no clock runs on the shelf, or on what nobody has": """
        SELECT d.ticket_id, d.clock FROM deadlines d JOIN tickets t ON t.id = d.ticket_id
        WHERE t.agency IN ('', 'SHELF') AND d.stop = ''""",
    "a clock runs or has stopped": """
        SELECT ticket_id, clock FROM deadlines
        WHERE (stop = '') <> (stopped_at IS NULL) OR (stop = '' AND due_at IS NOT NULL AND steps IS NULL)""",
    "each deadline belongs to a ticket":
        "SELECT d.ticket_id FROM deadlines d LEFT JOIN tickets t ON t.id = d.ticket_id WHERE t.id IS NULL",
    "each reporter is told once": """
        SELECT r.id FROM reports r LEFT JOIN notices n ON n.cause = r.id AND n.kind = 2 AND n.audience = 'reporter'
        GROUP BY r.id HAVING count(n.id) <> 1""",
    "each agency is told of a ticket once, of a closed one at most": """
        SELECT t.id FROM tickets t LEFT JOIN notices n ON n.cause = t.id AND n.kind = 1 AND n.audience = 'agency'
        AND n.agency = t.agency AND n.ticket_id = t.id AND n.turn = t.turn
        GROUP BY t.id HAVING count(n.id) > (t.agency NOT IN ('', 'SHELF'))::int
        OR (count(n.id) = 0 AND t.agency NOT IN ('', 'SHELF') AND t.stage NOT IN ('done', 'rejected'))""",
    "nobody is told of what lies on the shelf": """
        SELECT n.ticket_id, n.id FROM notices n JOIN tickets t ON t.id = n.ticket_id
        WHERE t.agency = 'SHELF' AND t.turn = 0 AND n.audience = 'agency' AND n.kind <> 6""",
    "nobody is told of a joined report as of a new ticket": """
        SELECT n.ticket_id, n.id FROM notices n JOIN ticket_reports k ON k.report_id = n.cause
        WHERE n.kind = 1 AND k.ticket_id <> k.report_id
        AND NOT EXISTS (SELECT FROM corrections c WHERE c.what IN ('split', 'join'))""",
    "no notice twice":
        "SELECT cause, kind, turn, clock, step, count(*) FROM notices GROUP BY 1, 2, 3, 4, 5 HAVING count(*) > 1",
    "each correction is done once, or its report is on its way": """
        SELECT c.id FROM corrections c LEFT JOIN corrections_done d ON d.correction_id = c.id
        WHERE d.correction_id IS NULL""",
    "the journal has one line for each report": """
        SELECT r.id FROM reports r LEFT JOIN ticket_events e ON e.report_id = r.id AND e.event IN ('opened', 'joined')
        GROUP BY r.id HAVING count(e.id) <> 1""",
    "each notice to an agency has an end for each phone tried": """
        SELECT n.ticket_id, n.id FROM notices n WHERE n.audience = 'agency' AND (
            NOT EXISTS (SELECT FROM deliveries d WHERE d.notice_id = n.id)
            OR EXISTS (SELECT FROM (SELECT DISTINCT ON (device_id, step) outcome FROM deliveries d WHERE d.notice_id = n.id
                                    ORDER BY device_id, step, attempt DESC) AS last WHERE last.outcome = 'retry'))""",
    "each notice to an agency has its ring": """
        SELECT n.ticket_id, n.id FROM notices n LEFT JOIN rings r ON r.notice_id = n.id
        WHERE (r.notice_id IS NOT NULL) <> (n.audience = 'agency' AND n.kind <> 9)""",
    "no phone accepts a step of a notice twice": """
        SELECT notice_id, device_id, step FROM deliveries WHERE outcome = 'accepted' GROUP BY 1, 2, 3 HAVING count(*) > 1""",
    "a deadline's steps and its notices agree": """
        SELECT d.ticket_id, d.clock FROM deadlines d LEFT JOIN notices n
        ON n.cause = d.ticket_id AND n.clock = d.clock AND n.turn = d.turn AND n.kind IN (3, 4, 5, 8)
        GROUP BY d.ticket_id, d.clock, d.turn, d.next_step, d.stop
        HAVING (d.stop = '' AND count(n.id) <> d.next_step) OR max(n.step) >= d.next_step""",
    "no step fires early": """
        SELECT n.ticket_id, n.id FROM notices n JOIN deadlines d ON d.ticket_id = n.cause AND d.clock = n.clock AND d.turn = n.turn
        WHERE n.kind IN (3, 4, 5, 8) AND n.due_at = d.due_at AND n.created_at < to_timestamp(d.steps[n.step + 1] / 1000.0)""",
    # What stopped it has the time at which it was said; nobody knows of it before it is committed.
    "no step fires after what stopped its clock, but a breach that had come by then": """
        SELECT d.ticket_id, n.id, n.created_at, d.stopped_at, known.at FROM notices n
        JOIN deadlines d ON d.ticket_id = n.cause AND d.clock = n.clock AND d.turn = n.turn
        CROSS JOIN LATERAL (SELECT max(pg_xact_commit_timestamp(x.by)) AS at FROM (
            SELECT a.xmin AS by FROM acts a WHERE a.ticket_id = d.ticket_id
            AND date_trunc('milliseconds', a.at) = date_trunc('milliseconds', d.stopped_at)
            UNION ALL SELECT t.xmin FROM turns t WHERE t.ticket_id = d.ticket_id
            AND date_trunc('milliseconds', t.until_at) = date_trunc('milliseconds', d.stopped_at)) x) known
        WHERE n.kind IN (3, 4, 5, 8) AND d.stop NOT IN ('', 'void')
        AND n.created_at > greatest(d.stopped_at, known.at) + interval '1 s' AND (d.due_at >= d.stopped_at OR n.kind IN (3, 4))""",
    "nothing is parked":
        "SELECT stage, item_id, reason FROM troubles WHERE parked",
    "identities belong to reports":
        "SELECT i.report_id FROM identities i LEFT JOIN reports r ON r.id = i.report_id WHERE r.id IS NULL",
}


def backlog(connection, **more):
    """Stage -> items that wait there, and the same for more queries; all of one moment, since what leaves one may come to any other."""
    queries = {**BACKLOG, **more}
    cursor = connection.cursor()
    cursor.execute("SELECT " + ", ".join(f"({query})" for query in queries.values()))
    return dict(zip(queries, cursor.fetchone()))


def violations(connection, query):
    cursor = connection.cursor()
    cursor.execute(query)
    return cursor.fetchall()


def broken(connection, leave_out=()):
    """Name -> violations, of the checks that do not hold."""
    found = {name: violations(connection, query) for name, query in CHECKS.items() if name not in leave_out}
    return {name: rows[:10] for name, rows in found.items() if rows}
