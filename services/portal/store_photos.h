// store_photos.h - SQL of pictures.
#ifndef KENTONGAN_PORTAL_STORE_PHOTOS_H
#define KENTONGAN_PORTAL_STORE_PHOTOS_H

#include "check.h"
#include "request.h"
#include "str.h"

#include <stdint.h>

enum { STORE_PHOTOS_TYPE_SIZE = 16 };

// Appends the picture to out.  DONE: media_type is "" when there is none that this person sees.
MUST_USE enum outcome store_photos_read(
    struct request *request, int64_t id, char media_type[STORE_PHOTOS_TYPE_SIZE], struct str *out);

#endif
