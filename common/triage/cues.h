// cues.h - what the words before a name make of it: "kec Bawang" is a district, "jl Kudus" is a street.
#ifndef KENTONGAN_CUES_H
#define KENTONGAN_CUES_H

#include "text.h"

#include <stdbool.h>
#include <stddef.h>

struct cues;

enum cue {
    CUE_NONE,
    CUE_KABUPATEN, // kab, pemkab, bupati: a regency that is no city
    CUE_KOTA,      // kota, pemkot, walikota
    CUE_REGENCY,   // "kab/kota": either
    CUE_PROVINCE,  // provinsi, pemprov, gubernur
    CUE_DISTRICT,  // kec, camat
    CUE_VILLAGE,   // desa, kel, lurah
    CUE_AT,        // "lokasi di", "tepatnya di": the place of the matter
    CUE_IN,        // di, wilayah, warga, and the words of an address
    CUE_FROM,      // dari, asal: where somebody or something comes from
    CUE_TO,        // ke, arah: a direction
    CUE_OFFICE,    // polres, rsud, samsat: an institution of a regency
    CUE_UNIT,      // puskesmas, polsek: an institution of a district
    CUE_LANDMARK,  // jembatan, stasiun: may lie in the place of its name, or be called after another
    CUE_STREET, // jl: what follows is a street's name, and so is the name after it ("jl raya demak - kudus")
    CUE_ROUTE,  // bus, jurusan: the same of a line
    CUE_NOT     // gang, pak, soto, pt: no region at all
};

// Returns new.
struct cues *cues_new(void);
void cues_destroy(struct cues **cues);

// The cue for a name that starts at raw word i, and how many words before i it begins; words before `from`
// belong to another name and are none.
enum cue cues_before(const struct cues *cues, const struct text *text, size_t from, size_t i, size_t *words);

// Is raw word i itself a cue of a level ("desa", "kab")?
bool cues_is_level(const struct cues *cues, const struct text *text, size_t i);

// Is it a cue of any kind?
bool cues_is_any(const struct cues *cues, const struct text *text, size_t i);

// Does raw word i lead from one name to the second of a pair: "dari Tayu sampai Juwana"?
bool cues_is_until(const struct cues *cues, const struct text *text, size_t i);

// Does raw word i make another name of the one before it: "Tugu Utara", "Grogol Indah"?
bool cues_is_part(const struct cues *cues, const struct text *text, size_t i);
bool cues_is_estate(const struct cues *cues, const struct text *text, size_t i);

// Does the cue name a level?
bool cue_is_level(enum cue cue);

#endif
