// store_events.c - SQL of what has just happened to tickets.
#include "store_events.h"

#include <stdlib.h>

static const char changes_sql[] = "SELECT c.agency, c.ticket_id, c.state FROM portal_changes() c";
static const char ended_sql[] = "SELECT s FROM sessions_ended() s";
static const char agencies_sql[] = "SELECT a.code FROM unnest(portal_agencies()) a (code) ORDER BY a.code";

enum outcome
store_events_changes(struct db *db, int64_t patience_ms, struct ticket_change **changes, size_t *count)
{
    const struct db_query query = {.name = "events_changes", .sql = changes_sql};
    enum outcome outcome = db_run(db, &query, 1, patience_ms);

    *changes = NULL;
    *count = outcome == DONE ? db_rows(db, 0) : 0;
    if (*count > 0)
        *changes = check_zalloc(*count, sizeof(**changes));
    for (size_t row = 0; row < *count; row++) {
        db_copy_text(db, 0, row, 0, (*changes)[row].agency, STORE_EVENTS_AGENCY_SIZE);
        (*changes)[row].ticket_id = db_int(db, 0, row, 1);
        (*changes)[row].state = db_int(db, 0, row, 2);
    }
    db_release(db);
    return outcome;
}

enum outcome
store_events_ended(struct db *db, int64_t patience_ms, void (*each)(void *self, const char *hash), void *self)
{
    const struct db_query query = {.name = "events_ended", .sql = ended_sql};
    enum outcome outcome = db_run(db, &query, 1, patience_ms);

    for (size_t row = 0; outcome == DONE && row < db_rows(db, 0); row++) {
        char hash[SESSION_HEX_SIZE];

        db_copy_text(db, 0, row, 0, hash, sizeof(hash));
        if (hash[0] != '\0')
            each(self, hash);
    }
    db_release(db);
    return outcome;
}

enum outcome
store_events_agencies(
    struct request *request, char (*agencies)[STORE_EVENTS_AGENCY_SIZE], size_t room, size_t *count)
{
    const struct db_query query = {.name = "events_agencies", .sql = agencies_sql};
    enum outcome outcome = request_run(request, &query, 1);

    *count = outcome == DONE ? db_rows(request->db, 1) : 0;
    for (size_t row = 0; row < *count && row < room; row++)
        db_copy_text(request->db, 1, row, 0, agencies[row], STORE_EVENTS_AGENCY_SIZE);
    db_release(request->db);
    return outcome;
}
