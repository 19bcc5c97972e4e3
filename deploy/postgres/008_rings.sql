-- What is said of a ring after its last step, and by one phone of several.

-- Rings are looked for by their ticket when they ring no more, too.
DROP INDEX rings_ticket;
CREATE INDEX rings_ticket ON rings (ticket_id);

-- An officer's act ends what rings for the agency that he speaks for; of the agency that has the ticket, all that rings for it.  Where the
-- last step was taken before, it is still answered: it stands on phones, and waits for those that are away.
CREATE OR REPLACE FUNCTION rings_stop() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    UPDATE rings r SET ended = 'acknowledged', ended_at = NEW.at, ended_by = NEW.actor, next_at = NULL
        FROM tickets t
        WHERE r.ticket_id = NEW.ticket_id AND r.ended IN ('', 'exhausted') AND t.id = NEW.ticket_id
        AND (r.agency = NEW.agency OR t.agency = NEW.agency);
    RETURN NULL;
END
$$;
