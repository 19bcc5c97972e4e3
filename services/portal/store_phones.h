// store_phones.h - the SQL of a person's phones and of one-time tokens.
#ifndef KENTONGAN_PORTAL_STORE_PHONES_H
#define KENTONGAN_PORTAL_STORE_PHONES_H

#include "check.h"
#include "notice_token.h"
#include "request.h"

#include <jansson.h>
#include <stdint.h>

// The phones of the person whose session it is, as API.md says.  Returns new; NULL: see *outcome.
json_t *store_phones_list(struct request *request, enum outcome *outcome);

enum phone_state { PHONE_OK, PHONE_TAKEN, PHONE_FULL, PHONE_REFUSED };

struct store_phone {
    const char *leg, *endpoint, *label;
    const uint8_t *p256dh, *auth; // webpush
    const uint8_t *secret;        // ntfy: SHA-256 of the token
};

// Adds a phone, or renews the one that has this endpoint.
MUST_USE enum outcome store_phones_add(
    struct request *request, const struct store_phone *phone, enum phone_state *state, int64_t *id);

// Removes one of the person's own.  *found: it was one.
MUST_USE enum outcome store_phones_remove(struct request *request, int64_t id, bool *found);

// Makes a test notice for one of the person's own.  *found: it is one.
MUST_USE enum outcome store_phones_test(struct request *request, int64_t id, bool *found);

// What became of a one-time token, or of an answer by SMS.
enum use_state { USE_OK, USE_USED, USE_EXPIRED, USE_WRONG, USE_UNKNOWN, USE_STRANGER };

struct store_use {
    enum use_state state;
    int64_t ticket; // 0: a test
    int64_t at_ms;  // Unix ms; USE_OK, USE_USED
};

// what: received, seen or acknowledge.
MUST_USE enum outcome store_phones_use(
    struct request *request, const uint8_t token[NOTICE_TOKEN_SIZE], const char *what, struct store_use *use);

// Acknowledges by SMS: a notice, or else the newest that this number was told of the ticket on which a report
// hangs.
MUST_USE enum outcome store_phones_use_by_number(
    struct request *request, const char *number, int64_t notice, int64_t report, struct store_use *use);

#endif
