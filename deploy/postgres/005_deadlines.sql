-- Clocks as data: policies with conditions and ladders, calendars, what officers do on a ticket, and the proof of each deadline.

-- Reference data ------------------------------------------------------------------------------------------------------------

-- A policy says how long a clock runs, between which moments, for which tickets.  common/deadline/policy.h says what each word
-- means and which of several policies a ticket gets.  Lists are separated by commas; '' = all.
ALTER TABLE policies
    ALTER COLUMN duration DROP NOT NULL,                -- null: from then on this clock does not run for these tickets
    ADD COLUMN unit text NOT NULL DEFAULT 'wall' CHECK (unit IN ('wall', 'working_days', 'working_hours')),
    ADD COLUMN starts text NOT NULL DEFAULT '',         -- moments: received, routed, forwarded, progress, follow_up ..
    ADD COLUMN stops text NOT NULL DEFAULT '',
    ADD COLUMN kinds text NOT NULL DEFAULT '',          -- tickets.kind; urgent = an urgent ticket of any kind
    ADD COLUMN topics text NOT NULL DEFAULT '',         -- topics.code or topics.sektor
    ADD COLUMN levels text NOT NULL DEFAULT '',         -- agencies.level of the agency that has it
    ADD COLUMN channels text NOT NULL DEFAULT '';       -- channel of the report that opened it, as proto/ingest.proto, without CHANNEL_
UPDATE policies SET starts = 'received,desk', stops = 'forwarded' WHERE clock = 'triage';
UPDATE policies SET starts = 'routed', stops = 'response' WHERE clock = 'first_response';
UPDATE policies SET starts = 'received', stops = 'response' WHERE clock = 'citizen_first_response';
UPDATE policies SET starts = 'progress', stops = 'progress,done' WHERE clock = 'progress';

-- The ladder of a policy: who is told when, until the clock stops.  Either percent of the clock's time or a wait (by the wall
-- clock) after it has run out.  Only ever added, with its policy.
CREATE TABLE policy_steps (
    clock   text NOT NULL,
    version integer NOT NULL,
    step    smallint NOT NULL CHECK (step BETWEEN 0 AND 7),
    percent smallint CHECK (percent BETWEEN 1 AND 100),
    wait    interval CHECK (wait > interval '0'),
    role    text NOT NULL CHECK (role IN ('officer', 'head', 'desk', 'sekda', 'governor', 'close')),
    PRIMARY KEY (clock, version, step),
    FOREIGN KEY (clock, version) REFERENCES policies,
    CHECK ((percent IS NULL) <> (wait IS NULL))
);
INSERT INTO policy_steps (clock, version, step, percent, role)
    SELECT clock, version, step, percent, role FROM policies
    CROSS JOIN (VALUES (0, 50, 'officer'), (1, 80, 'officer'), (2, 100, 'head')) AS s (step, percent, role)
    WHERE clock = 'first_response';

-- When an agency works.  Without a row: Monday to Friday, the whole day, less the holidays.  With rows: these blocks alone.
CREATE TABLE office_hours (
    agency      text NOT NULL REFERENCES agencies,
    weekday     smallint NOT NULL CHECK (weekday BETWEEN 1 AND 7),     -- 1 = Monday
    opens       time NOT NULL,
    closes      time NOT NULL CHECK (closes > opens),                  -- 24:00 is the end of the day
    on_holidays boolean NOT NULL DEFAULT false,                        -- also works on the days of the holidays table
    PRIMARY KEY (agency, weekday, opens)
);

-- When people of a role are let sleep: steps to them wait until it ends, unless that is after the deadline.  It may span midnight.
CREATE TABLE quiet_hours (
    role   text PRIMARY KEY CHECK (role IN ('officer', 'desk')),
    begins time NOT NULL,
    ends   time NOT NULL CHECK (ends <> begins)
);

-- Counts every change of the data that deadlines are derived from, so that a service can tell that what it knows is old.
CREATE TABLE rules (
    one        boolean PRIMARY KEY DEFAULT true CHECK (one),
    version    bigint NOT NULL DEFAULT 1,
    changed_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO rules DEFAULT VALUES;

CREATE FUNCTION rules_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    UPDATE rules SET version = version + 1, changed_at = clock_timestamp();
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION rules_changed() FROM PUBLIC;
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['policies', 'policy_steps', 'holidays', 'office_hours', 'quiet_hours', 'agencies', 'topics'] LOOP
        -- For each row: a statement that changes nothing, as when the same data is loaded again, does not count.
        EXECUTE format('CREATE TRIGGER rules_changed AFTER INSERT OR UPDATE OR DELETE ON %I
                        FOR EACH ROW EXECUTE FUNCTION rules_changed()', name);
    END LOOP;
END
$$;

-- The flow ------------------------------------------------------------------------------------------------------------------

-- changes counts what happened to a ticket that a clock may depend on.
ALTER TABLE tickets ADD COLUMN changes integer NOT NULL DEFAULT 0;
CREATE FUNCTION ticket_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
    NEW.changes := OLD.changes + 1;
    RETURN NEW;
END
$$;
CREATE TRIGGER ticket_changed BEFORE UPDATE OF agency, topic, kind, urgent, turn, routed_at ON tickets FOR EACH ROW
    WHEN ((OLD.agency, OLD.topic, OLD.kind, OLD.urgent, OLD.turn, OLD.routed_at)
          IS DISTINCT FROM (NEW.agency, NEW.topic, NEW.kind, NEW.urgent, NEW.turn, NEW.routed_at))
    EXECUTE FUNCTION ticket_changed();

-- router.  The turns of a ticket that are over; the one that runs is tickets.turn, tickets.agency since tickets.routed_at.
-- A turn ends when the ticket goes to another agency, and when it is opened again (the same agency, a new turn).
CREATE TABLE turns (
    ticket_id bigint NOT NULL,
    turn      smallint NOT NULL,
    agency    text NOT NULL,
    from_at   timestamptz NOT NULL,
    until_at  timestamptz NOT NULL,
    because   text NOT NULL,            -- one line: corrected topic, not theirs, opened again ..
    PRIMARY KEY (ticket_id, turn)
);

-- ops, watcher (later: portal).  What was done on a ticket; only ever added, by act_add() below.  common/deadline/act.h says what
-- each word does.  key: the sender's, so that the same act sent twice is one.  same_text: other tickets on which the same
-- words had been written within 30 days before.
CREATE TABLE acts (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ticket_id  bigint NOT NULL,
    at         timestamptz NOT NULL,
    act        text NOT NULL CHECK (act IN ('acknowledge', 'verifying', 'field_check', 'in_progress', 'awaiting_validation', 'done',
                                            'rejected', 'reopened', 'ask', 'answer', 'reply', 'note', 'not_ours', 'assign', 'judge')),
    actor      text NOT NULL CHECK (actor <> ''),
    actor_kind text NOT NULL CHECK (actor_kind IN ('officer', 'bot', 'system', 'reporter')),
    agency     text NOT NULL DEFAULT '',        -- for whom the actor speaks
    value      text NOT NULL DEFAULT '',        -- rejected: why; not_ours, assign: to which agency; judge: 'ACT counts' or 'ACT pasted'
    text       text NOT NULL DEFAULT '',        -- what was said; public but for note
    text_key   bigint NOT NULL DEFAULT 0,       -- hash of its words, 0 = none
    same_text  integer NOT NULL DEFAULT 0,
    key        text UNIQUE
);
CREATE INDEX acts_ticket ON acts (ticket_id);
CREATE INDEX acts_text ON acts (text_key, at) WHERE text_key <> 0;

-- router.  What followed from an act for the ticket's stage and agency.
CREATE TABLE acts_done (
    act_id bigint PRIMARY KEY,
    at     timestamptz NOT NULL DEFAULT now(),
    done   text NOT NULL
);

-- watcher.  turn: of the ticket for a clock that starts with a turn; else how often it started before.  version 0 and clock '':
-- no policy gives this ticket a clock.  agency: that has to act.  stop: '' runs, met (what it waited for came), transfer (another
-- turn began), ended (the ticket did), void (no policy gives it any more).  steps: when each step of the ladder is due, Unix ms.
-- next_at: when step next_step is; null: nothing will fire.  acts, changes, rules: how many acts, tickets.changes and rules.version
-- this row was derived from; nothing fires from a row that knows less than there is.
ALTER TABLE deadlines
    ADD COLUMN stop text NOT NULL DEFAULT '' CHECK (stop IN ('', 'met', 'transfer', 'ended', 'void')),
    ADD COLUMN steps bigint[],
    ADD COLUMN acts integer NOT NULL DEFAULT 0,
    ADD COLUMN changes integer NOT NULL DEFAULT 0,
    ADD COLUMN rules bigint NOT NULL DEFAULT 0,
    ALTER COLUMN next_at DROP NOT NULL,
    ALTER COLUMN due_at DROP NOT NULL;          -- null: no working time is left for it, ever
UPDATE deadlines SET stop = CASE WHEN stopped_at IS NULL THEN '' ELSE 'transfer' END,
    next_at = CASE WHEN stopped_at IS NULL AND next_step < 3 THEN next_at END;
DROP INDEX deadlines_next;
CREATE INDEX deadlines_next ON deadlines (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX deadlines_due ON deadlines (clock, due_at) WHERE due_at IS NOT NULL;

-- watcher.  Tickets up to this one were derived anew since the rules are what they are.
CREATE TABLE rules_applied (
    one     boolean PRIMARY KEY DEFAULT true CHECK (one),
    version bigint NOT NULL DEFAULT 0,
    up_to   bigint NOT NULL DEFAULT 0
);
INSERT INTO rules_applied DEFAULT VALUES;

-- watcher.  A deadline that was moved, or stopped for another reason than its own; only ever added.
CREATE TABLE deadline_changes (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL DEFAULT now(),
    ticket_id   bigint NOT NULL,
    clock       text NOT NULL,
    turn        smallint NOT NULL,
    old_version integer NOT NULL,
    new_version integer NOT NULL,
    old_due_at  timestamptz,
    new_due_at  timestamptz,
    because     text NOT NULL           -- policy, calendar, pause, started anew ..
);
CREATE INDEX deadline_changes_ticket ON deadline_changes (ticket_id);

-- Notices of a step: kinds 3 .. 5 and 8 with cause = ticket, turn, clock and step of the deadline; role: whom the ladder means.
ALTER TABLE notices
    ADD COLUMN clock text NOT NULL DEFAULT '',
    ADD COLUMN step smallint NOT NULL DEFAULT 0,
    ADD COLUMN role text NOT NULL DEFAULT '',
    ADD COLUMN since timestamptz,               -- when the clock started
    DROP CONSTRAINT notices_once,
    ADD CONSTRAINT notices_once UNIQUE (cause, kind, turn, clock, step);
UPDATE notices SET clock = 'first_response', step = kind - 3, role = CASE kind WHEN 5 THEN 'head' ELSE 'officer' END
    WHERE kind BETWEEN 3 AND 5;

-- ops.  What an agency says against being on a quarter's list, and what was decided.
CREATE TABLE objections (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ticket_id  bigint NOT NULL,
    clock      text NOT NULL DEFAULT 'first_response',
    turn       smallint NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    by         text NOT NULL CHECK (by <> ''),
    reason     text NOT NULL CHECK (reason <> '')
);
CREATE TABLE objections_decided (
    objection_id bigint PRIMARY KEY REFERENCES objections,
    at           timestamptz NOT NULL DEFAULT now(),
    by           text NOT NULL CHECK (by <> ''),
    accepted     boolean NOT NULL,
    reason       text NOT NULL CHECK (reason <> '')
);

-- Figures of a day or a month.
CREATE INDEX reports_received ON reports USING brin (received_at);

-- ingest.  What came in and was not stored as a report of its own.  A crash of ingest may forget the last seconds.
CREATE TABLE intake (
    day       date NOT NULL,                    -- Asia/Jakarta
    channel   smallint NOT NULL,                -- 0: it could not be read
    duplicate bigint NOT NULL DEFAULT 0,        -- the same (source, source_message_id) again
    rejected  bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (day, channel)
);

-- Several services keep their place with a lease instead of a lock: one that is frozen loses it.
CREATE TABLE leases (
    name   text PRIMARY KEY,
    holder uuid NOT NULL,
    until  timestamptz NOT NULL
) WITH (fillfactor = 20);
INSERT INTO stage_marks (stage) VALUES ('watcher.acts'), ('router.acts');

-- Adds an act.  The deadlines of the ticket are locked first, and only then it gets its time: a step fires either before the act
-- happened or not at all.  Returns the id; that of the first one when key was there already.  NULL: there is no such ticket.
CREATE FUNCTION act_add(of_ticket bigint, act text, actor text, actor_kind text, agency text, value text, words text,
                        words_key bigint, sender_key text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    added bigint;
BEGIN
    PERFORM FROM tickets t WHERE t.id = of_ticket;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    PERFORM FROM deadlines d WHERE d.ticket_id = of_ticket ORDER BY d.clock, d.turn FOR NO KEY UPDATE;
    IF words_key <> 0 THEN
        PERFORM pg_advisory_xact_lock(words_key);
    END IF;
    INSERT INTO acts AS a (ticket_id, at, act, actor, actor_kind, agency, value, text, text_key, same_text, key)
        VALUES (of_ticket, clock_timestamp(), act, actor, actor_kind, agency, value, words, words_key,
                CASE WHEN words_key = 0 THEN 0 ELSE
                    (SELECT count(DISTINCT o.ticket_id) FROM acts o WHERE o.text_key = words_key AND o.ticket_id <> of_ticket
                     AND o.at > clock_timestamp() - interval '30 days') END,
                nullif(sender_key, ''))
        ON CONFLICT (key) DO NOTHING RETURNING a.id INTO added;
    IF added IS NULL THEN
        SELECT a.id INTO added FROM acts a WHERE a.key = sender_key;
    END IF;
    RETURN added;
END
$$;
REVOKE ALL ON FUNCTION act_add(bigint, text, text, text, text, text, text, bigint, text) FROM PUBLIC;

GRANT SELECT, INSERT, UPDATE ON leases TO kentongan_classifier, kentongan_router, kentongan_watcher, kentongan_notifier;
GRANT EXECUTE ON FUNCTION act_add(bigint, text, text, text, text, text, text, bigint, text)
    TO kentongan_ops, kentongan_watcher, kentongan_router;

GRANT SELECT, INSERT, UPDATE ON intake TO kentongan_ingest;

GRANT SELECT ON acts, acts_done, turns TO kentongan_router;
GRANT INSERT ON acts_done, turns TO kentongan_router;
GRANT UPDATE (stage) ON tickets TO kentongan_router;

-- An act is read by the watcher without its words.
GRANT SELECT (id, received_at, channel) ON reports TO kentongan_watcher;
GRANT SELECT (id, ticket_id, at, act, actor, actor_kind, agency, value, same_text) ON acts TO kentongan_watcher;
GRANT SELECT ON agencies, topics, turns, acts_done, policy_steps, holidays, office_hours, quiet_hours, rules, rules_applied
    TO kentongan_watcher;
GRANT UPDATE ON rules_applied TO kentongan_watcher;
GRANT SELECT, INSERT ON deadline_changes TO kentongan_watcher;

-- Who was told before.
GRANT SELECT ON deadlines TO kentongan_notifier;

GRANT SELECT ON policy_steps, office_hours, quiet_hours, rules, rules_applied, turns, acts, acts_done, deadline_changes,
    objections, objections_decided, intake, leases TO kentongan_ops;
GRANT INSERT ON policy_steps, objections, objections_decided TO kentongan_ops;
GRANT INSERT, UPDATE, DELETE ON office_hours, quiet_hours TO kentongan_ops;
