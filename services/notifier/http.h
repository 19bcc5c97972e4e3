// http.h - many requests at once behind one descriptor, HTTP and SMTP; never blocks.
//
// HTTP/2 over TLS where the other side speaks it; connections are kept.  No redirect is followed and no proxy
// used.  A request whose URL came from outside never speaks anything but https, and reaches no address that
// endpoint_address_allowed() refuses, whatever its name resolves to.
#ifndef KENTONGAN_HTTP_H
#define KENTONGAN_HTTP_H

#include "check.h"
#include "str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http;

enum { HTTP_ANSWER_MOST = 16384 }; // bytes of an answer's body that are kept

enum http_kind {
    HTTP_POST,
    HTTP_GET,
    HTTP_MAIL,    // smtp:// with STARTTLS, which only a server on this machine may lack; or smtps://
    HTTP_MADE_UP, // nothing is sent: the answer is in made_up
};

struct http_answer {
    int status; // of HTTP; of SMTP the last reply's code, 2xx only when the mail was taken; 0: none came
    int64_t retry_after_s; // ANSWER_NO_DELAY: the answer named none
    const char *reason;    // why none came, "" otherwise; never holds the URL.  Borrowed during the call
    const char
        *body; // what came, "" for a request from outside; of SMTP the last reply.  Borrowed during the call
};

// All zero is a valid empty one.  Its memory is used again and again: see http_send().
struct http_request {
    enum http_kind kind;
    bool outside; // its URL came from outside
    struct str url;
    struct str headers;          // by http_request_header()
    struct str body;             // HTTP_POST; HTTP_MAIL: the whole message, with CR LF
    struct str from, to;         // HTTP_MAIL: its envelope, addresses alone
    const char *user, *password; // HTTP_MAIL: to log in with, "" for no login; borrowed until the answer
    struct http_answer made_up;  // HTTP_MADE_UP: strings borrowed for ever
};

// Empties it and keeps its memory; frees its memory.
void http_request_clear(struct http_request *request);
void http_request_free(struct http_request *request);

// Adds a header.  The value must have no control characters: whoever composes it has made sure.
void http_request_header(struct http_request *request, const char *name, const char *value);

// Called once for each request that http_send() took.  It may send again.
typedef void http_done(void *self, void *tag, const struct http_answer *answer);

// most: requests in flight.  allow_loopback: requests from outside may go to this machine, and speak plain
// HTTP.  Returns new; borrows self.
struct http *http_new(size_t most, bool allow_loopback, http_done *done, void *self);

// Ends what is in flight without an answer; drop, which may be NULL, is called with the tag of each.
void http_destroy(struct http **http, void (*drop)(void *tag));

// Starts a request.  Takes what is in it, and leaves an empty one whose memory can be used for the next.  0,
// or -1 when as many as can be are in flight: then request is as it was.
MUST_USE int http_send(struct http *http, struct http_request *request, void *tag);

size_t http_in_flight(const struct http *http);

// For service_watch_fd(); self is the struct http.
int http_fd(void *self);
short http_events(void *self);

// Does what can be done without waiting, and calls done() for what has ended.
void http_pump(void *self);

#endif
