-- What is said of a ring after its last step, and by one phone of several.

-- Rings are looked for by their ticket when they ring no more, too.
DROP INDEX rings_ticket;
CREATE INDEX rings_ticket ON rings (ticket_id);

-- An officer's act ends what rings for the agency that he speaks for; of the agency that has the ticket, all that rings for it, but an
-- incident of many tickets (kind 6), which each agency answers for itself.  Where the last step was taken before, it is still answered: it
-- stands on phones, and waits for those that are away.
CREATE OR REPLACE FUNCTION rings_stop() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    UPDATE rings r SET ended = 'acknowledged', ended_at = NEW.at, ended_by = NEW.actor, next_at = NULL
        FROM tickets t
        WHERE r.ticket_id = NEW.ticket_id AND r.ended IN ('', 'exhausted') AND t.id = NEW.ticket_id
        AND (r.agency = NEW.agency
             OR (t.agency = NEW.agency AND NOT EXISTS (SELECT FROM notices n WHERE n.id = r.notice_id AND n.kind = 6)));
    RETURN NULL;
END
$$;

-- What a network said later of a message it had accepted.  A failure ends the wait of the step that is running, when this phone was told by
-- it, and no other one was that is reached, or may be yet.
CREATE OR REPLACE FUNCTION notice_reported(of_notice bigint, of_device bigint, delivered boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM deliveries d WHERE d.notice_id = of_notice AND d.device_id = of_device) THEN
        RETURN false;
    END IF;
    INSERT INTO notice_proofs (notice_id, device_id, what)
        VALUES (of_notice, of_device, CASE WHEN delivered THEN 'received' ELSE 'failed' END) ON CONFLICT DO NOTHING;
    IF NOT delivered AND FOUND THEN
        UPDATE rings r SET next_at = least(r.next_at, now()) WHERE r.notice_id = of_notice AND r.next_at IS NOT NULL
            AND EXISTS (SELECT FROM deliveries d WHERE d.notice_id = r.notice_id AND d.step = r.step - 1 AND d.device_id = of_device)
            AND NOT EXISTS (SELECT FROM deliveries d WHERE d.notice_id = r.notice_id AND d.step = r.step - 1 AND d.device_id <> 0
                AND d.outcome IN ('accepted', 'retry') AND NOT EXISTS (SELECT FROM notice_proofs p
                    WHERE p.notice_id = d.notice_id AND p.device_id = d.device_id AND p.what = 'failed'));
    END IF;
    RETURN true;
END
$$;

-- What a network said later of a reply it had accepted.  A failure sends it by the next leg, once, however often it is said: earlier is how
-- many networks had accepted this reply before, as its reference says.  It may come before the notifier has stored that it was accepted:
-- then it belongs to the attempt that follows, and has no leg yet.
DROP FUNCTION reply_reported(bigint, boolean);
CREATE FUNCTION reply_reported(of_reply bigint, earlier bigint, delivered boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    said text := CASE WHEN delivered THEN 'delivered' ELSE 'failed' END;
    known boolean;
BEGIN
    PERFORM FROM replies r WHERE r.id = of_reply FOR UPDATE; -- the notifier does so, too, before it stores what was accepted
    known := FOUND;
    INSERT INTO reply_attempts (reply_id, attempt, leg, outcome)
        SELECT a.reply_id, a.attempt, a.leg, said FROM reply_attempts a
        WHERE a.reply_id = of_reply AND a.outcome = 'accepted' ORDER BY a.attempt OFFSET earlier LIMIT 1 ON CONFLICT DO NOTHING;
    IF FOUND AND NOT delivered THEN
        UPDATE replies SET next_at = now(), settled = '' WHERE id = of_reply;
    END IF;
    INSERT INTO reply_attempts (reply_id, attempt, leg, outcome)
        SELECT r.id, 1 + t.attempts, '', said FROM replies r CROSS JOIN LATERAL
            (SELECT coalesce(max(a.attempt) FILTER (WHERE a.leg <> ''), 0) AS attempts,
             count(*) FILTER (WHERE a.outcome = 'accepted') AS accepted FROM reply_attempts a WHERE a.reply_id = r.id) t
        WHERE r.id = of_reply AND r.next_at IS NOT NULL AND t.accepted = earlier ON CONFLICT DO NOTHING;
    RETURN known;
END
$$;
REVOKE ALL ON FUNCTION reply_reported(bigint, bigint, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reply_reported(bigint, bigint, boolean) TO kentongan_portal;
