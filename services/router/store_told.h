// store_told.h - the notices that a transaction stored, as the notifier is told of them.
#ifndef KENTONGAN_ROUTER_STORE_TOLD_H
#define KENTONGAN_ROUTER_STORE_TOLD_H

#include "store.h"

#include <stddef.h>

#define STORE_TOLD                                                                                           \
    "SELECT n.id, n.ticket_id, n.kind, n.agency, n.created_at, n.due_at, r.tracking_code, k.topic, "         \
    "k.region_code, k.urgent, CASE n.kind WHEN 6 THEN (SELECT count(*) FROM tickets i WHERE i.incident_id "  \
    "= n.cause AND i.incident_id <> 0) ELSE 0 END FROM notices n JOIN tickets k ON k.id = n.ticket_id JOIN " \
    "reports r ON r.id = "                                                                                   \
    "k.id WHERE n.xmin = pg_current_xact_id()::xid AND n.audience = 'agency' "

// $1: causes, bigint[].  The notices to agencies that this transaction stored with one of these causes: new
// turns of tickets, and tickets that became urgent.
extern const char store_told_sql[];

// Reads all rows of that query, or of another one that begins with STORE_TOLD; told has room for them.
// Returns how many.
size_t store_read_told(const struct db *db, size_t query, struct told *told);

#endif
