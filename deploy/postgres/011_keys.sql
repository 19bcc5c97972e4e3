-- A sender's key is one act, or one correction: `again` is the same one once more.  What else comes with it is refused, not taken for done.

CREATE OR REPLACE FUNCTION portal_act(of_ticket bigint, act text, value text, words text, words_key bigint, sender_key text,
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
        RETURN QUERY SELECT 'again', a.id, a.at FROM acts a WHERE a.key = full_key AND a.ticket_id = of_ticket
            AND (a.act, a.value, a.text) = (portal_act.act, portal_act.value, words);
        IF NOT FOUND THEN
            RETURN QUERY SELECT 'refused', 0::bigint, NULL::timestamptz;
        END IF;
        RETURN;
    END IF;
    -- The same key twice at once: the second waits for the first, and is `again`.
    PERFORM pg_advisory_xact_lock(hashtextextended(full_key, 0));
    RETURN QUERY SELECT 'again', a.id, a.at FROM acts a WHERE a.key = full_key AND a.ticket_id = of_ticket
            AND (a.act, a.value, a.text) = (portal_act.act, portal_act.value, words);
    IF FOUND THEN
        RETURN;
    END IF;
    IF EXISTS (SELECT FROM acts a WHERE a.key = full_key) THEN
        RETURN QUERY SELECT 'refused', 0::bigint, NULL::timestamptz; -- the key names another act
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

CREATE OR REPLACE FUNCTION portal_correct(of_report bigint, what text, value text, reason text, sender_key text)
RETURNS TABLE (state text, correction_id bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
#variable_conflict use_column
DECLARE
    me persons%ROWTYPE := portal_me();
    full_key text := 'person:' || me.id || ':' || sender_key;
    of_ticket bigint;
    added bigint;
BEGIN
    RETURN QUERY SELECT 'again', c.id FROM corrections c WHERE c.key = full_key AND c.report_id = of_report
        AND (c.what, c.value) = (portal_correct.what, portal_correct.value);
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
