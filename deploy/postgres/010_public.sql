-- What the public reads of a ticket by the code of a report.  An act from which nothing followed (acts_done) is none, as it is none for its
-- reporters.  Words are left out of a confidential report, and of the ticket that one opened, as they may quote it: whoever knows a code can
-- hang a report of his own on it.  That an identity was opened is told to whom no letter reaches, too: that and when, but not why, as a
-- code is no capability.
CREATE OR REPLACE FUNCTION public_history(of_report bigint) RETURNS TABLE (at timestamptz, act text, words text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT h.at, h.act, h.words FROM (
        SELECT a.at, a.id, a.act, CASE WHEN r.confidential OR o.confidential
            OR a.act IN ('note', 'not_ours', 'assign', 'judge', 'acknowledge', 'answer') THEN '' ELSE a.text END AS words
        FROM reports r JOIN ticket_reports l ON l.report_id = r.id JOIN reports o ON o.id = l.ticket_id
        JOIN acts a ON a.ticket_id = l.ticket_id
        WHERE r.id = of_report AND a.act NOT IN ('note', 'judge', 'acknowledge')
        AND NOT EXISTS (SELECT FROM acts_done d WHERE d.act_id = a.id AND d.done LIKE 'nothing: %')
        UNION ALL SELECT i.at, i.id, 'identity_opened', '' FROM identities_opened i WHERE i.report_id = of_report) h
    ORDER BY h.at, h.id
$$;
