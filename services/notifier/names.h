// names.h - topics and regions as people read them, by their codes.
#ifndef KENTONGAN_NAMES_H
#define KENTONGAN_NAMES_H

#include <stddef.h>

struct names;

// Nothing is known yet.  Returns new.
struct names *names_new(void);
void names_destroy(struct names **names);

// Adding, in any order; then names_ready() once before the first question.  Copies.
void names_add_topic(struct names *names, const char *code, const char *name);

// kind: regions.kind (kecamatan, desa, kelurahan ..); parent: code of the region around it.
struct region {
    const char *code, *kind, *name, *parent;
};
void names_add_region(struct names *names, const struct region *region);
void names_ready(struct names *names);

// The topic's name; the code itself where it is unknown; "Belum terklasifikasi" for ''.  Borrows.
const char *names_topic(const struct names *names, const char *code);

// "Kel. Tandang, Kec. Tembalang, Kota Semarang": the region and those around it below the province; the code
// itself where it is unknown, "Lokasi belum diketahui" for ''.  Borrows.
const char *names_place(const struct names *names, const char *code);

#endif
