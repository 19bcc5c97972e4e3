// sample.h - packed reports of a realistic size, made once, so that a measuring client has only an id to
// patch in.
//
// A text is as many generated ones as it takes to fill about 450 bytes, which is what real reports measure.
#ifndef KENTONGAN_BENCH_SAMPLE_H
#define KENTONGAN_BENCH_SAMPLE_H

#include "check.h"
#include "ingest.pb-c.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SAMPLE_ID_LENGTH = 24, SAMPLE_PACKED_MOST = 4096 };

struct sample {
    uint8_t *packed; // a Report whose source_message_id is SAMPLE_ID_LENGTH bytes long
    size_t length;
    size_t id_at; // where in packed the id stands
};

struct samples {
    struct sample *all;
    size_t count;
    double mean_text, mean_packed; // bytes
};

// Makes count samples of this source.  The same seed makes the same ones.  Returns new.
struct samples *samples_new(size_t count, const char *source, bool with_reporter);
void samples_destroy(struct samples **samples);

#endif
