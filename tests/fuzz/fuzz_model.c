// fuzz_model.c - any bytes at all as a model: refused with a reason, or a model that answers.
//
// An input is taken as a model as it is, and as edits of a good one that stands on another: two bytes say
// where and a third what stands there then.  Of both a second try is made with the checksums put right, as
// otherwise nothing behind them would ever be reached.
#include "fuzz.h"

#include "check.h"
#include "triage/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { MAGIC_SIZE = 8, HEADER_SIZE = 16, DEPTH_MOST = 6 };

static const char words[] = "Jalan rusak parah di depan pasar, tolong diperbaiki. Jalan licin.";

static void
check_share(double share)
{
    CHECK(isfinite(share) && share >= 0 && share <= 1.0001);
}

static void
check_answer(struct model *model)
{
    struct text_features features = {0};
    struct model_answer answer;
    struct text text = {0};

    text_add(&text, NULL, words, strlen(words));
    text_features_find(&features, &text);
    model_answer(model, &features, &answer);
    CHECK(answer.topic_count == model_topics(model));
    for (size_t i = 0; i < answer.topic_count; i++) {
        check_share((double)answer.topics[i]);
        CHECK(model_topic(model, i)[0] != '\0');
    }
    for (size_t i = 0; i < KINDS; i++)
        check_share(answer.kinds[i]);
    check_share(answer.urgent);
    if (answer.topic_count > 0) {
        float *shares = check_zalloc(text.raw_count + 1, sizeof(*shares));

        model_words(model, &features, answer.topic_count - 1, shares, text.raw_count);
        free(shares);
    }
    text_features_free(&features);
    text_free(&text);
}

static void
try_model(const uint8_t *bytes, size_t length)
{
    const char *problem = NULL;
    struct model *model = model_read(bytes, length, &problem);
    struct bytes_writer writer = {0};

    CHECK((model == NULL) == (problem != NULL));
    if (model == NULL)
        return;
    check_answer(model);
    // Written again, it can be read again.
    model_write(model, &writer);
    model_destroy(&model);
    model = model_read(writer.bytes, writer.length, &problem);
    CHECK(model != NULL);
    model_destroy(&model);
    free(writer.bytes);
}

static uint32_t
number_at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

// Puts the checksums of a model, and of those it stands on, right.
static void
mend(uint8_t *bytes, size_t length, int depth)
{
    size_t at = HEADER_SIZE;

    if (length < HEADER_SIZE + 8 || depth == DEPTH_MOST)
        return;
    if (number_at(bytes + at) <= length - at - 8) {
        at += 4 + number_at(bytes + at);
        if (number_at(bytes + at) <= length - at - 4)
            mend(bytes + at + 4, number_at(bytes + at), depth + 1);
    }
    uint64_t checksum = XXH3_64bits(bytes + HEADER_SIZE, length - HEADER_SIZE);
    for (size_t i = 0; i < sizeof(checksum); i++)
        bytes[MAGIC_SIZE + i] = (uint8_t)(checksum >> (8 * i));
}

// A scorer that knows some features of a text.
static struct scorer *
make_scorer(size_t outputs)
{
    enum { FEATURES = 12, STEP = 3 };
    struct scorer_feature known[FEATURES];
    float weights[FEATURES * SCORER_OUTPUTS_MOST];
    float biases[SCORER_OUTPUTS_MOST] = {0.25F, -0.5F};
    struct text_features features = {0};
    struct text text = {0};

    text_add(&text, NULL, words, strlen(words));
    text_features_find(&features, &text);
    CHECK(features.count >= (size_t)FEATURES * STEP && outputs <= SCORER_OUTPUTS_MOST);
    for (size_t i = 0; i < FEATURES; i++) {
        const struct text_feature *feature = &features.items[i * STEP];

        known[i] = (struct scorer_feature){.hash = feature->hash, .block = feature->block, .idf = 1.5F};
        for (size_t o = 0; o < outputs; o++)
            weights[i * outputs + o] = (float)((i * 7 + o * 5) % 9) - 4;
    }
    text_features_free(&features);
    text_free(&text);
    return scorer_new(known, FEATURES, weights, biases, outputs);
}

// A model with all heads that stands on one with topics alone.
static void
make_good(struct bytes_writer *writer)
{
    static const char *const topics[] = {"bridge", "street_light", "road"};
    static const char *const kinds[] = {"complaint", "not_report"};
    static const char *const urgent[] = {"routine", "urgent"};
    const struct model_labels heads[MODEL_HEADS] = {
        {topics, LENGTH(topics), 2}, {kinds, LENGTH(kinds), 1}, {urgent, LENGTH(urgent), 0.5F}};
    const struct model_labels base_heads[MODEL_HEADS] = {{topics, LENGTH(topics), 3}};
    struct model *base = model_new("seed", make_scorer(LENGTH(topics)), base_heads);
    struct model *model =
        model_new("office", make_scorer(LENGTH(topics) + LENGTH(kinds) + LENGTH(urgent)), heads);

    model_set_base(model, &base);
    model_write(model, writer);
    model_destroy(&model);
}

static void
try_both(uint8_t *bytes, size_t length)
{
    try_model(bytes, length);
    mend(bytes, length, 0);
    try_model(bytes, length);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bytes_writer good;
    uint8_t *bytes = NULL;

    if (good.length == 0) {
        const char *problem = NULL;
        struct model *model = NULL;

        make_good(&good);
        model = model_read(good.bytes, good.length, &problem);
        CHECK(model != NULL);
        model_destroy(&model);
    }
    bytes = check_alloc(size + good.length);
    memcpy(bytes, data, size);
    try_both(bytes, size);
    memcpy(bytes, good.bytes, good.length);
    for (size_t i = 0; i + 3 <= size; i += 3)
        bytes[((size_t)data[i] << 8 | data[i + 1]) % good.length] = data[i + 2];
    try_both(bytes, good.length);
    free(bytes);
    return 0;
}
