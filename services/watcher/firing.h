// firing.h - fires what is due: says so to PostgreSQL, to the notifier, and to Redis.
#ifndef KENTONGAN_WATCHER_FIRING_H
#define KENTONGAN_WATCHER_FIRING_H

#include "bus.h"
#include "id.h"
#include "keeper.h"
#include "store_fire.h"
#include "timers.h"

#include <stddef.h>
#include <stdint.h>

struct firing;

enum { FIRING_MOST = 1024 }; // tickets at a time

// Borrows all.  Returns new.
struct firing *firing_new(
    struct store_fire *store, struct keeper *keeper, struct timers *timers, struct bus_outbox *notices);
void firing_destroy(struct firing **firing);

// The key of tracking codes.  Copies.
void firing_set_key(struct firing *firing, const uint8_t key[ID_KEY_SIZE]);

// Fires the steps that are due of the tickets of these timers (at most FIRING_MOST), one step of each
// deadline, those due first before the others; derives anew what is due and not fresh; and sets their timers.
// *progress: how many steps were fired and tickets derived.
MUST_USE enum outcome firing_run(
    struct firing *firing, const struct timer *timers, size_t count, size_t *progress);

// Fires what PostgreSQL has that is due, earliest first, until nothing is or clock_mono_ms() is until_ms.
// Returns whether there may be more.
bool firing_sweep(struct firing *firing, int64_t until_ms);

#endif
