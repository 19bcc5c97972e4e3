// book.h - the rules as data: what the reference tables of PostgreSQL hold at one version of the rules.
//
// Both sides read it and nothing else: the decision code through book_rules(), the model by itself.  A book
// does not change once it was opened; an edit is a new book.
#ifndef KENTONGAN_SIM_BOOK_H
#define KENTONGAN_SIM_BOOK_H

#include "deadline/policy.h"
#include "deadline/rules.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    BOOK_AGENCIES = 8,
    BOOK_DESK = 0, // the triage desk among them
    BOOK_TOPICS = 6,
    BOOK_BLOCKS_MOST = 160,
    BOOK_POLICIES_MOST = 96,
    BOOK_FIRST_DAY = 20089, // 2025-01-01; holidays are known from then on
    BOOK_DAYS = 1826,       // .. to the end of 2029
};

struct book_block {
    int agency, weekday, opens, closes; // weekday 1 = Monday; minutes of the day
    bool on_holidays;
};

struct book_quiet {
    bool is_set;
    int begins, ends; // minutes of the day
};

struct book {
    int64_t version;
    const struct policy *policies; // Borrowed: policies are only ever added
    size_t policy_count;
    bool holidays[BOOK_DAYS];
    struct book_block blocks[BOOK_BLOCKS_MOST];
    size_t block_count;
    struct book_quiet quiet[ROLES];
    const char *levels[BOOK_AGENCIES];
    const char *sektors[BOOK_TOPICS];
    struct rules *rules; // made when first asked for
    struct days *days;   // the same, by the model
};

extern const char *const book_agencies[BOOK_AGENCIES];
extern const char *const book_topics[BOOK_TOPICS];

// A copy with the next version, to be edited before anybody asks it.  Returns new.
struct book *book_next(const struct book *book);
void book_destroy(struct book **book);

// The rules as the decision code takes them.  Borrowed from the book.
const struct rules *book_rules(struct book *book);

// The same made anew.  Returns new.
struct rules *book_make_rules(const struct book *book);

// Number of the agency of this name, -1 for none.
int book_agency(const char *name);

// "" for one that is unknown.
const char *book_level(const struct book *book, const char *agency);
const char *book_sektor(const struct book *book, const char *topic);

#endif
