// ingest.h - the public sockets: reports in, receipts out.
#ifndef KENTONGAN_INGEST_H
#define KENTONGAN_INGEST_H

#include "intake.h"
#include "lane.h"
#include "seal.h"
#include "service.h"
#include "sources.h"
#include "vitals.h"

#include <stdbool.h>
#include <stddef.h>

struct ingest;

// Is this text a CURVE key, 40 characters of Z85?
bool ingest_is_curve_key(const char *text);

struct ingest_options {
    struct service *service;   // Borrows
    struct lane *const *lanes; // Borrows
    size_t lane_count;
    struct vitals *vitals;         // Borrows
    const struct sources *sources; // Borrows
    struct seal *seal;             // Borrows; NULL: no identity is kept
    struct seal *reply_seal;       // Borrows; NULL: nobody can be answered
    struct intake *intake;         // Borrows
    const char *plain, *curve;     // endpoints; "" = none
    const char *curve_secret_key;  // Z85
};

// Binds the sockets and joins the loop.  With a curve endpoint, a ZAP handler has to be there already.
// Returns new, or NULL after one line in the log.
struct ingest *ingest_new(const struct ingest_options *options);

// Answers what is under way, for a second at most, and closes the sockets.
void ingest_destroy(struct ingest **ingest);

#endif
