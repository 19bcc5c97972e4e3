// pages.h - the files of the officers' app, all read into memory at the start: what is not in the list cannot
// be asked for.
#ifndef KENTONGAN_PORTAL_PAGES_H
#define KENTONGAN_PORTAL_PAGES_H

#include "check.h"

#include <stdbool.h>
#include <stddef.h>

struct pages;

struct page {
    const char *path; // "/js/app.js"
    const char *content_type;
    const void *data, *zipped; // zipped: gzip; NULL where that is not smaller
    size_t length, zipped_length;
    char etag[40]; // W/"..": the same zipped or not
    bool for_ever; // its name has a hash of what is in it
};

// Reads a folder.  NULL after one line in the log: it cannot be read.  Returns new.
struct pages *pages_new(const char *folder);
void pages_destroy(struct pages **pages);

// The page of a path as it stands in the request; "/" is /index.html, and what has no ending also /NAME.html.
// Borrows; NULL: there is none.
const struct page *pages_find(const struct pages *pages, const char *path);

size_t pages_count(const struct pages *pages);

#endif
