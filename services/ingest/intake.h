// intake.h - counts what came in and was not stored as a report of its own, for the table intake.
//
// Counting never waits and never fails: it adds to numbers in memory.  They are handed to PostgreSQL every
// few seconds and at the end, on a connection of their own.  A number that may have been stored is never sent
// again: what a crash or a lost connection interrupts is forgotten rather than counted twice.
#ifndef KENTONGAN_INTAKE_H
#define KENTONGAN_INTAKE_H

#include "db.h"
#include "service.h"

struct intake;

// Joins the loop.  Borrows both; nobody else uses db.  Returns new.
struct intake *intake_new(struct service *service, struct db *db);

// Stores what is left, for INTAKE_END_MS at most.
enum { INTAKE_END_MS = 300 };
void intake_destroy(struct intake **intake);

// A message that was accepted before.  channel: of proto/ingest.proto.
void intake_duplicate(struct intake *intake, int channel);

// A message that can never be accepted.  channel 0: it could not be read so far.
void intake_rejected(struct intake *intake, int channel);

#endif
