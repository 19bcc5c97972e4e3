// dispatch.h - brings each notice to each phone of its agency: which push goes out when, and what follows
// from its answer.
//
// Notices that wait for the same phone travel together.  A phone whose push service fails is left alone for a
// while with all that waits for it; the others do not notice.
#ifndef KENTONGAN_DISPATCH_H
#define KENTONGAN_DISPATCH_H

#include "device.h"
#include "ledger.h"
#include "names.h"
#include "notice.h"
#include "vapid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dispatch;

// All borrowed but the numbers.
struct dispatch_options {
    struct devices *devices;
    struct ledger *ledger;
    struct vapid *vapid;
    bool allow_loopback;
    int64_t ttl_s; // how long after its creation a notice is worth telling
};

// Returns new.
struct dispatch *dispatch_new(const struct dispatch_options *options);
void dispatch_destroy(struct dispatch **dispatch);

// Names to use from now on.  Borrows until the next call.
void dispatch_use_names(struct dispatch *dispatch, const struct names *names);

// A message brought a notice: for all phones of its agency.  0, or -1 when something of it found no room; the
// sweep has to bring it again.
MUST_USE int dispatch_notice(struct dispatch *dispatch, const struct notice *notice);

// The sweep found a notice open for one phone (device_id 0: for nobody).  0 or -1, as above.
MUST_USE int dispatch_open_row(struct dispatch *dispatch, const struct open_row *row);

// Is this one in hand already?
bool dispatch_holds(const struct dispatch *dispatch, int64_t notice_id, int64_t device_id);

// The lowest id of a notice in hand in above < id <= up_to; 0: none.
int64_t dispatch_lowest(const struct dispatch *dispatch, int64_t above, int64_t up_to);

// Is there no room for more?  full_device: for one phone of which nothing more is taken; ids go into ids, at
// most room of them.
bool dispatch_is_full(const struct dispatch *dispatch);
size_t dispatch_full_devices(const struct dispatch *dispatch, int64_t *ids, size_t room);

// Forgets what waits; the sweep brings it again.
void dispatch_drop_waiting(struct dispatch *dispatch);

// For devices_load_end(): this phone was taken out of use; self is the struct dispatch.
void dispatch_removed(void *self, struct device *device);

// For service_watch_fd() and service_every(): sends what may be sent now and takes what was answered; never
// waits.
int dispatch_fd(void *self);
short dispatch_events(void *self);
void dispatch_pump(void *self);

// Starts nothing new and waits for the answers of what is in flight, for patience_ms at most.  Returns how
// many are still out.
size_t dispatch_finish(struct dispatch *dispatch, int64_t patience_ms);

#endif
