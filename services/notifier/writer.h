// writer.h - writes letters: what stands in them and on them, for whichever leg brings them.
//
// Pure: neither clock nor network.
#ifndef KENTONGAN_WRITER_H
#define KENTONGAN_WRITER_H

#include "device.h"
#include "legs.h"
#include "names.h"
#include "notice.h"
#include "notice_token.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct writer;

// portal_url: origin of the portal without a slash at its end, "" for none; template: that of WhatsApp.
// Borrows for ever.  Returns new.
struct writer *writer_new(const char *portal_url, const char *template);
void writer_destroy(struct writer **writer);

// Names to use from now on, and the key of one-time tokens.  Borrows until the next call.
void writer_use(struct writer *writer, const struct names *names, const struct notice_key *key);
bool writer_is_ready(const struct writer *writer);

// Begins a letter to a device.  Borrows it until the letter is written.
void writer_begin(struct writer *writer, const struct device *device);

// Adds a notice, or returns false when it has to go by another letter: a push carries some dozen, a mail as
// many as fit, an SMS and the others one.
bool writer_add(struct writer *writer, const struct notice *notice);

// The letter with all that was added, at least one notice; its time to live is the caller's.  Its texts
// borrow until the next writer_begin().
struct letter writer_letter(struct writer *writer);

// A push without a sound: `by` has accepted what this notice rang for.
struct letter writer_hush(
    struct writer *writer, const struct device *device, const struct notice *notice, const char *by);

#endif
