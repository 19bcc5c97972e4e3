-- Who must answer and by which ways they are reached, how long a notice rings, what was said to reporters, and who may see what.

-- People and their phones ----------------------------------------------------------------------------------------------------

-- Whose heads also answer for this agency; '' = nobody's.
ALTER TABLE agencies ADD COLUMN parent text NOT NULL DEFAULT '';

-- Officers.  name is what they log in with, and what acts.actor says.  phone, email: of their office, for notices only.
CREATE TABLE persons (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9._-]{1,39}$'),
    full_name  text NOT NULL,
    agency     text NOT NULL REFERENCES agencies,
    role       text NOT NULL CHECK (role IN ('officer', 'deputy', 'head', 'desk', 'sekda', 'governor')),
    language   text NOT NULL DEFAULT 'id' CHECK (language IN ('id', 'en')),
    password   text,                        -- argon2id, as libsodium writes it; null: only by an enrolment
    added_at   timestamptz NOT NULL DEFAULT now(),
    removed_at timestamptz
);
CREATE INDEX persons_agency ON persons (agency) WHERE removed_at IS NULL;

-- What a role may do on a ticket that it sees; acts.act, or correct.
CREATE TABLE role_acts (
    role text NOT NULL,
    act  text NOT NULL,
    PRIMARY KEY (role, act)
);
INSERT INTO role_acts (role, act)
    SELECT role, act FROM unnest(ARRAY['officer', 'deputy', 'head']) AS r (role),
        unnest(ARRAY['acknowledge', 'verifying', 'field_check', 'in_progress', 'awaiting_validation', 'done', 'rejected',
                     'reopened', 'ask', 'reply', 'note', 'not_ours', 'correct']) AS a (act)
    UNION ALL SELECT 'desk', unnest(ARRAY['acknowledge', 'verifying', 'rejected', 'ask', 'reply', 'note', 'assign', 'judge',
                                          'correct'])
    UNION ALL SELECT 'sekda', unnest(ARRAY['acknowledge', 'note', 'assign', 'judge'])
    UNION ALL SELECT 'governor', unnest(ARRAY['acknowledge', 'note']);

-- A way to reach somebody.  endpoint: webpush: the subscription's URL; ntfy: the topic; sms, whatsapp: the number, E.164; email: the
-- address.  Always a secret, never in a log.  person_id null: a phone of the agency, told whatever its people are told.
ALTER TABLE devices
    ADD COLUMN leg text NOT NULL DEFAULT 'webpush' CHECK (leg IN ('webpush', 'ntfy', 'sms', 'whatsapp', 'email')),
    ADD COLUMN person_id bigint REFERENCES persons,
    ADD COLUMN secret bytea,                -- ntfy: SHA-256 of the token that the phone subscribes with
    ADD COLUMN verified_at timestamptz,     -- a test notice was acknowledged on it
    ADD COLUMN seen_at timestamptz,         -- its app was open, or it was connected
    ALTER COLUMN p256dh DROP NOT NULL,
    ALTER COLUMN auth DROP NOT NULL,
    DROP CONSTRAINT devices_endpoint_key,
    ADD CONSTRAINT devices_once UNIQUE (leg, endpoint),
    ADD CHECK (leg <> 'webpush' OR (p256dh IS NOT NULL AND auth IS NOT NULL));
CREATE INDEX devices_person ON devices (person_id) WHERE removed_at IS NULL;

-- notifier.  How each leg is: off (not set up), up, or dead since when and why.
CREATE TABLE legs (
    leg    text PRIMARY KEY,
    state  text NOT NULL CHECK (state IN ('off', 'up', 'dead')),
    since  timestamptz NOT NULL DEFAULT now(),
    reason text NOT NULL DEFAULT ''
);

-- portal.  id: SHA-256 of the token in the cookie.
CREATE TABLE sessions (
    id         bytea PRIMARY KEY CHECK (octet_length(id) = 32),
    person_id  bigint NOT NULL REFERENCES persons,
    csrf       text NOT NULL,
    made_at    timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    ended_at   timestamptz
);
CREATE INDEX sessions_person ON sessions (person_id);
CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL;

-- ops, portal.  A code that logs a person in once, on the phone that scans it.  code: SHA-256 of it.
CREATE TABLE enrolments (
    code       bytea PRIMARY KEY CHECK (octet_length(code) = 32),
    person_id  bigint NOT NULL REFERENCES persons,
    made_at    timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);

-- Ringing ------------------------------------------------------------------------------------------------------------------

-- How long a notice rings before it goes on: per severity (darurat: the ticket is urgent; segera: a deadline is at 80 % or more; biasa)
-- and role of the notice ('' = any role that has no steps of its own; a notice without a role has those of officer).  Step 0 is at once; wait counts from the notice.
-- legs: separated by commas.  whom: same (the notice's own), deputy, head (of its agency), desk, sekda, call (nobody's phone: the
-- list of those whom the desk must call).
CREATE TABLE ring_steps (
    severity text NOT NULL CHECK (severity IN ('darurat', 'segera', 'biasa')),
    role     text NOT NULL DEFAULT '' CHECK (role IN ('', 'officer', 'head', 'desk', 'sekda', 'governor')),
    step     smallint NOT NULL CHECK (step BETWEEN 0 AND 11),
    wait     interval NOT NULL CHECK (wait >= interval '0' AND (step > 0 OR wait = interval '0')),
    legs     text NOT NULL DEFAULT '',
    whom     text NOT NULL CHECK (whom IN ('same', 'deputy', 'head', 'desk', 'sekda', 'call')),
    PRIMARY KEY (severity, role, step)
);

-- One ring a notice to an agency, made with the notice itself (trigger below), moved by the notifier alone.
--
--     ringing --acknowledged (act_add(), in the same transaction)--> acknowledged
--        |  ^--- next step (notifier) ---|
--        +--turn, clock or ticket is over--> over          +--no step is left--> exhausted
--
-- step: the next one, due at next_at; null: nothing rings any more.
CREATE TABLE rings (
    notice_id  bigint PRIMARY KEY,
    ticket_id  bigint NOT NULL,
    agency     text NOT NULL,
    role       text NOT NULL,
    severity   text NOT NULL,
    started_at timestamptz NOT NULL,
    step       smallint NOT NULL DEFAULT 1,
    next_at    timestamptz,
    ended      text NOT NULL DEFAULT '' CHECK (ended IN ('', 'acknowledged', 'over', 'exhausted')),
    ended_at   timestamptz,
    ended_by   text NOT NULL DEFAULT '',    -- acknowledged: acts.actor
    hushed     boolean NOT NULL DEFAULT false, -- acknowledged: the other phones that were told know it, too, or need not
    CHECK ((next_at IS NOT NULL) = (ended = ''))
) WITH (fillfactor = 80);
CREATE INDEX rings_next ON rings (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX rings_hush ON rings (notice_id) WHERE ended = 'acknowledged' AND NOT hushed;
CREATE INDEX rings_ticket ON rings (ticket_id) WHERE next_at IS NOT NULL;

-- notifier.  Steps after the first that were taken, and by which device.  device_id 0: no way led to anybody, or whom = call.
CREATE TABLE ring_calls (
    notice_id bigint NOT NULL,
    step      smallint NOT NULL,
    device_id bigint NOT NULL,
    whom      text NOT NULL,
    at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (notice_id, step, device_id)
);
CREATE INDEX ring_calls_at ON ring_calls (at);

-- step: of the ring that the attempt belongs to.
ALTER TABLE deliveries
    ADD COLUMN step smallint NOT NULL DEFAULT 0,
    DROP CONSTRAINT deliveries_pkey,
    ADD PRIMARY KEY (notice_id, device_id, step, attempt);

-- device_id: the one phone that is told; 0 = all of the agency's.  Kind 9 is a test of it: no ticket, nothing rings.
ALTER TABLE notices ADD COLUMN device_id bigint NOT NULL DEFAULT 0;

-- portal.  What the phone itself said of a notice; failed: the network said that it could not be delivered.  A push service that
-- accepted it is in deliveries.
CREATE TABLE notice_proofs (
    notice_id bigint NOT NULL,
    device_id bigint NOT NULL,
    what      text NOT NULL CHECK (what IN ('received', 'seen', 'acted', 'failed')),
    at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (notice_id, device_id, what)
);

-- The key of one-time tokens, as HMAC-SHA256 (RFC 2104) uses it: its 64 bytes xor 0x36.. and xor 0x5c...  Only the notifier makes tokens;
-- whoever checks one asks notice_use().
CREATE TABLE notice_key (
    one       boolean PRIMARY KEY DEFAULT true CHECK (one),
    inner_pad bytea NOT NULL CHECK (octet_length(inner_pad) = 64),
    outer_pad bytea NOT NULL CHECK (octet_length(outer_pad) = 64)
);
DO $$
DECLARE
    key bytea := sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'))
                 || decode(repeat('00', 32), 'hex');
    pads bytea[] := ARRAY[key, key];
BEGIN
    FOR i IN 0 .. 63 LOOP
        pads[1] := set_byte(pads[1], i, get_byte(key, i) # x'36'::integer);
        pads[2] := set_byte(pads[2], i, get_byte(key, i) # x'5c'::integer);
    END LOOP;
    INSERT INTO notice_key (inner_pad, outer_pad) VALUES (pads[1], pads[2]);
END
$$;

-- A ring for each notice to an agency, in the transaction that makes the notice.  What is older than a day rings no more.
CREATE FUNCTION rings_start() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    INSERT INTO rings (notice_id, ticket_id, agency, role, severity, started_at, next_at, ended, ended_at)
        SELECT m.id, m.ticket_id, m.agency, m.role, m.severity, m.created_at,
            CASE WHEN s.wait IS NOT NULL THEN m.created_at + s.wait END,
            CASE WHEN s.wait IS NULL THEN 'exhausted' ELSE '' END, CASE WHEN s.wait IS NULL THEN m.created_at END
        FROM (SELECT n.id, n.ticket_id, n.agency, n.role, n.created_at,
                  CASE WHEN t.urgent OR n.kind = 7 THEN 'darurat' WHEN n.kind IN (4, 5, 8) THEN 'segera' ELSE 'biasa' END AS severity
              FROM made n LEFT JOIN tickets t ON t.id = n.ticket_id WHERE n.audience = 'agency' AND n.kind NOT IN (2, 9)) m
        LEFT JOIN (SELECT c.severity, c.role, f.wait
                   FROM (SELECT r.severity, n.role, max(r.role) AS ladder FROM ring_steps r
                         JOIN unnest(ARRAY['', 'officer', 'head', 'desk', 'sekda', 'governor']) n (role)
                         ON r.role IN (coalesce(nullif(n.role, ''), 'officer'), '') GROUP BY r.severity, n.role) c
                   JOIN ring_steps f ON f.severity = c.severity AND f.role = c.ladder AND f.step = 1) s
            ON s.severity = m.severity AND s.role = m.role;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION rings_start() FROM PUBLIC;
CREATE TRIGGER rings_start AFTER INSERT ON notices REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION rings_start();

-- What was told before there were rings does not begin to ring now; the next step of its deadline will.
INSERT INTO rings (notice_id, ticket_id, agency, role, severity, started_at, ended, ended_at)
    SELECT id, ticket_id, agency, role, 'biasa', created_at, 'over', now() FROM notices
    WHERE audience = 'agency' AND kind NOT IN (2, 9);

-- An officer's act ends what rings for the agency that he speaks for; of the agency that has the ticket, all that rings for it.
CREATE FUNCTION rings_stop() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    UPDATE rings r SET ended = 'acknowledged', ended_at = NEW.at, ended_by = NEW.actor, next_at = NULL
        FROM tickets t
        WHERE r.ticket_id = NEW.ticket_id AND r.next_at IS NOT NULL AND t.id = NEW.ticket_id
        AND (r.agency = NEW.agency OR t.agency = NEW.agency);
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION rings_stop() FROM PUBLIC;
CREATE TRIGGER rings_stop AFTER INSERT ON acts FOR EACH ROW
    WHEN (NEW.actor_kind = 'officer' AND NEW.act <> 'judge') EXECUTE FUNCTION rings_stop();

-- Acknowledges a notice on behalf of the device that was told: an act of its person (or of the device itself) for the agency that was
-- told; a test notice only verifies the device.  The caller has locked the device, so that two uses at once are one act and one `used`.
CREATE FUNCTION notice_acknowledge(of_notice bigint, of_device bigint) RETURNS TABLE (state text, ticket_id bigint, at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    n notices%ROWTYPE;
    act_key text := 'notice:' || of_notice || ':' || of_device;
    who text;
BEGIN
    SELECT * INTO n FROM notices WHERE id = of_notice;
    IF n.kind = 9 THEN
        INSERT INTO notice_proofs (notice_id, device_id, what) VALUES (of_notice, of_device, 'acted') ON CONFLICT DO NOTHING;
        RETURN QUERY SELECT CASE WHEN FOUND THEN 'ok' ELSE 'used' END, 0::bigint, p.at FROM notice_proofs p
            WHERE p.notice_id = of_notice AND p.device_id = of_device AND p.what = 'acted';
        UPDATE devices SET verified_at = now() WHERE id = of_device;
        RETURN;
    END IF;
    RETURN QUERY SELECT 'used', a.ticket_id, a.at FROM acts a WHERE a.key = act_key;
    IF FOUND THEN
        RETURN;
    END IF;
    SELECT p.name INTO who FROM devices d JOIN persons p ON p.id = d.person_id WHERE d.id = of_device;
    PERFORM act_add(n.ticket_id, 'acknowledge', coalesce(who, 'device ' || of_device), 'officer', n.agency, '', '', 0, act_key);
    INSERT INTO notice_proofs (notice_id, device_id, what) VALUES (of_notice, of_device, 'acted') ON CONFLICT DO NOTHING;
    RETURN QUERY SELECT 'ok', a.ticket_id, a.at FROM acts a WHERE a.key = act_key;
END
$$;
REVOKE ALL ON FUNCTION notice_acknowledge(bigint, bigint) FROM PUBLIC;

-- Is the device (still) one of those that the notice is for?  Its own agency's, also where the person moved to another one after it was
-- told; or one of the desk's or Sekda's that a step of the ring went to.
CREATE FUNCTION notice_is_for(of_notice bigint, of_device bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public AS $$
    SELECT EXISTS (SELECT FROM notices n, devices d WHERE n.id = of_notice AND d.id = of_device
        AND (n.device_id = d.id OR n.agency = d.agency OR EXISTS (SELECT FROM ring_calls c WHERE c.notice_id = n.id AND c.device_id = d.id
            AND d.agency = CASE c.whom WHEN 'desk' THEN 'TRIAGE' WHEN 'sekda' THEN 'SEKDA' END)))
$$;
REVOKE ALL ON FUNCTION notice_is_for(bigint, bigint) FROM PUBLIC;

-- One-time tokens: notice_id (8 bytes, big-endian) | device_id (8) | first 16 bytes of their HMAC.  what: received, seen or acknowledge.
-- state: ok; used (acknowledged before; at says when); expired (older than seven days, the device or its person is no more, or they are
-- another agency's now); wrong.
CREATE FUNCTION notice_use(token bytea, what text) RETURNS TABLE (state text, ticket_id bigint, at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    key notice_key%ROWTYPE;
    n notices%ROWTYPE;
    of_notice bigint;
    of_device bigint;
BEGIN
    SELECT * INTO key FROM notice_key;
    IF token IS NULL OR octet_length(token) <> 32 OR what IS NULL OR what NOT IN ('received', 'seen', 'acknowledge')
       OR substr(token, 17) <> substr(sha256(key.outer_pad || sha256(key.inner_pad || substr(token, 1, 16))), 1, 16) THEN
        RETURN QUERY SELECT 'wrong', 0::bigint, NULL::timestamptz;
        RETURN;
    END IF;
    of_notice := ('x' || encode(substr(token, 1, 8), 'hex'))::bit(64)::bigint;
    of_device := ('x' || encode(substr(token, 9, 8), 'hex'))::bit(64)::bigint;
    SELECT * INTO n FROM notices WHERE id = of_notice;
    PERFORM FROM devices d WHERE d.id = of_device AND d.removed_at IS NULL
        AND NOT EXISTS (SELECT FROM persons p WHERE p.id = d.person_id AND p.removed_at IS NOT NULL) FOR NO KEY UPDATE OF d;
    IF NOT FOUND OR n.id IS NULL OR n.created_at < now() - interval '7 days' OR NOT notice_is_for(of_notice, of_device) THEN
        RETURN QUERY SELECT 'expired', 0::bigint, NULL::timestamptz;
        RETURN;
    END IF;
    UPDATE devices SET seen_at = now() WHERE id = of_device AND (seen_at IS NULL OR seen_at < now() - interval '1 minute');
    IF what = 'acknowledge' THEN
        RETURN QUERY SELECT * FROM notice_acknowledge(of_notice, of_device);
        RETURN;
    END IF;
    INSERT INTO notice_proofs (notice_id, device_id, what) VALUES (of_notice, of_device, what) ON CONFLICT DO NOTHING;
    RETURN QUERY SELECT 'ok', n.ticket_id, now();
END
$$;
REVOKE ALL ON FUNCTION notice_use(bytea, text) FROM PUBLIC;

-- The same said by SMS, `TERIMA number` (the notice's): only from a number that was told of it.  state: ok, used, unknown (this number was
-- not told of it), stranger (nobody's number).
CREATE FUNCTION notice_use_by_number(number text, of_notice bigint) RETURNS TABLE (state text, ticket_id bigint, at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    of_device bigint;
BEGIN
    SELECT d.id INTO of_device FROM devices d WHERE d.leg = 'sms' AND d.endpoint = number AND d.removed_at IS NULL
        AND EXISTS (SELECT FROM deliveries s WHERE s.notice_id = of_notice AND s.device_id = d.id) AND notice_is_for(of_notice, d.id)
        AND NOT EXISTS (SELECT FROM persons p WHERE p.id = d.person_id AND p.removed_at IS NOT NULL) FOR NO KEY UPDATE OF d;
    IF of_device IS NULL OR NOT EXISTS (SELECT FROM notices n WHERE n.id = of_notice) THEN
        RETURN QUERY SELECT CASE WHEN EXISTS (SELECT FROM devices d WHERE d.leg = 'sms' AND d.endpoint = number AND d.removed_at IS NULL)
            THEN 'unknown' ELSE 'stranger' END, 0::bigint, NULL::timestamptz;
        RETURN;
    END IF;
    RETURN QUERY SELECT * FROM notice_acknowledge(of_notice, of_device);
END
$$;
REVOKE ALL ON FUNCTION notice_use_by_number(text, bigint) FROM PUBLIC;

-- `TERIMA JT-..`: the newest notice of the ticket on which this report hangs that this number was told of; NULL: none.
CREATE FUNCTION notice_told_by_number(number text, of_report bigint) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public AS $$
    SELECT max(n.id) FROM devices d JOIN deliveries s ON s.device_id = d.id JOIN notices n ON n.id = s.notice_id
    WHERE d.leg = 'sms' AND d.endpoint = number AND d.removed_at IS NULL
    AND n.ticket_id = (SELECT l.ticket_id FROM ticket_reports l WHERE l.report_id = of_report)
$$;
REVOKE ALL ON FUNCTION notice_told_by_number(text, bigint) FROM PUBLIC;

-- What a network said later of a message it had accepted.  A failure ends the wait of the step that is running.
CREATE FUNCTION notice_reported(of_notice bigint, of_device bigint, delivered boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM deliveries d WHERE d.notice_id = of_notice AND d.device_id = of_device) THEN
        RETURN false;
    END IF;
    INSERT INTO notice_proofs (notice_id, device_id, what)
        VALUES (of_notice, of_device, CASE WHEN delivered THEN 'received' ELSE 'failed' END) ON CONFLICT DO NOTHING;
    IF NOT delivered AND FOUND THEN
        UPDATE rings SET next_at = least(next_at, now()) WHERE notice_id = of_notice AND next_at IS NOT NULL;
    END IF;
    RETURN true;
END
$$;
REVOKE ALL ON FUNCTION notice_reported(bigint, bigint, boolean) FROM PUBLIC;

-- portal.  What the ntfy endpoint keeps for phones that are away.
CREATE TABLE ntfy_messages (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic      text NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    message    text NOT NULL                -- JSON, one line
);
CREATE INDEX ntfy_messages_topic ON ntfy_messages (topic, id);
CREATE INDEX ntfy_messages_expired ON ntfy_messages (expires_at);

-- Reporters ------------------------------------------------------------------------------------------------------------------

-- ingest.  Where a reporter can be answered, sealed to the notifier's key: nobody else can read it, and who reported is not in it.
CREATE TABLE reply_addresses (
    report_id bigint PRIMARY KEY,
    sealed    bytea NOT NULL
);

-- ops.  What is said.  event: received, stage_<stage>, question, answer, identity_opened; language: id, jv; channel: sms, whatsapp, email, or
-- '' for any.  {code} {agency} {stage} {topic} {place} {answer} {question} {why} {url} stand for what they say; [..] is left out unless
-- all in it stand for something; \n is a new line.  Pieces of others: name_<stage> is said for {stage}, why_<value of rejected> for {why}.
-- any: of channel whatsapp, whose subject is the approved template for all that has no row of its own.
CREATE TABLE reply_templates (
    event    text NOT NULL,
    language text NOT NULL CHECK (language IN ('id', 'jv')),
    channel  text NOT NULL DEFAULT '' CHECK (channel IN ('', 'sms', 'whatsapp', 'email')),
    subject  text NOT NULL DEFAULT '',      -- email; whatsapp: the name of the approved template
    body     text NOT NULL,
    PRIMARY KEY (event, language, channel)
);

-- notifier.  What a reporter has to be told, once.  cause: the act, or 0 for received; identity_opened: identities_opened.id.
-- Of several reports of one address on a ticket the newest has the rows.
CREATE TABLE replies (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    report_id bigint NOT NULL,
    ticket_id bigint NOT NULL,
    event     text NOT NULL,
    cause     bigint NOT NULL,
    made_at   timestamptz NOT NULL DEFAULT now(),
    next_at   timestamptz,                  -- null: settled
    settled   text NOT NULL DEFAULT '',     -- sms, whatsapp, email: the leg that took it; page: only the tracking page tells it
    UNIQUE (report_id, event, cause),
    CHECK ((next_at IS NULL) = (settled <> ''))
) WITH (fillfactor = 80);
CREATE INDEX replies_next ON replies (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX replies_cause ON replies (cause) WHERE cause <> 0;

-- How far replies are made: notices and acts up to here have theirs.
INSERT INTO stage_marks (stage, done_up_to, near_up_to)
    SELECT 'notifier.replies', coalesce(max(id), 0), coalesce(max(id), 0) FROM notices
    UNION ALL SELECT 'notifier.acts', coalesce(max(id), 0), coalesce(max(id), 0) FROM acts;

CREATE TABLE reply_attempts (
    reply_id bigint NOT NULL,
    attempt  smallint NOT NULL,
    leg      text NOT NULL,
    at       timestamptz NOT NULL DEFAULT now(),
    outcome  text NOT NULL CHECK (outcome IN ('accepted', 'retry', 'refused', 'delivered', 'failed')),
    status   smallint NOT NULL DEFAULT 0,
    reason   text NOT NULL DEFAULT '',
    PRIMARY KEY (reply_id, attempt, outcome)
);

-- What a network said later of a reply it had accepted.  A failure sends it by the next leg.  It may come before the notifier has
-- stored that it was accepted: then it belongs to the attempt that follows, and has no leg yet.
CREATE FUNCTION reply_reported(of_reply bigint, delivered boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    PERFORM FROM replies r WHERE r.id = of_reply FOR UPDATE; -- the notifier does so, too, before it stores what was accepted
    INSERT INTO reply_attempts (reply_id, attempt, leg, outcome)
        SELECT a.reply_id, a.attempt, a.leg, CASE WHEN delivered THEN 'delivered' ELSE 'failed' END FROM reply_attempts a
        WHERE a.reply_id = of_reply AND a.outcome = 'accepted' ORDER BY a.attempt DESC LIMIT 1 ON CONFLICT DO NOTHING;
    IF FOUND THEN
        IF NOT delivered THEN
            UPDATE replies SET next_at = now(), settled = '' WHERE id = of_reply;
        END IF;
        RETURN true;
    END IF;
    INSERT INTO reply_attempts (reply_id, attempt, leg, outcome)
        SELECT r.id, 1 + (SELECT coalesce(max(a.attempt), 0) FROM reply_attempts a WHERE a.reply_id = r.id), '',
            CASE WHEN delivered THEN 'delivered' ELSE 'failed' END
        FROM replies r WHERE r.id = of_reply AND r.next_at IS NOT NULL ON CONFLICT DO NOTHING;
    RETURN EXISTS (SELECT FROM replies r WHERE r.id = of_reply);
END
$$;
REVOKE ALL ON FUNCTION reply_reported(bigint, boolean) FROM PUBLIC;

-- ops.  Who opened a sealed identity, and why; the reporter is told.  Only ever added, by identity_ask().  asked_in: the transaction.
CREATE TABLE identities_opened (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    report_id bigint NOT NULL,
    at        timestamptz NOT NULL DEFAULT now(),
    by        text NOT NULL CHECK (by <> ''),
    reason    text NOT NULL CHECK (length(reason) >= 20),
    asked_in  xid8 NOT NULL DEFAULT pg_current_xact_id()
);

-- Breaking the glass takes two transactions, so that nobody reads and then rolls the journal back: identity_ask() writes who and why,
-- and returns the row's id (NULL: nothing is sealed for this report); once that is committed, identity_open() returns what is sealed, for
-- whoever has the office's key, for an hour (NULL: not asked, not committed, or too long ago).
CREATE FUNCTION identity_ask(of_report bigint, asked_by text, reason text) RETURNS bigint LANGUAGE sql SECURITY DEFINER
SET search_path = public AS $$
    INSERT INTO identities_opened (report_id, by, reason)
        SELECT i.report_id, asked_by, identity_ask.reason FROM identities i WHERE i.report_id = of_report RETURNING id
$$;
CREATE FUNCTION identity_open(asked bigint) RETURNS bytea LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT i.sealed FROM identities_opened o JOIN identities i ON i.report_id = o.report_id
    WHERE o.id = asked AND o.asked_in <> pg_current_xact_id() AND o.at > now() - interval '1 hour'
$$;
REVOKE ALL ON FUNCTION identity_ask(bigint, text, text), identity_open(bigint) FROM PUBLIC;

-- The portal -----------------------------------------------------------------------------------------------------------------

-- portal.  Pictures that officers add to an act, without what the camera wrote into them.
CREATE TABLE photos (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    act_id     bigint NOT NULL,
    ticket_id  bigint NOT NULL,
    media_type text NOT NULL CHECK (media_type IN ('image/jpeg', 'image/png', 'image/webp')),
    bytes      bytea NOT NULL CHECK (octet_length(bytes) BETWEEN 1 AND 1500000)
);
ALTER TABLE photos ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE INDEX photos_ticket ON photos (ticket_id);

-- What the portal's lists walk along: the tickets of an agency, the open ones of them, the clocks that run for it by time left, and what was
-- told of a ticket.  An entry a ticket and two more while it is open (33 bytes each); opening a ticket writes four entries more than
-- before, and a change of stage that opens or closes it is not a HOT update any more.
CREATE INDEX tickets_agency ON tickets (agency, id);
CREATE INDEX tickets_open ON tickets (agency, id) WHERE stage NOT IN ('done', 'rejected');
CREATE INDEX deadlines_running ON deadlines (agency, due_at, ticket_id) WHERE stopped_at IS NULL;
CREATE INDEX notices_ticket ON notices (ticket_id) WHERE audience = 'agency';

-- A correction's sender may name it, so that the same one sent twice is one.
ALTER TABLE corrections ADD COLUMN key text UNIQUE;

-- Whose session is this transaction's?  The portal sets kentongan.session to the SHA-256 of the cookie's token, in hex, with
-- set_config(.., true), in each transaction; without a session that is valid now, nothing is visible.
CREATE FUNCTION portal_me() RETURNS persons LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT p FROM sessions s JOIN persons p ON p.id = s.person_id
    WHERE s.id = decode(nullif(current_setting('kentongan.session', true), ''), 'hex')
    AND s.ended_at IS NULL AND s.expires_at > now() AND p.removed_at IS NULL
$$;

-- The agencies whose tickets this person sees: officers and deputies their own, heads theirs and those below, the triage desk what is not
-- routed (TRIAGE and the shelf), Sekda and governor all.
CREATE FUNCTION portal_agencies() RETURNS text[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    WITH RECURSIVE me AS (SELECT (portal_me()).*),
    theirs AS (
        SELECT a.code FROM agencies a, me WHERE CASE me.role
            WHEN 'sekda' THEN true WHEN 'governor' THEN true WHEN 'desk' THEN a.code IN ('TRIAGE', 'SHELF') ELSE a.code = me.agency END
        UNION SELECT a.code FROM agencies a JOIN theirs t ON a.parent = t.code, me WHERE me.role = 'head')
    SELECT coalesce(array_agg(code), '{}') FROM theirs
$$;

-- Does this person see the ticket?
CREATE FUNCTION portal_sees(of_ticket bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT EXISTS (SELECT FROM tickets t WHERE t.id = of_ticket AND t.agency = ANY (portal_agencies()))
$$;
REVOKE ALL ON FUNCTION portal_me(), portal_agencies(), portal_sees(bigint) FROM PUBLIC;

-- Adds an act of the person whose session this is, with a picture or none.  state: ok, again (the same key before), refused (not seen, or
-- not for this role).
CREATE FUNCTION portal_act(of_ticket bigint, act text, value text, words text, words_key bigint, sender_key text,
                           media_type text, picture bytea)
RETURNS TABLE (state text, act_id bigint, at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
#variable_conflict use_column
DECLARE
    me persons%ROWTYPE := portal_me();
    full_key text := 'person:' || me.id || ':' || sender_key;
    speaks_for text;
    added bigint;
BEGIN
    IF me.id IS NULL OR NOT portal_sees(of_ticket) OR sender_key = ''
       OR act = 'correct' OR NOT EXISTS (SELECT FROM role_acts r WHERE r.role = me.role AND r.act = portal_act.act) THEN
        -- What was stored before stays stored, even if the ticket went elsewhere meanwhile.
        RETURN QUERY SELECT 'again', a.id, a.at FROM acts a WHERE a.key = full_key AND a.ticket_id = of_ticket;
        IF NOT FOUND THEN
            RETURN QUERY SELECT 'refused', 0::bigint, NULL::timestamptz;
        END IF;
        RETURN;
    END IF;
    -- The same key twice at once: the second waits for the first, and is `again`.
    PERFORM pg_advisory_xact_lock(hashtextextended(full_key, 0));
    RETURN QUERY SELECT 'again', a.id, a.at FROM acts a WHERE a.key = full_key AND a.ticket_id = of_ticket;
    IF FOUND THEN
        RETURN;
    END IF;
    IF EXISTS (SELECT FROM acts a WHERE a.key = full_key) THEN
        RETURN QUERY SELECT 'refused', 0::bigint, NULL::timestamptz; -- the key names an act on another ticket
        RETURN;
    END IF;
    -- A head speaks for the agency below that has the ticket, Sekda who assigns it for none; the others for their own.
    SELECT CASE WHEN me.role = 'head' THEN t.agency WHEN me.role = 'sekda' AND portal_act.act = 'assign' THEN '' ELSE me.agency END
        INTO speaks_for FROM tickets t WHERE t.id = of_ticket;
    added := act_add(of_ticket, act, me.name, 'officer', speaks_for, value, words, words_key, full_key);
    IF picture IS NOT NULL THEN
        INSERT INTO photos (act_id, ticket_id, media_type, bytes) VALUES (added, of_ticket, media_type, picture);
    END IF;
    RETURN QUERY SELECT 'ok', a.id, a.at FROM acts a WHERE a.id = added;
END
$$;

-- Which phones were told of a ticket that this person sees, and what they said of it; never where they are reached.
CREATE FUNCTION portal_told(of_ticket bigint)
RETURNS TABLE (notice_id bigint, leg text, person text, accepted_at timestamptz, received_at timestamptz, seen_at timestamptz,
               acted_at timestamptz, failed boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT n.id, d.leg, coalesce((SELECT p.full_name FROM persons p WHERE p.id = d.person_id), ''),
        min(s.at) FILTER (WHERE s.outcome = 'accepted'),
        (SELECT o.at FROM notice_proofs o WHERE o.notice_id = n.id AND o.device_id = d.id AND o.what = 'received'),
        (SELECT o.at FROM notice_proofs o WHERE o.notice_id = n.id AND o.device_id = d.id AND o.what = 'seen'),
        (SELECT o.at FROM notice_proofs o WHERE o.notice_id = n.id AND o.device_id = d.id AND o.what = 'acted'),
        bool_and(s.outcome IN ('gone', 'refused', 'expired'))
            OR EXISTS (SELECT FROM notice_proofs o WHERE o.notice_id = n.id AND o.device_id = d.id AND o.what = 'failed')
    FROM notices n JOIN deliveries s ON s.notice_id = n.id JOIN devices d ON d.id = s.device_id
    WHERE n.ticket_id = of_ticket AND n.audience = 'agency' AND (SELECT portal_sees(of_ticket))
    GROUP BY n.id, d.id ORDER BY n.id, d.id
$$;

-- Tickets to which something happened in the last 15 seconds, for each agency that has them or had them until then.  state: a hash that
-- differs whenever stage, agency, clocks, rings or acts do.  No session is needed: which ticket is all that it says.
CREATE FUNCTION portal_changes() RETURNS TABLE (agency text, ticket_id bigint, state bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    WITH touched AS MATERIALIZED (
        SELECT a.ticket_id AS id FROM acts a
            WHERE a.id > (SELECT max(m.id) FROM acts m) - 4096 AND a.at > now() - interval '15 seconds'
        UNION SELECT a.ticket_id FROM acts_done d JOIN acts a ON a.id = d.act_id
            WHERE d.act_id > (SELECT max(m.act_id) FROM acts_done m) - 4096 AND d.at > now() - interval '15 seconds'
        UNION SELECT n.ticket_id FROM notices n
            WHERE n.id > (SELECT max(m.id) FROM notices m) - 4096 AND n.created_at > now() - interval '15 seconds'
        UNION SELECT unnest(ARRAY[d.ticket_id, c.report_id]) FROM corrections_done d JOIN corrections c ON c.id = d.correction_id
            WHERE d.correction_id > (SELECT max(m.correction_id) FROM corrections_done m) - 4096
            AND d.at > now() - interval '15 seconds')
    SELECT x.agency, t.id, hashtextextended(concat_ws(' ', x.agency, t.id, t.stage, t.agency, t.turn, t.topic, t.region_code, t.kind,
            t.urgent, (SELECT count(*) FROM acts a WHERE a.ticket_id = t.id),
            (SELECT string_agg(concat_ws(' ', e.clock, e.turn, e.due_at, e.stop), ',' ORDER BY e.clock, e.turn) FROM deadlines e
             WHERE e.ticket_id = t.id),
            (SELECT string_agg(concat_ws(' ', r.notice_id, r.step), ',' ORDER BY r.notice_id) FROM rings r
             WHERE r.ticket_id = t.id AND r.next_at IS NOT NULL)), 0)
    FROM touched JOIN tickets t ON t.id = touched.id
    CROSS JOIN LATERAL (SELECT t.agency UNION SELECT u.agency FROM turns u
                        WHERE u.ticket_id = t.id AND u.until_at > now() - interval '1 minute') x (agency)
    WHERE x.agency <> '' ORDER BY x.agency, t.id
$$;
REVOKE ALL ON FUNCTION portal_told(bigint), portal_changes() FROM PUBLIC;

-- Adds a correction of a report that hangs on a ticket which this person sees.  state: as portal_act().
CREATE FUNCTION portal_correct(of_report bigint, what text, value text, reason text, sender_key text)
RETURNS TABLE (state text, correction_id bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
#variable_conflict use_column
DECLARE
    me persons%ROWTYPE := portal_me();
    full_key text := 'person:' || me.id || ':' || sender_key;
    of_ticket bigint;
    added bigint;
BEGIN
    RETURN QUERY SELECT 'again', c.id FROM corrections c WHERE c.key = full_key AND c.report_id = of_report;
    IF FOUND THEN
        RETURN;
    END IF;
    SELECT r.ticket_id INTO of_ticket FROM ticket_reports r WHERE r.report_id = of_report;
    IF me.id IS NULL OR of_ticket IS NULL OR sender_key = '' OR NOT portal_sees(of_ticket)
       OR EXISTS (SELECT FROM corrections c WHERE c.key = full_key)
       OR NOT EXISTS (SELECT FROM role_acts r WHERE r.role = me.role AND r.act = 'correct') THEN
        RETURN QUERY SELECT 'refused', 0::bigint;
        RETURN;
    END IF;
    INSERT INTO corrections (report_id, what, value, by, reason, key)
        VALUES (of_report, what, value, me.name, reason, full_key) ON CONFLICT (key) DO NOTHING RETURNING id INTO added;
    RETURN QUERY SELECT 'ok', coalesce(added, (SELECT c.id FROM corrections c WHERE c.key = full_key));
END
$$;

-- Adds this phone of the person whose session this is, or gives it new keys.  state: ok; taken (it is somebody else's: subscribe anew);
-- full (ten phones are enough); refused (no session).
CREATE FUNCTION device_add(leg text, endpoint text, p256dh bytea, auth bytea, secret bytea, label text)
RETURNS TABLE (state text, device_id bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
#variable_conflict use_column
DECLARE
    me persons%ROWTYPE := portal_me();
    added bigint;
BEGIN
    IF me.id IS NULL OR leg NOT IN ('webpush', 'ntfy') THEN
        RETURN QUERY SELECT 'refused', 0::bigint;
        RETURN;
    END IF;
    PERFORM FROM persons p WHERE p.id = me.id FOR NO KEY UPDATE; -- one after the other, so that ten stay ten
    IF NOT EXISTS (SELECT FROM devices o WHERE o.leg = device_add.leg AND o.endpoint = device_add.endpoint AND o.removed_at IS NULL)
       AND (SELECT count(*) FROM devices o WHERE o.person_id = me.id AND o.removed_at IS NULL) >= 10 THEN
        RETURN QUERY SELECT 'full', 0::bigint;
        RETURN;
    END IF;
    INSERT INTO devices AS d (agency, label, endpoint, p256dh, auth, leg, person_id, secret, seen_at)
        VALUES (me.agency, label, endpoint, p256dh, auth, leg, me.id, secret, now())
        ON CONFLICT (leg, endpoint) DO UPDATE SET p256dh = excluded.p256dh, auth = excluded.auth, secret = excluded.secret,
            agency = excluded.agency, seen_at = now(), removed_at = NULL, removed_why = NULL,
            added_at = CASE WHEN d.removed_at IS NULL THEN d.added_at ELSE now() END
            WHERE d.person_id = me.id
        RETURNING d.id INTO added;
    RETURN QUERY SELECT CASE WHEN added IS NULL THEN 'taken' ELSE 'ok' END, coalesce(added, 0::bigint);
END
$$;

-- Sends a test notice to one of the person's own phones.  NULL: it is not one of them.
CREATE FUNCTION device_test(of_device bigint) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
    INSERT INTO notices (ticket_id, kind, cause, audience, agency, clock, device_id)
        SELECT 0, 9, d.id, 'agency', d.agency, gen_random_uuid()::text, d.id FROM devices d
        WHERE d.id = of_device AND d.removed_at IS NULL AND d.person_id = (portal_me()).id
        RETURNING id
$$;

-- Who may subscribe to a topic of the ntfy endpoint: the device with this topic and token; NULL: nobody.
CREATE FUNCTION ntfy_device(topic text, token_hash bytea) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
    UPDATE devices SET seen_at = now() WHERE leg = 'ntfy' AND endpoint = topic AND secret = token_hash AND removed_at IS NULL
        RETURNING id
$$;

-- Keeps a message for a topic's phone, one after the other: whoever has seen an id has seen all that will ever be below it.  No row:
-- no phone has this topic.
CREATE FUNCTION ntfy_publish(to_topic text, said text, keep_s integer) RETURNS TABLE (id bigint, at timestamptz, expires_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
#variable_conflict use_column
BEGIN
    IF NOT EXISTS (SELECT FROM devices d WHERE d.leg = 'ntfy' AND d.endpoint = to_topic AND d.removed_at IS NULL) THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('ntfy_publish', 0));
    RETURN QUERY INSERT INTO ntfy_messages AS m (topic, at, expires_at, message)
        VALUES (to_topic, clock_timestamp(), clock_timestamp() + make_interval(secs => keep_s), said)
        RETURNING m.id, m.at, m.expires_at;
END
$$;
REVOKE ALL ON FUNCTION device_add(text, text, bytea, bytea, bytea, text), device_test(bigint), ntfy_device(text, bytea),
    ntfy_publish(text, text, integer) FROM PUBLIC;

-- What a login needs to know of a person; nothing for one who was removed.
CREATE FUNCTION login_lookup(login text) RETURNS TABLE (person_id bigint, password text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT p.id, p.password FROM persons p WHERE p.name = login AND p.removed_at IS NULL
$$;
CREATE FUNCTION session_open(of_person bigint, token_hash bytea, csrf text, lasts interval) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
    -- What is long over goes with the next log-in; a browser's cookie is kept as long.
    DELETE FROM sessions WHERE person_id = of_person AND expires_at < now() - interval '90 days';
    DELETE FROM enrolments WHERE person_id = of_person AND expires_at < now() - interval '90 days';
    INSERT INTO sessions (id, person_id, csrf, expires_at)
        SELECT token_hash, p.id, csrf, now() + lasts FROM persons p WHERE p.id = of_person AND p.removed_at IS NULL
$$;
-- Sessions that were ended in the last seconds, by whomever: their streams have to end, too.
CREATE FUNCTION sessions_ended() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT encode(s.id, 'hex') FROM sessions s WHERE s.ended_at > now() - interval '5 seconds'
$$;
-- Was this token this person's, in a session that may be over by now?  Whoever has it is not the stranger who guesses at his name.
CREATE FUNCTION session_was(token_hash bytea, login text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT EXISTS (SELECT FROM sessions s JOIN persons p ON p.id = s.person_id
                   WHERE s.id = token_hash AND p.name = login AND p.removed_at IS NULL)
$$;
-- Logs in with an enrolment's code, once.  NULL: unknown, used or too old, or its person is no more.
CREATE FUNCTION enrolment_use(code_hash bytea) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
    UPDATE enrolments e SET used_at = now() FROM persons p WHERE e.code = code_hash AND e.used_at IS NULL AND e.expires_at > now()
        AND p.id = e.person_id AND p.removed_at IS NULL RETURNING e.person_id
$$;
REVOKE ALL ON FUNCTION portal_act(bigint, text, text, text, bigint, text, text, bytea), portal_correct(bigint, text, text, text, text),
    login_lookup(text), session_was(bytea, text), session_open(bigint, bytea, text, interval), sessions_ended(), enrolment_use(bytea) FROM PUBLIC;

-- What the public may know of a report by its code: how far its ticket is, and what was said publicly; of a confidential one not what
-- was said.  ticket_id 0: it has none yet.
CREATE FUNCTION public_status(of_report bigint)
RETURNS TABLE (ticket_id bigint, stage text, agency text, topic text, region_code text, received_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT coalesce(t.id, 0), coalesce(t.stage, 'received'), coalesce(t.agency, ''), coalesce(t.topic, ''), coalesce(t.region_code, ''),
        r.received_at
    FROM reports r LEFT JOIN ticket_reports l ON l.report_id = r.id LEFT JOIN tickets t ON t.id = l.ticket_id WHERE r.id = of_report
$$;
CREATE FUNCTION public_history(of_report bigint) RETURNS TABLE (at timestamptz, act text, words text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT a.at, a.act, CASE WHEN r.confidential OR a.act IN ('note', 'not_ours', 'assign', 'judge', 'acknowledge', 'answer') THEN ''
        ELSE a.text END
    FROM reports r JOIN ticket_reports l ON l.report_id = r.id JOIN acts a ON a.ticket_id = l.ticket_id
    WHERE r.id = of_report AND a.act NOT IN ('note', 'judge', 'acknowledge')
    ORDER BY a.at, a.id
$$;
REVOKE ALL ON FUNCTION public_status(bigint), public_history(bigint) FROM PUBLIC;

-- Who may --------------------------------------------------------------------------------------------------------------------

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'kentongan_portal') THEN
        BEGIN
            CREATE ROLE kentongan_portal LOGIN;
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            RAISE NOTICE 'role kentongan_portal was made by another migration just now';
        END;
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO kentongan_portal', current_database());
END
$$;
GRANT USAGE ON SCHEMA public TO kentongan_portal;

-- Rows: the portal sees what the person of the session may see.  The other roles are bound by their grants alone.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['reports', 'triages', 'tickets', 'ticket_reports', 'ticket_events', 'acts', 'acts_done', 'turns',
                                'deadlines', 'notices', 'rings', 'deliveries', 'notice_proofs', 'ring_calls', 'corrections', 'photos',
                                'persons', 'devices', 'sessions', 'enrolments'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY services ON %I TO kentongan_ingest, kentongan_classifier, kentongan_router, kentongan_watcher, '
                       'kentongan_notifier, kentongan_ops USING (true) WITH CHECK (true)', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['ticket_reports', 'ticket_events', 'acts', 'turns', 'deadlines', 'notices', 'rings', 'photos'] LOOP
        EXECUTE format('CREATE POLICY portal ON %I FOR SELECT TO kentongan_portal USING (EXISTS (SELECT FROM tickets t '
                       'WHERE t.id = ticket_id AND t.agency = ANY ((SELECT portal_agencies())::text[])))', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['deliveries', 'notice_proofs', 'ring_calls'] LOOP
        EXECUTE format('CREATE POLICY portal ON %I FOR SELECT TO kentongan_portal USING (EXISTS (SELECT FROM notices n '
                       'WHERE n.id = notice_id))', name);
    END LOOP;
END
$$;
CREATE POLICY portal ON tickets FOR SELECT TO kentongan_portal USING (agency = ANY ((SELECT portal_agencies())::text[]));
CREATE POLICY portal ON reports FOR SELECT TO kentongan_portal
    USING (EXISTS (SELECT FROM ticket_reports l WHERE l.report_id = id));
CREATE POLICY portal ON triages FOR SELECT TO kentongan_portal
    USING (EXISTS (SELECT FROM ticket_reports l WHERE l.report_id = triages.report_id));
CREATE POLICY portal ON corrections FOR SELECT TO kentongan_portal
    USING (EXISTS (SELECT FROM ticket_reports l WHERE l.report_id = corrections.report_id));
CREATE POLICY portal ON acts_done FOR SELECT TO kentongan_portal USING (EXISTS (SELECT FROM acts a WHERE a.id = act_id));
-- Colleagues of one's agencies, and oneself; phones and sessions only one's own.
CREATE POLICY portal ON persons FOR SELECT TO kentongan_portal
    USING (agency = ANY ((SELECT portal_agencies())::text[]) OR id = ((SELECT portal_me())).id);
CREATE POLICY portal ON devices TO kentongan_portal USING (person_id = ((SELECT portal_me())).id);
CREATE POLICY portal ON sessions TO kentongan_portal USING (person_id = ((SELECT portal_me())).id)
    WITH CHECK (person_id = ((SELECT portal_me())).id);
CREATE POLICY portal ON enrolments FOR INSERT TO kentongan_portal WITH CHECK (person_id = ((SELECT portal_me())).id
    AND used_at IS NULL AND expires_at < now() + interval '1 hour');

-- Not by which gateway, under which id and through whom a report came: ids of some channels have the sender's number in them.
GRANT SELECT (id, received_at, sent_at, channel, tracking_code, text, latitude, longitude, region_code, address, attachments, anonymous,
    confidential, addressed_to, follows_id) ON reports TO kentongan_portal;
GRANT SELECT ON triages, tickets, ticket_reports, ticket_events, acts, acts_done, turns, deadlines, notices, rings, deliveries,
    notice_proofs, ring_calls, corrections, photos, agencies, regions, topics, role_acts, ring_steps, policies, policy_steps, holidays,
    office_hours, quiet_hours, rules, rules_applied, deadline_changes TO kentongan_portal;
GRANT SELECT ON cluster TO kentongan_portal;
GRANT SELECT (id, name, full_name, agency, role, language) ON persons TO kentongan_portal;
GRANT UPDATE (ended_at) ON sessions TO kentongan_portal;
GRANT SELECT (id, person_id, csrf, made_at, expires_at, ended_at) ON sessions TO kentongan_portal;
GRANT SELECT (id, agency, leg, person_id, label, added_at, removed_at, removed_why, verified_at, seen_at) ON devices TO kentongan_portal;
GRANT UPDATE (label, removed_at, removed_why, seen_at) ON devices TO kentongan_portal;
GRANT INSERT (code, person_id, expires_at) ON enrolments TO kentongan_portal;
GRANT SELECT, DELETE ON ntfy_messages TO kentongan_portal;
GRANT EXECUTE ON FUNCTION ntfy_publish(text, text, integer) TO kentongan_portal;
GRANT EXECUTE ON FUNCTION portal_me(), portal_agencies(), portal_sees(bigint), notice_use(bytea, text),
    notice_use_by_number(text, bigint), notice_told_by_number(text, bigint), notice_reported(bigint, bigint, boolean), reply_reported(bigint, boolean),
    portal_act(bigint, text, text, text, bigint, text, text, bytea), portal_correct(bigint, text, text, text, text),
    login_lookup(text), session_was(bytea, text), session_open(bigint, bytea, text, interval), sessions_ended(), enrolment_use(bytea), public_status(bigint),
    device_add(text, text, bytea, bytea, bytea, text), device_test(bigint), ntfy_device(text, bytea), public_history(bigint),
    portal_told(bigint), portal_changes() TO kentongan_portal;

REVOKE ALL ON FUNCTION ticket_changed() FROM PUBLIC;
GRANT INSERT ON reply_addresses TO kentongan_ingest;

-- notifier: who is reached how, what rings, and what reporters are told.
GRANT SELECT ON agencies, ring_steps, rings, ring_calls, notice_key, notice_proofs, legs, quiet_hours, reply_addresses,
    reply_templates, replies, reply_attempts, ticket_reports, acts, acts_done, turns, identities_opened TO kentongan_notifier;
GRANT SELECT (id, name, agency, role, language, removed_at) ON persons TO kentongan_notifier;
GRANT SELECT (id, received_at, sent_at, channel, tracking_code, source) ON reports TO kentongan_notifier;
GRANT SELECT (report_id, language, topic, region_code) ON triages TO kentongan_notifier;
GRANT INSERT ON ring_calls, legs, replies, reply_attempts TO kentongan_notifier;
GRANT UPDATE (step, next_at, ended, ended_at, hushed) ON rings TO kentongan_notifier;
GRANT UPDATE ON legs TO kentongan_notifier;
GRANT UPDATE (next_at, settled) ON replies TO kentongan_notifier;

GRANT SELECT ON role_acts, ring_steps, rings, ring_calls, notice_proofs, legs, reply_templates, replies, reply_attempts,
    identities_opened TO kentongan_ops;
-- A topic and its messages open a phone and acknowledge.
GRANT SELECT (id, at, expires_at) ON ntfy_messages TO kentongan_ops;
GRANT SELECT (id, name, full_name, agency, role, language, added_at, removed_at) ON persons TO kentongan_ops;
GRANT INSERT ON persons, enrolments TO kentongan_ops;
GRANT UPDATE (full_name, agency, role, language, password, removed_at) ON persons TO kentongan_ops;
GRANT SELECT (person_id, made_at, expires_at, ended_at) ON sessions TO kentongan_ops;
GRANT UPDATE (ended_at) ON sessions TO kentongan_ops;
-- A new password, and the removal of a person, also end the codes that nobody used yet.
GRANT SELECT (person_id, used_at), UPDATE (used_at) ON enrolments TO kentongan_ops;
GRANT INSERT, UPDATE, DELETE ON ring_steps, reply_templates, role_acts TO kentongan_ops;
GRANT EXECUTE ON FUNCTION identity_ask(bigint, text, text), identity_open(bigint) TO kentongan_ops;
