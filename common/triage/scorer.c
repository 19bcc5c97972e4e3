// scorer.c - a linear model with a row of 8-bit weights a feature.
//
// A row has its own scale, which goes into the feature's value: small weights of rare features stay apart.
// Weights that are small beside the greatest of their row are left out: they change no decision (measured),
// and most of a model's bytes are zeros that its file does not hold.
#include "scorer.h"

#include "add_rows.h"
#include "large_pages.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    FEATURES_MOST = 4 * 1024 * 1024,
    AHEAD = 8, // features are fetched so long before they are needed
    WEIGHT_MOST = 127,
    WEIGHT_LEAST = 14, // smaller ones are left out
};
#define EMPTY UINT32_MAX
#define VALUE_MOST 1e6F // of an idf or a scale: keeps sums finite

// A word is worth more than a pair, which often only says again what its words say.
static const float block_weights[TEXT_FEATURE_BLOCKS] = {[FEATURE_WORD] = 0.8F,
    [FEATURE_PAIR] = 0.5F,
    [FEATURE_STEM] = 1.0F,
    [FEATURE_LETTERS] = 1.0F,
    [FEATURE_TOPIC] = 0.5F};

struct slot {
    uint32_t hash, feature;
};

struct known {
    uint32_t place; // in found, plus 1, while its text is in hand; 0: it is not there
    uint32_t hash;
    uint16_t block;
    float idf, scale;
};

// One feature of the text in hand.
struct found {
    uint32_t feature;
    uint16_t block;
    uint16_t times;
    float value;
};

struct scorer {
    size_t outputs, count;
    struct known *known;
    size_t length;   // of a row: outputs, rounded up
    int8_t *weights; // count rows
    float *biases;
    struct slot *slots; // a hash table of known
    size_t slot_mask;

    struct found *found;
    struct add_rows_item *items; // the same for add_rows
    float *sums;
    uint32_t *occurrences; // of each feature of the text: its place in found, plus 1; 0: not known
    size_t occurrence_count, found_count, found_room;
};

void
scorer_destroy(struct scorer **scorer)
{
    if (*scorer == NULL)
        return;
    free((*scorer)->known);
    free((*scorer)->weights);
    free((*scorer)->items);
    free((*scorer)->sums);
    free((*scorer)->biases);
    free((*scorer)->slots);
    free((*scorer)->found);
    free((*scorer)->occurrences);
    free(*scorer);
    *scorer = NULL;
}

size_t
scorer_outputs(const struct scorer *scorer)
{
    return scorer->outputs;
}

size_t
scorer_features(const struct scorer *scorer)
{
    return scorer->count;
}

static struct scorer *
new_empty(size_t outputs, size_t count)
{
    struct scorer *scorer = check_zalloc(1, sizeof(*scorer));
    size_t slots = 16;

    while (slots < count * 2)
        slots *= 2;
    scorer->outputs = outputs;
    scorer->count = count;
    scorer->known = check_zalloc(count + 1, sizeof(*scorer->known));
    scorer->length = (outputs + ADD_ROWS_STRIDE - 1) / ADD_ROWS_STRIDE * ADD_ROWS_STRIDE;
    scorer->weights = aligned_alloc(ADD_ROWS_STRIDE, (count + 1) * scorer->length);
    CHECK(scorer->weights != NULL);
    large_pages_wish(scorer->weights, (count + 1) * scorer->length);
    memset(scorer->weights, 0, (count + 1) * scorer->length);
    scorer->biases = check_zalloc(scorer->length, sizeof(*scorer->biases));
    scorer->sums = check_zalloc(scorer->length, sizeof(*scorer->sums));
    scorer->slots = check_alloc(slots * sizeof(*scorer->slots));
    large_pages_wish(scorer->slots, slots * sizeof(*scorer->slots));
    large_pages_wish(scorer->known, (count + 1) * sizeof(*scorer->known));
    scorer->slot_mask = slots - 1;
    for (size_t i = 0; i < slots; i++)
        scorer->slots[i] = (struct slot){0, EMPTY};
    return scorer;
}

static uint32_t
find(const struct scorer *scorer, uint32_t hash)
{
    for (size_t i = hash & scorer->slot_mask;; i = (i + 1) & scorer->slot_mask)
        if (scorer->slots[i].feature == EMPTY || scorer->slots[i].hash == hash)
            return scorer->slots[i].feature;
}

// Of two features with one hash the first counts.
static void
index_feature(struct scorer *scorer, uint32_t feature)
{
    uint32_t hash = scorer->known[feature].hash;
    size_t i = hash & scorer->slot_mask;

    while (scorer->slots[i].feature != EMPTY && scorer->slots[i].hash != hash)
        i = (i + 1) & scorer->slot_mask;
    if (scorer->slots[i].feature == EMPTY)
        scorer->slots[i] = (struct slot){hash, feature};
}

static void
set_row(struct scorer *scorer, size_t feature, const float *weights)
{
    int8_t *row = &scorer->weights[feature * scorer->length];
    float most = 0;

    for (size_t o = 0; o < scorer->outputs; o++)
        most = fmaxf(most, fabsf(weights[o]));
    scorer->known[feature].scale = most / WEIGHT_MOST;
    for (size_t o = 0; o < scorer->outputs && most > 0; o++) {
        int weight = (int)lrintf(weights[o] / most * WEIGHT_MOST);

        row[o] = (int8_t)(abs(weight) >= WEIGHT_LEAST ? weight : 0);
    }
}

struct scorer *
scorer_new(const struct scorer_feature *features, size_t feature_count, const float *weights,
    const float *biases, size_t outputs)
{
    struct scorer *scorer = new_empty(outputs, feature_count);

    CHECK(outputs > 0 && outputs <= SCORER_OUTPUTS_MOST && feature_count <= FEATURES_MOST);
    memcpy(scorer->biases, biases, outputs * sizeof(*biases));
    for (size_t f = 0; f < feature_count; f++) {
        CHECK(features[f].block < TEXT_FEATURE_BLOCKS);
        scorer->known[f].hash = features[f].hash;
        scorer->known[f].block = features[f].block;
        scorer->known[f].idf = features[f].idf;
        set_row(scorer, f, &weights[f * outputs]);
        index_feature(scorer, (uint32_t)f);
    }
    return scorer;
}

// Counts one more occurrence of a feature of the text.  Its place in found, plus 1.
static uint32_t
take(struct scorer *scorer, uint32_t feature)
{
    struct known *known = &scorer->known[feature];

    if (known->place != 0) {
        struct found *found = &scorer->found[known->place - 1];

        found->times = (uint16_t)(found->times + (found->times < UINT16_MAX));
        return known->place;
    }
    scorer->found[scorer->found_count++] = (struct found){.feature = feature, .times = 1};
    known->place = (uint32_t)scorer->found_count;
    return known->place;
}

// Fills found with the features that are known, each once.
static void
gather(struct scorer *scorer, const struct text_features *features)
{
    if (scorer->found_room < features->count) {
        scorer->found_room = features->count * 2;
        scorer->found = check_realloc(scorer->found, scorer->found_room * sizeof(*scorer->found));
        scorer->items = check_realloc(scorer->items, scorer->found_room * sizeof(*scorer->items));
        scorer->occurrences =
            check_realloc(scorer->occurrences, scorer->found_room * sizeof(*scorer->occurrences));
    }
    scorer->found_count = 0;
    scorer->occurrence_count = features->count;
    // In two rounds, so that what the second one touches is on its way.
    for (size_t i = 0; i < features->count; i++) {
        if (i + AHEAD < features->count)
            __builtin_prefetch(&scorer->slots[features->items[i + AHEAD].hash & scorer->slot_mask]);
        scorer->occurrences[i] = find(scorer, features->items[i].hash);
        if (scorer->occurrences[i] != EMPTY)
            __builtin_prefetch(&scorer->known[scorer->occurrences[i]]);
    }
    for (size_t i = 0; i < features->count; i++)
        scorer->occurrences[i] = scorer->occurrences[i] == EMPTY ? 0 : take(scorer, scorer->occurrences[i]);
}

float
scorer_value(float idf, uint16_t times)
{
    return times == 1 ? idf : idf * (1.0F + logf((float)times));
}

float
scorer_block_factor(enum text_feature_block block, float squares)
{
    return squares > 0 ? block_weights[block] / sqrtf(squares) : 0;
}

// Turns counts into values: blocks of length block_weights.
static void
weigh(struct scorer *scorer)
{
    float squares[TEXT_FEATURE_BLOCKS] = {0};
    float factors[TEXT_FEATURE_BLOCKS] = {0};

    for (size_t i = 0; i < scorer->found_count; i++) {
        struct found *found = &scorer->found[i];
        const struct known *known = &scorer->known[found->feature];

        found->block = known->block;
        found->value = scorer_value(known->idf, found->times);
        squares[found->block] += found->value * found->value;
    }
    for (size_t b = 0; b < TEXT_FEATURE_BLOCKS; b++)
        factors[b] = scorer_block_factor((enum text_feature_block)b, squares[b]);
    for (size_t i = 0; i < scorer->found_count; i++) {
        struct found *found = &scorer->found[i];

        found->value *= factors[found->block] * scorer->known[found->feature].scale;
    }
}

void
scorer_scores(struct scorer *scorer, const struct text_features *features, float *scores)
{
    gather(scorer, features);
    weigh(scorer);
    memcpy(scorer->sums, scorer->biases, scorer->length * sizeof(*scorer->sums));
    for (size_t i = 0; i < scorer->found_count; i++) {
        scorer->items[i] =
            (struct add_rows_item){.row = scorer->found[i].feature, .value = scorer->found[i].value};
        scorer->known[scorer->found[i].feature].place = 0;
    }
    add_rows(scorer->sums, scorer->weights, scorer->length, scorer->items, scorer->found_count);
    memcpy(scores, scorer->sums, scorer->outputs * sizeof(*scores));
}

void
scorer_words(struct scorer *scorer, const struct text_features *features, size_t output, float *words,
    size_t word_count)
{
    memset(words, 0, word_count * sizeof(*words));
    // Each value becomes what one occurrence added to the score; the next scorer_scores makes it anew.
    for (size_t i = 0; i < scorer->found_count; i++) {
        struct found *found = &scorer->found[i];

        found->value *=
            (float)scorer->weights[found->feature * scorer->length + output] / (float)found->times;
    }
    CHECK(features->count >= scorer->occurrence_count);
    for (size_t i = 0; i < scorer->occurrence_count; i++) {
        const struct text_feature *feature = &features->items[i];

        if (scorer->occurrences[i] != 0 && feature->block != FEATURE_STEM && feature->word < word_count)
            words[feature->word] += scorer->found[scorer->occurrences[i] - 1].value;
    }
}

// Which outputs a row has, as bits, then its weights.
static void
write_row(const struct scorer *scorer, size_t feature, struct bytes_writer *writer)
{
    const int8_t *row = &scorer->weights[feature * scorer->length];
    uint8_t bits[SCORER_OUTPUTS_MOST / 8] = {0};
    int8_t weights[SCORER_OUTPUTS_MOST];
    size_t count = 0;

    for (size_t o = 0; o < scorer->outputs; o++) {
        if (row[o] == 0)
            continue;
        bits[o / 8] |= (uint8_t)(1U << o % 8);
        weights[count++] = row[o];
    }
    bytes_put(writer, bits, (scorer->outputs + 7) / 8);
    bytes_put(writer, weights, count);
}

void
scorer_write(const struct scorer *scorer, struct bytes_writer *writer)
{
    bytes_put_u32(writer, (uint32_t)scorer->outputs);
    bytes_put_u32(writer, (uint32_t)scorer->count);
    for (size_t o = 0; o < scorer->outputs; o++)
        bytes_put_float(writer, scorer->biases[o]);
    for (size_t f = 0; f < scorer->count; f++) {
        uint8_t block = (uint8_t)scorer->known[f].block;

        bytes_put(writer, &block, 1);
        bytes_put_u32(writer, scorer->known[f].hash);
        bytes_put_float(writer, scorer->known[f].idf);
        bytes_put_float(writer, scorer->known[f].scale);
        write_row(scorer, f, writer);
    }
}

static void
read_row(struct scorer *scorer, size_t feature, struct bytes_reader *reader)
{
    int8_t *row = &scorer->weights[feature * scorer->length];
    const uint8_t *bits = bytes_get(reader, (scorer->outputs + 7) / 8);
    const uint8_t *weights = NULL;
    size_t count = 0;

    if (bits == NULL)
        return;
    for (size_t o = 0; o < scorer->outputs; o++)
        count += bits[o / 8] >> o % 8 & 1;
    weights = bytes_get(reader, count);
    if (weights == NULL)
        return;
    for (size_t o = 0; o < scorer->outputs; o++)
        if ((bits[o / 8] >> o % 8 & 1) != 0)
            row[o] = (int8_t)*weights++;
}

static void
read_feature(struct scorer *scorer, size_t feature, struct bytes_reader *reader)
{
    struct known *known = &scorer->known[feature];
    const uint8_t *block = bytes_get(reader, 1);

    known->hash = bytes_get_u32(reader);
    known->idf = bytes_get_float(reader);
    known->scale = bytes_get_float(reader);
    read_row(scorer, feature, reader);
    if (reader->problem != NULL)
        return;
    if (*block >= TEXT_FEATURE_BLOCKS || !(known->idf > 0) || !(known->idf < VALUE_MOST) ||
        !(known->scale >= 0) || !(known->scale < VALUE_MOST)) {
        reader->problem = "a feature in it makes no sense";
        return;
    }
    known->block = *block;
    index_feature(scorer, (uint32_t)feature);
}

struct scorer *
scorer_read(struct bytes_reader *reader)
{
    size_t outputs = bytes_get_count(reader, sizeof(float), SCORER_OUTPUTS_MOST);
    size_t least = 1 + 3 * sizeof(uint32_t) + (outputs + 7) / 8; // bytes of a feature
    size_t count = bytes_get_count(reader, least, FEATURES_MOST);
    struct scorer *scorer = NULL;

    if (reader->problem == NULL && outputs == 0)
        reader->problem = "it has no outputs";
    if (reader->problem != NULL)
        return NULL;
    scorer = new_empty(outputs, count);
    for (size_t o = 0; o < outputs; o++)
        scorer->biases[o] = bytes_get_float(reader);
    for (size_t f = 0; f < count && reader->problem == NULL; f++)
        read_feature(scorer, f, reader);
    if (reader->problem != NULL)
        scorer_destroy(&scorer);
    return scorer;
}
