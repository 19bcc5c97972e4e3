"""What must have fired when, worked out from tickets and policies alone, held against what did.  It knows nothing of the programs.

Every attempt to store a notice of a deadline is noted by a trigger in `attempts`, also one that a unique key refuses: a step that is
fired twice shows there.  What is rolled back is not noted, since it did not happen.
"""

EXPECT_FROM = 1000  # tickets of the test have higher ids

SET_UP = f"""
    CREATE TABLE attempts (id bigserial, ticket_id bigint, clock text, turn int, step int, kind int, agency text, created_at timestamptz,
        at timestamptz NOT NULL DEFAULT clock_timestamp(), transaction bigint NOT NULL DEFAULT txid_current());
    CREATE FUNCTION note_attempt() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
    BEGIN
        INSERT INTO attempts (ticket_id, clock, turn, step, kind, agency, created_at)
            VALUES (NEW.cause, NEW.clock, NEW.turn, NEW.step, NEW.kind, NEW.agency, NEW.created_at);
        RETURN NEW;
    END $$;
    CREATE TRIGGER note_attempt BEFORE INSERT ON notices FOR EACH ROW WHEN (NEW.clock <> '') EXECUTE FUNCTION note_attempt();

    -- One row for each step of each ticket: when it is due, and whom it tells.
    CREATE VIEW expected AS
    SELECT t.id AS ticket_id, p.clock, t.turn, s.step, t.routed_at + coalesce(p.duration * s.percent / 100, p.duration + s.wait) AS due,
        CASE s.role WHEN 'sekda' THEN 'SEKDA' ELSE t.agency END AS agency,
        CASE WHEN s.wait IS NOT NULL THEN 8 WHEN s.percent = 100 THEN 5 WHEN s.percent >= 80 THEN 4 ELSE 3 END AS kind
    FROM tickets t CROSS JOIN policies p JOIN policy_steps s USING (clock, version) WHERE t.id > {EXPECT_FROM};
"""

# Name -> violations.  %(since)s: the tickets of one part of the test have higher ids.
CHECKS = {
    "0 missed": """
        SELECT e.ticket_id, e.step, e.due FROM expected e WHERE e.ticket_id > %(since)s AND NOT EXISTS (SELECT FROM notices n
            WHERE n.cause = e.ticket_id AND n.clock = e.clock AND n.turn = e.turn AND n.step = e.step AND n.kind = e.kind
            AND n.agency = e.agency)""",
    "0 early": """
        SELECT e.ticket_id, e.step, e.due, a.at, a.created_at FROM attempts a JOIN expected e USING (ticket_id, clock, turn, step)
        WHERE e.ticket_id > %(since)s AND (a.at < e.due OR a.created_at < e.due)""",
    "0 doubled": """
        SELECT ticket_id, clock, turn, step, count(*) FROM attempts WHERE ticket_id > %(since)s GROUP BY 1, 2, 3, 4 HAVING count(*) > 1""",
    "0 that nobody asked for": """
        SELECT n.cause, n.clock, n.turn, n.step, n.kind, n.agency FROM notices n LEFT JOIN expected e ON e.ticket_id = n.cause
        AND e.clock = n.clock AND e.turn = n.turn AND e.step = n.step WHERE n.cause > %(since)s AND n.clock <> '' AND e.ticket_id IS NULL""",
    "the steps of each deadline fire in their order": """
        SELECT ticket_id, step, before FROM (SELECT ticket_id, step, lag(step) OVER (PARTITION BY ticket_id, clock, turn ORDER BY id)
            AS before FROM attempts WHERE ticket_id > %(since)s) AS a WHERE before > step""",
}

# Seconds of due time by which a step came after one that was due later.
INVERSION = """
    SELECT coalesce(max(extract(epoch FROM latest - due)), 0) FROM (
        SELECT e.due, max(e.due) OVER (ORDER BY a.id) AS latest FROM attempts a JOIN expected e USING (ticket_id, clock, turn, step)
        WHERE a.ticket_id > %(since)s) AS f"""

LATENESS = """
    SELECT count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY late), percentile_disc(0.99) WITHIN GROUP (ORDER BY late), max(late)
    FROM (SELECT extract(epoch FROM a.at - e.due)::float AS late FROM attempts a JOIN expected e USING (ticket_id, clock, turn, step)
          WHERE a.ticket_id > %(since)s) AS l"""

# What it must notice -> how to feed it that.
LIES = {
    "0 missed": "DELETE FROM notices WHERE id = (SELECT min(id) FROM notices WHERE cause > %(since)s AND clock <> '')",
    "0 early": """
        UPDATE attempts SET at = at - interval '1 hour' WHERE id = (SELECT min(id) FROM attempts WHERE ticket_id > %(since)s)""",
    "0 doubled": """
        INSERT INTO attempts (ticket_id, clock, turn, step, kind, agency, created_at, at)
        SELECT ticket_id, clock, turn, step, kind, agency, created_at, at FROM attempts WHERE ticket_id > %(since)s ORDER BY id LIMIT 1""",
    "0 that nobody asked for": """
        UPDATE notices SET step = 7 WHERE id = (SELECT min(id) FROM notices WHERE cause > %(since)s AND clock <> '')""",
    "the steps of each deadline fire in their order": """
        UPDATE attempts a SET step = 2 - step WHERE ticket_id = (SELECT max(ticket_id) FROM attempts WHERE ticket_id > %(since)s)""",
}

# A watcher that is broken in PostgreSQL itself -> what the oracle must find.  Each hits one ticket in seven.
SABOTAGE = {
    "repeats": ("0 doubled", """
        CREATE FUNCTION sabotage() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF (SELECT count(*) FROM attempts a WHERE a.ticket_id = OLD.ticket_id) < 3 THEN
                NEW.next_step := OLD.next_step;
                NEW.next_at := OLD.next_at;
            END IF;
            RETURN NEW;
        END $$;
        ALTER FUNCTION sabotage() SECURITY DEFINER;
        ALTER TABLE notices DROP CONSTRAINT notices_once;
        CREATE TRIGGER sabotage BEFORE UPDATE ON deadlines FOR EACH ROW
            WHEN (NEW.next_step > OLD.next_step AND OLD.ticket_id % 7 = 0) EXECUTE FUNCTION sabotage()"""),
    "anticipates": ("0 early", """
        CREATE FUNCTION sabotage() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.next_at := NEW.next_at - interval '2 seconds';
            RETURN NEW;
        END $$;
        CREATE TRIGGER sabotage BEFORE INSERT ON deadlines FOR EACH ROW WHEN (NEW.ticket_id % 7 = 0) EXECUTE FUNCTION sabotage()"""),
    "misses": ("0 missed", """
        CREATE FUNCTION sabotage() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.next_at := NULL;
            RETURN NEW;
        END $$;
        CREATE TRIGGER sabotage BEFORE INSERT ON deadlines FOR EACH ROW WHEN (NEW.ticket_id % 7 = 0) EXECUTE FUNCTION sabotage()"""),
}


def rows(connection, query, since):
    cursor = connection.cursor()
    cursor.execute(query, {"since": since})
    return cursor.fetchall() if cursor.description else []


def judge(connection, since):
    """Name -> violations, for each check, over tickets above since."""
    return {name: rows(connection, query, since) for name, query in CHECKS.items()}


def misses_of_oracle(connection, since):
    """Feeds each lie to the checks and takes it back.  Returns the lies that were not noticed."""
    connection.autocommit = False
    blind = []
    for name, lie in LIES.items():
        before = len(rows(connection, CHECKS[name], since))
        rows(connection, lie, since)
        if len(rows(connection, CHECKS[name], since)) <= before:
            blind.append(name)
        connection.rollback()
    connection.autocommit = True
    return blind
