// generator.h - made-up reports as citizens of Central Java might write them; the same seed makes the same
// reports.
//
// A share of the reports is about a matter that one of the last few hundred reports was about: half of these
// repeat its words (a forwarded message), the others say the same in other words or in the other language.
#ifndef KENTONGAN_CLI_GENERATOR_H
#define KENTONGAN_CLI_GENERATOR_H

#include "check.h"
#include "ingest.pb-c.h"

#include <stdbool.h>
#include <stdint.h>

struct generator;

struct generator_options {
    uint64_t seed;
    int64_t duplicates;    // percent of the reports, 0 .. 100
    const char *source;    // at most 127 bytes are used
    bool without_reporter; // leaves out who reported (sealing an identity costs ingest time)
};

// Returns new.
struct generator *generator_new(const struct generator_options *options);
void generator_destroy(struct generator **generator);

// Makes the next report; borrowed until the next call.  Its source_message_id is gen-SEED-NUMBER, numbers
// from 1.
const Kentongan__V1__Report *generator_next(struct generator *generator);

#endif
