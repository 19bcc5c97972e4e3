// store_summary.h - the SQL that a list of tickets and one whole ticket share.
//
// A deadline has to be met by the agency when something that the agency does stops its clock, and when its
// ladder tells anybody: the citizen's own clock is for the figures, and one that closes a silent ticket is
// not the agency's. Subqueries that could be joins keep the planner on the index that a list is in the order
// of; agency || '' keeps it off that index where a ticket's own deadlines are looked up.
#ifndef KENTONGAN_PORTAL_STORE_SUMMARY_H
#define KENTONGAN_PORTAL_STORE_SUMMARY_H

#define STORE_SUMMARY_OURS                                                                                   \
    "ours AS MATERIALIZED (SELECT array_agg(p.clock || '/' || p.version) AS clocks FROM policies p "         \
    "WHERE string_to_array(p.stops, ',') && '{response,progress,done,forwarded}' AND EXISTS (SELECT "        \
    "FROM policy_steps s WHERE s.clock = p.clock AND s.version = p.version AND s.role <> 'close'))"

// Is deadline e, or d, one of those?
#define STORE_SUMMARY_OUR_E                                                                                  \
    "e.clock || '/' || e.policy_version = ANY ((SELECT o.clocks FROM ours o)::text[]) "
#define STORE_SUMMARY_OUR_D                                                                                  \
    "d.clock || '/' || d.policy_version = ANY ((SELECT o.clocks FROM ours o)::text[]) "

#define STORE_SUMMARY_COLUMNS                                                                                \
    "r.tracking_code, t.stage, t.agency, coalesce(g.short, t.agency), t.topic, coalesce(p.name, ''), "       \
    "t.region_code, (SELECT coalesce(string_agg(n.name, ', ' ORDER BY n.code DESC), '') FROM regions n "     \
    "WHERE n.code IN (t.region_code, left(t.region_code, 8), left(t.region_code, 5)) "                       \
    "AND (n.level <> 'provinsi' OR n.code = t.region_code)), t.kind, t.urgent, "                             \
    "1 + (SELECT count(*) FROM ticket_reports l WHERE l.ticket_id = t.id AND l.ticket_id <> l.report_id), "  \
    "r.received_at, t.routed_at, first.due_at, first.clock, coalesce(first.due_at < clock_timestamp(), "     \
    "false), ring.found, r.latitude, r.longitude"
#define STORE_SUMMARY_FIELDS                                                                                 \
    "code:t stage:t agency:t agency_short:t topic:t topic_name:t region_code:t place:t kind:t urgent:o "     \
    "reports:i received_at_ms:z routed_at_ms:z due_at_ms:z clock:t late:o ringing:j latitude:d longitude:d"

// From tickets t on.
#define STORE_SUMMARY_FROM                                                                                   \
    "JOIN reports r ON r.id = t.id LEFT JOIN agencies g ON g.code = t.agency "                               \
    "LEFT JOIN topics p ON p.code = t.topic "                                                                \
    "LEFT JOIN LATERAL (SELECT e.due_at, e.clock FROM deadlines e WHERE e.ticket_id = t.id "                 \
    "AND e.agency || '' = t.agency AND e.stopped_at IS NULL AND e.due_at IS NOT NULL "                       \
    "AND t.stage NOT IN ('done', 'rejected') AND " STORE_SUMMARY_OUR_E                                       \
    "ORDER BY e.due_at, e.clock, e.turn LIMIT 1) first ON true "                                             \
    "LEFT JOIN LATERAL (SELECT json_build_object('severity', s.severity, 'next_at_ms', "                     \
    "floor(extract(epoch FROM s.next_at) * 1000)::bigint, 'next_whom', (SELECT q.whom FROM ring_steps q "    \
    "WHERE q.severity = s.severity AND q.role IN (s.role, '') AND q.step = s.step "                          \
    "ORDER BY q.role DESC LIMIT 1))::text AS found FROM rings s "                                            \
    "WHERE s.ticket_id = t.id AND s.next_at IS NOT NULL ORDER BY s.severity = 'darurat' DESC, "              \
    "s.severity = 'segera' DESC, s.next_at LIMIT 1) ring ON true "

#endif
