// photos.c - pictures that officers added to an act.
#include "photos.h"

#include "store_photos.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The id in the path, or -1.
static int64_t
read_id(const char *text)
{
    char *rest = NULL;
    long long id = 0;

    if (text[0] < '1' || text[0] > '9')
        return -1;
    errno = 0;
    id = strtoll(text, &rest, 10);
    return errno == 0 && *rest == '\0' ? id : -1;
}

void
photos_show(struct request *request, struct answer *answer)
{
    int64_t id = read_id(request->params[0]);
    const char *known = request_header(request, "If-None-Match");
    char media_type[STORE_PHOTOS_TYPE_SIZE] = "";
    char tag[32];
    enum outcome outcome = DONE;

    if (id > 0)
        outcome = store_photos_read(request, id, media_type, &answer->body);
    if (outcome != DONE) {
        answer_ending(answer, outcome);
        return;
    }
    // Only JPEG is ever stored; another type would be a mistake of somebody who writes rows by hand.
    if (strcmp(media_type, "image/jpeg") != 0) {
        answer_error(answer, 404, "unknown_photo", "id", "There is no such photo for you.");
        return;
    }
    answer->status = 200;
    answer->content_type = "image/jpeg";
    answer_header(answer, "Content-Disposition", "inline; filename=\"foto.jpg\"");
    // A picture never changes; but who may see it is asked each time, also where another person used the
    // browser.
    snprintf(tag, sizeof(tag), "\"%lld\"", (long long)id);
    answer_header(answer, "Cache-Control", "private, no-cache");
    answer_header(answer, "ETag", tag);
    if (known != NULL && strcmp(known, tag) == 0) {
        answer->status = 304;
        str_clear(&answer->body);
    }
}
