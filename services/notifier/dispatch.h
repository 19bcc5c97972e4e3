// dispatch.h - brings each notice to each phone that it is for: which letter leaves when, and what follows
// from its answer.
//
// Notices that wait for the same phone travel together where its leg can carry several.  A phone whose push
// service, or whatever brings its letters, fails is left alone for a while with all that waits for it; the
// others do not notice.
#ifndef KENTONGAN_DISPATCH_H
#define KENTONGAN_DISPATCH_H

#include "device.h"
#include "ledger.h"
#include "legs.h"
#include "names.h"
#include "notice.h"
#include "queue.h"
#include "reach.h"
#include "ring.h"
#include "writer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dispatch;

// All borrowed but the numbers.
struct dispatch_options {
    struct devices *devices;
    struct ledger *ledger;
    struct legs *legs;
    struct writer *writer;
    const struct ladders *ladders;
    int64_t ttl_s; // how long after a step of its ring is due a notice is worth telling
};

// Returns new.
struct dispatch *dispatch_new(const struct dispatch_options *options);

// The legs have to be destroyed before: they know what is in flight.
void dispatch_destroy(struct dispatch **dispatch);

// A message brought a notice: for all phones that the first step of its ring means.  0, or -1 when something
// of it found no room; the sweep has to bring it again.
MUST_USE int dispatch_notice(struct dispatch *dispatch, const struct notice *notice);

// The phones that the first step of this notice's ring means; of the notice its agency, device_id, severity
// and role matter.
struct reach dispatch_reach(struct dispatch *dispatch, const struct notice *notice);

// The phones that a later step means, by legs that are UP.
struct reach dispatch_reach_step(
    struct dispatch *dispatch, const char *agency, enum step_role role, const struct ring_step *step);

// What is to be brought to one phone; device_id 0: to nobody, which has to be written down.  attempt: its
// number; wait_ms: not before so long.
struct errand {
    int64_t device_id;
    int attempt;
    int64_t wait_ms;
};

// The sweep found a notice open for one phone, or a later step of its ring (notice->ring_step) is to be told.
// 0, or -1 as above.
MUST_USE int dispatch_errand(
    struct dispatch *dispatch, const struct notice *notice, const struct errand *errand);

// Somebody has answered: what waits to be told of this notice to phones of this agency is not told any more,
// nor what is on its way and comes back.
void dispatch_answered(struct dispatch *dispatch, int64_t notice_id, const char *agency);

// Tells a phone without a sound that `by` has accepted what this notice rang for, once and if it can be done
// now: whether it arrives is not looked after.
void dispatch_hush(struct dispatch *dispatch, const struct notice *notice, int64_t device_id, const char *by);

// late is called when a phone took a notice that had been answered while it was on its way; that it did is
// stored.  Borrows self.
typedef void dispatch_late(void *self, int64_t notice_id, int64_t device_id);
void dispatch_on_late(struct dispatch *dispatch, dispatch_late *late, void *self);

// Is this one in hand already?
bool dispatch_holds(const struct dispatch *dispatch, const struct queue_key *key);

// The lowest id of a notice in hand in above < id <= up_to; 0: none.
int64_t dispatch_lowest(const struct dispatch *dispatch, int64_t above, int64_t up_to);

// Is there no room for more, at all, or for one phone of a notice that is not urgent?
bool dispatch_is_full(const struct dispatch *dispatch);
bool dispatch_is_full_for(const struct dispatch *dispatch, const struct device *device);

// Forgets what waits; the sweep brings it again.  stands_by: until the next call what is in flight is
// forgotten, too, if it would have to be sent again.
void dispatch_drop_waiting(struct dispatch *dispatch, bool stands_by);

// For devices_load_end(): this phone was taken out of use; self is the struct dispatch.
void dispatch_removed(void *self, struct device *device);

// For service_every() and whoever has added something: sends what may be sent now; never waits.  Answers come
// by legs_pump().
void dispatch_pump(void *self);

// Starts nothing new and waits for the answers of what is in flight, for patience_ms at most.  Returns how
// many are still out.
size_t dispatch_finish(struct dispatch *dispatch, int64_t patience_ms);

#endif
