// answer.h - what a route says back: status, headers, body; or a stream that stays open.
#ifndef KENTONGAN_PORTAL_ANSWER_H
#define KENTONGAN_PORTAL_ANSWER_H

#include "check.h"
#include "outcome.h"
#include "str.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

enum { ANSWER_HEADERS_MOST = 8 };

struct stream;

struct answer {
    int status; // HTTP status; 0 until something was said
    const char *content_type;
    struct str body;
    size_t header_count;
    struct {
        const char *name; // lives for ever
        char *value;      // owned
    } headers[ANSWER_HEADERS_MOST];
    struct stream *stream; // stream.h; NULL: the answer is body
};

// All zero is a valid empty one.
void answer_free(struct answer *answer);

// name lives for ever; value is copied, and has to be without line breaks.
void answer_header(struct answer *answer, const char *name, const char *value);

// Takes json.
void answer_json(struct answer *answer, int status, json_t *json);

// {"error":{"code":"unknown_ticket","field":"code","message":"..."}}: code is stable, for programs; field
// names the part of the request at fault, "" where it is the whole; message is one English sentence.
void answer_error(
    struct answer *answer, int status, const char *code, const char *field, const char *message);

// For a transaction that was not DONE.  RETRY: 503, come again after a second; REJECT: 400 refused, the
// database does not take it.
void answer_ending(struct answer *answer, enum outcome ending);

// 429: come again after so long.
void answer_too_many(struct answer *answer, int64_t wait_ms);

#endif
