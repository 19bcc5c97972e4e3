// vitals.h - what ingest has to know of the cluster, asked every half second on a connection of its own.
#ifndef KENTONGAN_VITALS_H
#define KENTONGAN_VITALS_H

#include "db.h"
#include "id.h"
#include "known.h"
#include "service.h"
#include "sources.h"

#include <stdbool.h>
#include <stdint.h>

struct vitals;

struct vitals_options {
    struct db *db;           // Borrows; nobody else uses it
    struct service *service; // Borrows
    struct sources *sources; // Borrows; kept up to date
    struct known *known;     // Borrows; filled with the keys of closed buckets
    int64_t backlog_most;    // reports without a ticket
    int64_t bucket_rows;     // how many reports make a bucket of the idempotency index full
    bool allow_unsafe;       // accept although PostgreSQL does not flush commits: fault tests only
};

// Joins the loop; copies options.  Returns new.
struct vitals *vitals_new(const struct vitals_options *options);
void vitals_destroy(struct vitals **vitals);

// Says how many reports this process has stored since it started.
void vitals_count(struct vitals *vitals, int64_t stored);

// Why nothing can be accepted now, as a sentence for RETRY_LATER; NULL when all is well.
const char *vitals_complaint(const struct vitals *vitals);

// The key of tracking codes; all there is before the first answer came is a complaint.
const uint8_t *vitals_tracking_key(const struct vitals *vitals);

#endif
