// route.c - which request goes to which route.
#include "route.h"

#include <stdlib.h>
#include <string.h>

enum { SEGMENT_MOST = 128, ENCODED_MOST = 3 * SEGMENT_MOST };

// Copies what stands for a * into the request, decoded.  0, or -1: it is no segment.
static int
take_segment(struct request *request, const char *from, size_t length)
{
    char *copy = NULL;

    if (length == 0 || length > ENCODED_MOST || request->param_count == REQUEST_PARAMS_MOST)
        return -1;
    copy = strndup(from, length);
    CHECK(copy != NULL);
    long decoded = request_decode(copy, length, false);
    if (decoded < 1 || decoded > SEGMENT_MOST) {
        free(copy);
        return -1;
    }
    request->params[request->param_count++] = copy;
    return 0;
}

static void
drop_params(struct request *request)
{
    for (size_t i = 0; i < request->param_count; i++)
        free(request->params[i]);
    request->param_count = 0;
}

// Does the path fit the pattern?  Fills in the request's params.
static bool
fits(const char *pattern, struct request *request)
{
    const char *path = request->path;

    while (*pattern != '\0') {
        size_t length = 0;

        if (*pattern != '*') {
            if (*pattern++ != *path++)
                return false;
            continue;
        }
        length = strcspn(path, "/");
        if (take_segment(request, path, length) < 0)
            return false;
        path += length;
        pattern++;
    }
    return *path == '\0';
}

const struct route *
route_find(const struct route *table, size_t count, struct request *request, bool *known)
{
    *known = false;
    for (size_t i = 0; i < count; i++) {
        drop_params(request);
        if (!fits(table[i].pattern, request))
            continue;
        if (table[i].method == request->method)
            return &table[i];
        *known = true;
    }
    drop_params(request);
    return NULL;
}
