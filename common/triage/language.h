// language.h - which language a report is written in, by its small words.
#ifndef KENTONGAN_LANGUAGE_H
#define KENTONGAN_LANGUAGE_H

#include "text.h"

enum triage_language {
    LANGUAGE_OTHER = 0, // neither, or too little to tell
    LANGUAGE_INDONESIAN = 1,
    LANGUAGE_JAVANESE = 2, // ngoko, krama or Banyumasan
    LANGUAGE_MIXED = 3,    // a quarter or more of each
};

struct languages;

// Returns new.
struct languages *languages_new(void);
void languages_destroy(struct languages **languages);

enum triage_language languages_find(const struct languages *languages, const struct text *text);

// other, indonesian, javanese, mixed.
const char *language_name(enum triage_language language);

#endif
