// addressees.h - those who are answered: opens where that is, and remembers when they were told last.
//
// What is opened is in the caller's memory alone, and is his to wipe; here only hashes stay.
#ifndef KENTONGAN_ADDRESSEES_H
#define KENTONGAN_ADDRESSEES_H

#include "check.h"
#include "reply_address.h"
#include "seal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct addressees;

// secret_key: of ingest's REPLY_PUBLIC_KEY; copied.  pause_s: between two messages to one address.  Returns
// new.
struct addressees *addressees_new(const uint8_t secret_key[SEAL_KEY_SIZE], int64_t pause_s);
void addressees_destroy(struct addressees **addressees);

// Opens an address; sealed may be NULL.  0, or -1: there is none, or it was sealed to another key, which is
// said once in the log.
MUST_USE int addressees_open(
    struct addressees *addressees, const void *sealed, size_t length, struct reply_address *address);

// How long this address has to be left alone, in ms.  0: not at all, and it counts as told now.  A question
// never waits.
int64_t addressees_pause_ms(
    struct addressees *addressees, const struct reply_address *address, bool is_question);

#endif
