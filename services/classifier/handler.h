// handler.h - the classifier as a stage.
#ifndef KENTONGAN_CLASSIFIER_HANDLER_H
#define KENTONGAN_CLASSIFIER_HANDLER_H

#include "bus.h"
#include "db.h"
#include "stage.h"

#include <stddef.h>

struct handler;

// Borrows db and outbox.  index_most: reports kept in memory to find duplicates.  Returns new.
struct handler *handler_new(struct db *db, struct bus_outbox *outbox, size_t index_most);
void handler_destroy(struct handler **handler);

// What the stage loop calls.  Borrowed from handler.
const struct stage_handler *handler_stage(struct handler *handler);

#endif
