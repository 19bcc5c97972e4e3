// reply.c - answers and pages as libmicrohttpd sends them.
#include "reply.h"

#include "stream.h"

#include <string.h>
#include <strings.h>

enum { STREAM_BLOCK = 512 };

// Nothing from other hosts, nothing inside others' pages, nothing told to others.
static const struct {
    const char *name, *value;
} always[] = {
    {"Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; manifest-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri "
        "'none'; "
        "form-action 'self'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Permissions-Policy", "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cross-Origin-Embedder-Policy", "require-corp"},
};

static void
add(struct MHD_Response *response, const char *name, const char *value)
{
    CHECK(MHD_add_response_header(response, name, value) == MHD_YES);
}

static enum MHD_Result
queue(struct MHD_Connection *connection, int status, struct MHD_Response *response)
{
    enum MHD_Result rc = MHD_NO;

    for (size_t i = 0; i < LENGTH(always); i++)
        add(response, always[i].name, always[i].value);
    rc = MHD_queue_response(connection, (unsigned)status, response);
    MHD_destroy_response(response);
    return rc;
}

static ssize_t
read_stream(void *self, uint64_t position, char *buffer, size_t room)
{
    long length = stream_read(self, buffer, room);

    (void)position;
    return length < 0 ? MHD_CONTENT_READER_END_OF_STREAM : (ssize_t)length;
}

static void
rest(void *self)
{
    MHD_suspend_connection(self);
}

static void
wake(void *self)
{
    MHD_resume_connection(self);
}

static struct MHD_Response *
response_of(struct MHD_Connection *connection, struct answer *answer)
{
    struct MHD_Response *response = NULL;

    if (answer->stream != NULL) {
        stream_connect(answer->stream, rest, wake, connection);
        response = MHD_create_response_from_callback(
            MHD_SIZE_UNKNOWN, STREAM_BLOCK, read_stream, answer->stream, NULL);
    } else if (answer->body.length > 0) {
        response =
            MHD_create_response_from_buffer(answer->body.length, answer->body.data, MHD_RESPMEM_MUST_FREE);
        answer->body = (struct str){0};
    } else {
        response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    }
    CHECK(response != NULL);
    return response;
}

enum MHD_Result
reply_answer(struct MHD_Connection *connection, struct answer *answer)
{
    struct MHD_Response *response = response_of(connection, answer);
    bool caches = false;

    if (answer->content_type != NULL)
        add(response, "Content-Type", answer->content_type);
    for (size_t i = 0; i < answer->header_count; i++) {
        add(response, answer->headers[i].name, answer->headers[i].value);
        caches = caches || strcasecmp(answer->headers[i].name, "Cache-Control") == 0;
    }
    if (!caches)
        add(response, "Cache-Control", "no-store");
    if (answer->stream != NULL)
        add(response, "X-Accel-Buffering", "no");
    return queue(connection, answer->status, response);
}

// Is this word in a list separated by commas, without a weight of 0?
static bool
accepts_gzip(const char *list)
{
    const char *word = list != NULL ? strstr(list, "gzip") : NULL;

    return word != NULL && strncmp(word + 4, ";q=0", 4) != 0;
}

enum MHD_Result
reply_page(struct MHD_Connection *connection, const struct page *page)
{
    const char *known = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "If-None-Match");
    bool same = known != NULL && strstr(known, page->etag) != NULL;
    bool zipped = page->zipped != NULL &&
                  accepts_gzip(MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Accept-Encoding"));
    const void *data = zipped ? page->zipped : page->data;
    size_t length = zipped ? page->zipped_length : page->length;
    // The library's type is not const; it only reads what is persistent.
    union {
        const void *borrowed;
        void *plain;
    } bytes = {.borrowed = data};
    struct MHD_Response *response =
        MHD_create_response_from_buffer(same ? 0 : length, bytes.plain, MHD_RESPMEM_PERSISTENT);

    CHECK(response != NULL);
    add(response, "ETag", page->etag);
    add(response, "Cache-Control", page->for_ever ? "public, max-age=31536000, immutable" : "no-cache");
    add(response, "Vary", "Accept-Encoding");
    if (!same) {
        add(response, "Content-Type", page->content_type);
        if (zipped)
            add(response, "Content-Encoding", "gzip");
    }
    return queue(connection, same ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK, response);
}
