// payload.h - what a person is told: the JSON of a push, with as many notices as fit into one, and the same
// in plain words.  README.md describes the JSON for integrators.
//
// Pure.
#ifndef KENTONGAN_PAYLOAD_H
#define KENTONGAN_PAYLOAD_H

#include "names.h"
#include "notice.h"
#include "str.h"

#include <stdbool.h>
#include <stddef.h>

struct payload;

// most: bytes that the JSON never goes beyond, whatever the names are: WEBPUSH_PLAIN_MOST; SIZE_MAX for who
// only wants the words.  Returns new, empty.
struct payload *payload_new(size_t most);
void payload_destroy(struct payload **payload);
void payload_clear(struct payload *payload);

// Adds a notice, or returns false and leaves the payload as it was because no more fits.  An empty payload
// takes any notice.  token: see notice_token().
bool payload_add(
    struct payload *payload, const struct notice *notice, const struct names *names, const char *token);

// The finished JSON of one notice or more.  Borrows until the next call with payload.
const struct str *payload_json(struct payload *payload);

// The same in plain words, Indonesian: title is one line, body one or two sentences.  Both borrow until the
// next call with payload.
void payload_words(struct payload *payload, const char **title, const char **body);

// The JSON that tells a phone without a sound that somebody else has accepted what it rang for.  by: who, as
// acts.actor has it.  Borrows until the next call with payload.
const struct str *payload_hushed(struct payload *payload, const struct notice *notice, const char *by);

#endif
