// ring_words.h - a ladder as a person writes it: "0 webpush,ntfy same; 5m sms same; 20m call".  Pure.
#ifndef KENTONGAN_CLI_RING_WORDS_H
#define KENTONGAN_CLI_RING_WORDS_H

#include "check.h"
#include "str.h"

#include <stddef.h>
#include <stdint.h>

enum { RING_WORDS_STEPS_MOST = 12, RING_WORDS_LEGS_SIZE = 40, RING_WORDS_WHOM_SIZE = 8 };

// A row of ring_steps.
struct ring_words_step {
    int64_t wait_s; // from the notice; of the first step 0, then longer and longer, a week at most
    char legs[RING_WORDS_LEGS_SIZE]; // separated by commas, each once; "" of call
    char whom[RING_WORDS_WHOM_SIZE]; // same, deputy, head, desk, sekda, call
};

// Reads steps, separated by semicolons: a wait (0, 90s, 5m, 2h, 1d), legs (webpush, ntfy, sms, whatsapp,
// email), whom. Returns how many, or -1: wrong says which step and what of it.
MUST_USE int ring_words_read(
    const char *text, struct ring_words_step steps[RING_WORDS_STEPS_MOST], struct str *wrong);

#endif
