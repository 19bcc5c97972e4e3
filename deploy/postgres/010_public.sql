-- What the public is told of a ticket happened: an act from which nothing followed (acts_done) is none, as it is none for its reporters.
CREATE OR REPLACE FUNCTION public_history(of_report bigint) RETURNS TABLE (at timestamptz, act text, words text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT a.at, a.act, CASE WHEN r.confidential OR a.act IN ('note', 'not_ours', 'assign', 'judge', 'acknowledge', 'answer') THEN ''
        ELSE a.text END
    FROM reports r JOIN ticket_reports l ON l.report_id = r.id JOIN acts a ON a.ticket_id = l.ticket_id
    WHERE r.id = of_report AND a.act NOT IN ('note', 'judge', 'acknowledge')
    AND NOT EXISTS (SELECT FROM acts_done d WHERE d.act_id = a.id AND d.done LIKE 'nothing: %')
    ORDER BY a.at, a.id
$$;
