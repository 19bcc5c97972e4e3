// scorer.c - a linear model with a sparse row of 8-bit weights a feature.
//
// A row has its own scale, which goes into the feature's value: small weights of rare features stay apart.
// Weights that are small beside the greatest of their row are left out: they change no decision (measured),
// and without them a row fits in one or two cache lines.
#include "scorer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    FEATURES_MOST = 4 * 1024 * 1024,
    AHEAD = 8, // features and rows are fetched so long before they are needed
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
    uint32_t row; // where its entries begin; they end where those of the next feature begin
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
    struct known *known; // and one more, for the end of the last row
    uint16_t *entry_outputs;
    int8_t *entry_weights;
    size_t entry_count, entry_room;
    float *biases;
    struct slot *slots; // a hash table of known
    size_t slot_mask;

    struct found *found;
    uint32_t *occurrences; // of each feature of the text: its place in found, plus 1; 0: not known
    size_t occurrence_count, found_count, found_room;
};

void
scorer_destroy(struct scorer **scorer)
{
    if (*scorer == NULL)
        return;
    free((*scorer)->known);
    free((*scorer)->entry_outputs);
    free((*scorer)->entry_weights);
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
    scorer->biases = check_zalloc(outputs, sizeof(*scorer->biases));
    scorer->slots = check_alloc(slots * sizeof(*scorer->slots));
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
add_entry(struct scorer *scorer, size_t output, int weight)
{
    if (scorer->entry_count == scorer->entry_room) {
        scorer->entry_room = scorer->entry_room == 0 ? 4096 : scorer->entry_room * 2;
        scorer->entry_outputs =
            check_realloc(scorer->entry_outputs, scorer->entry_room * sizeof(*scorer->entry_outputs));
        scorer->entry_weights =
            check_realloc(scorer->entry_weights, scorer->entry_room * sizeof(*scorer->entry_weights));
    }
    scorer->entry_outputs[scorer->entry_count] = (uint16_t)output;
    scorer->entry_weights[scorer->entry_count++] = (int8_t)weight;
}

static void
add_row(struct scorer *scorer, size_t feature, const float *weights)
{
    float most = 0;

    for (size_t o = 0; o < scorer->outputs; o++)
        most = fmaxf(most, fabsf(weights[o]));
    scorer->known[feature].scale = most / WEIGHT_MOST;
    for (size_t o = 0; o < scorer->outputs && most > 0; o++) {
        int weight = (int)lrintf(weights[o] / most * WEIGHT_MOST);

        if (abs(weight) >= WEIGHT_LEAST)
            add_entry(scorer, o, weight);
    }
    scorer->known[feature + 1].row = (uint32_t)scorer->entry_count;
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
        add_row(scorer, f, &weights[f * outputs]);
        index_feature(scorer, (uint32_t)f);
    }
    return scorer;
}

// Fills found with the features that are known, each once.
static void
gather(struct scorer *scorer, const struct text_features *features)
{
    if (scorer->found_room < features->count) {
        scorer->found_room = features->count * 2;
        scorer->found = check_realloc(scorer->found, scorer->found_room * sizeof(*scorer->found));
        scorer->occurrences =
            check_realloc(scorer->occurrences, scorer->found_room * sizeof(*scorer->occurrences));
    }
    scorer->found_count = 0;
    scorer->occurrence_count = features->count;
    for (size_t i = 0; i < features->count; i++) {
        uint32_t feature = 0;

        if (i + AHEAD < features->count)
            __builtin_prefetch(&scorer->slots[features->items[i + AHEAD].hash & scorer->slot_mask]);
        feature = find(scorer, features->items[i].hash);
        scorer->occurrences[i] = 0;
        if (feature == EMPTY)
            continue;
        if (scorer->known[feature].place != 0) {
            scorer->occurrences[i] = scorer->known[feature].place;
            struct found *found = &scorer->found[scorer->known[feature].place - 1];

            found->times = (uint16_t)(found->times + (found->times < UINT16_MAX));
            continue;
        }
        scorer->found[scorer->found_count++] = (struct found){.feature = feature, .times = 1};
        scorer->known[feature].place = (uint32_t)scorer->found_count;
        scorer->occurrences[i] = (uint32_t)scorer->found_count;
    }
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
    memcpy(scores, scorer->biases, scorer->outputs * sizeof(*scores));
    for (size_t i = 0; i < scorer->found_count; i++) {
        const struct known *known = &scorer->known[scorer->found[i].feature];
        float value = scorer->found[i].value;

        if (i + AHEAD < scorer->found_count) {
            uint32_t next = scorer->known[scorer->found[i + AHEAD].feature].row;

            __builtin_prefetch(&scorer->entry_outputs[next]);
            __builtin_prefetch(&scorer->entry_weights[next]);
        }
        for (uint32_t e = known->row; e < known[1].row; e++)
            scores[scorer->entry_outputs[e]] += value * (float)scorer->entry_weights[e];
    }
    for (size_t i = 0; i < scorer->found_count; i++)
        scorer->known[scorer->found[i].feature].place = 0;
}

// The weight of a feature for an output; 0: it was left out.
static float
weight_for(const struct scorer *scorer, uint32_t feature, size_t output)
{
    for (uint32_t e = scorer->known[feature].row; e < scorer->known[feature + 1].row; e++)
        if (scorer->entry_outputs[e] == output)
            return (float)scorer->entry_weights[e];
    return 0;
}

void
scorer_words(struct scorer *scorer, const struct text_features *features, size_t output, float *words,
    size_t word_count)
{
    memset(words, 0, word_count * sizeof(*words));
    // Each value becomes what one occurrence added to the score; the next scorer_scores makes it anew.
    for (size_t i = 0; i < scorer->found_count; i++) {
        struct found *found = &scorer->found[i];

        found->value *= weight_for(scorer, found->feature, output) / (float)found->times;
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
    uint8_t bits[SCORER_OUTPUTS_MOST / 8] = {0};
    const struct known *known = &scorer->known[feature];

    for (uint32_t e = known[0].row; e < known[1].row; e++)
        bits[scorer->entry_outputs[e] / 8] |= (uint8_t)(1U << scorer->entry_outputs[e] % 8);
    bytes_put(writer, bits, (scorer->outputs + 7) / 8);
    bytes_put(writer, &scorer->entry_weights[known[0].row], known[1].row - known[0].row);
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
    const uint8_t *bits = bytes_get(reader, (scorer->outputs + 7) / 8);
    const uint8_t *weights = NULL;
    size_t count = 0;

    for (size_t o = 0; bits != NULL && o < scorer->outputs; o++)
        count += bits[o / 8] >> o % 8 & 1;
    weights = bytes_get(reader, count);
    for (size_t o = 0; weights != NULL && o < scorer->outputs; o++)
        if ((bits[o / 8] >> o % 8 & 1) != 0)
            add_entry(scorer, o, (int8_t)*weights++);
    scorer->known[feature + 1].row = (uint32_t)scorer->entry_count;
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
