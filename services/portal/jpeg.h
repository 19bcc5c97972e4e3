// jpeg.h - takes out of a JPEG what the camera wrote into it: where, when, with which phone, small previews.
// Pure.
//
// What is left is what is needed to see the picture (ITU-T T.81): frame, tables, scans, the plain JFIF header
// and Adobe's marker of colours.  EXIF, XMP, ICC, comments, thumbnails and whatever follows the end go.  A
// phone that turned the picture by EXIF alone has to turn it itself before (the app draws it anew).
#ifndef KENTONGAN_PORTAL_JPEG_H
#define KENTONGAN_PORTAL_JPEG_H

#include "check.h"
#include "str.h"

#include <stddef.h>
#include <stdint.h>

enum { JPEG_SIDE_MOST = 16384 }; // pixels

// Appends the stripped picture to out.  0, or -1: it is no whole JPEG picture with a frame of 1 ..
// JPEG_SIDE_MOST pixels a side and a scan; out is as it was then.
MUST_USE int jpeg_strip(const uint8_t *data, size_t length, struct str *out);

#endif
