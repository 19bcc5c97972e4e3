// model.c - what was learned, as bytes and in use.
//
//     "KTMODEL1", checksum (u64), name, base (u32: its length, 0 for none; its bytes),
//     for each head: how many labels (u32), slope, labels; the scorer
#include "model.h"

#include "calibration.h"
#include "learn.h"
#include "lexicon.h"
#include "str.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum {
    MAGIC_SIZE = 8,
    HEADER_SIZE = MAGIC_SIZE + 8,
    BASES_MOST = 4, // models on models: more is a file made to exhaust the stack
    BASE_STEPS = 8, // a probability becomes 1 to 9 occurrences of its feature
    BASE_MOST = 256 * 1024 * 1024,
};
#define MAGIC "KTMODEL1"
#define BASE_LEAST 0.02F // probabilities below say nothing
#define SLOPE_MOST 1000.0F

_Static_assert((int)MODEL_HEADS == (int)LEARN_HEADS, "what is learned is what a model has");

struct head {
    size_t first, count; // outputs of the scorer; count 0: the base's head counts
    char (*labels)[MODEL_LABEL_SIZE];
    float slope;
};

struct model {
    char name[MODEL_NAME_SIZE];
    char version[MODEL_VERSION_SIZE];
    struct model *base;
    struct scorer *scorer;
    struct head heads[MODEL_HEADS];
    enum triage_kind kinds[KINDS]; // the kind head's labels
    float *probabilities;          // of the last answer, one for each output
};

bool
model_is_name(const char *name)
{
    const char *letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    size_t length = strlen(name);

    return length > 0 && length < MODEL_NAME_SIZE && strspn(name, letters) == length;
}

void
model_destroy(struct model **model)
{
    if (*model == NULL)
        return;
    for (size_t i = 0; i < MODEL_HEADS; i++)
        free((*model)->heads[i].labels);
    scorer_destroy(&(*model)->scorer);
    free((*model)->probabilities);
    model_destroy(&(*model)->base);
    free(*model);
    *model = NULL;
}

// Are the labels of a head those that model.h promises?
static bool
understand_labels(struct model *model, enum model_head number)
{
    const struct head *head = &model->heads[number];

    if (number == MODEL_URGENT)
        return head->count == 0 || (head->count == 2 && strcmp(head->labels[0], "routine") == 0 &&
                                       strcmp(head->labels[1], "urgent") == 0);
    if (number == MODEL_KIND && head->count > KINDS)
        return false;
    for (size_t i = 0; i < head->count; i++)
        if (number == MODEL_KIND ? !kind_from_name(head->labels[i], &model->kinds[i])
                                 : head->labels[i][0] == '\0')
            return false;
    return true;
}

// Gives a head room for its labels, after those of the heads before.
static void
make_head(struct model *model, enum model_head number, size_t count)
{
    struct head *head = &model->heads[number];

    head->first = number == 0 ? 0 : head[-1].first + head[-1].count;
    head->count = count;
    head->labels = check_zalloc(count + 1, sizeof(*head->labels));
}

static size_t
outputs(const struct model *model)
{
    const struct head *last = &model->heads[MODEL_HEADS - 1];

    return last->first + last->count;
}

struct model *
model_new(const char *name, struct scorer *scorer, const struct model_labels heads[MODEL_HEADS])
{
    struct model *model = check_zalloc(1, sizeof(*model));

    str_copy(model->name, sizeof(model->name), name);
    model->scorer = scorer;
    for (size_t i = 0; i < MODEL_HEADS; i++) {
        make_head(model, (enum model_head)i, heads[i].count);
        model->heads[i].slope = heads[i].slope;
        for (size_t k = 0; k < heads[i].count; k++)
            str_copy(model->heads[i].labels[k], MODEL_LABEL_SIZE, heads[i].labels[k]);
        CHECK(understand_labels(model, (enum model_head)i));
    }
    CHECK(outputs(model) == scorer_outputs(scorer));
    model->probabilities = check_zalloc(outputs(model), sizeof(*model->probabilities));
    return model;
}

void
model_set_base(struct model *model, struct model **base)
{
    model_destroy(&model->base);
    model->base = *base;
    *base = NULL;
}

// The model that a head is of: this one, or the nearest base that has it; NULL: none has.
static const struct model *
owner(const struct model *model, enum model_head head)
{
    while (model != NULL && model->heads[head].count == 0)
        model = model->base;
    return model;
}

// Fills the probabilities of the model and its bases, and adds what each base thinks to the features.
static void
think(struct model *model, struct text_features *features)
{
    if (model->base != NULL)
        model_add_base(model->base, features);
    scorer_scores(model->scorer, features, model->probabilities);
    for (size_t i = 0; i < MODEL_HEADS; i++)
        if (model->heads[i].count > 0)
            calibration_apply(
                model->heads[i].slope, &model->probabilities[model->heads[i].first], model->heads[i].count);
}

void
model_add_base(struct model *base, struct text_features *features)
{
    const struct model *topics = owner(base, MODEL_TOPIC);
    const struct head *head = NULL;

    think(base, features);
    if (topics == NULL)
        return;
    head = &topics->heads[MODEL_TOPIC];
    for (size_t i = 0; i < head->count; i++) {
        float p = topics->probabilities[head->first + i];

        if (p > BASE_LEAST)
            text_features_add(features, word_hash(head->labels[i], strlen(head->labels[i])), FEATURE_TOPIC,
                (size_t)(p * BASE_STEPS) + 1);
    }
}

void
model_answer(struct model *model, struct text_features *features, struct model_answer *answer)
{
    const struct model *topics = owner(model, MODEL_TOPIC);
    const struct model *kinds = owner(model, MODEL_KIND);
    const struct model *urgent = owner(model, MODEL_URGENT);

    think(model, features);
    *answer = (struct model_answer){0};
    if (topics != NULL) {
        answer->topics = &topics->probabilities[topics->heads[MODEL_TOPIC].first];
        answer->topic_count = topics->heads[MODEL_TOPIC].count;
    }
    answer->kinds[KIND_COMPLAINT] = kinds == NULL ? 1 : 0;
    for (size_t i = 0; kinds != NULL && i < kinds->heads[MODEL_KIND].count; i++)
        answer->kinds[kinds->kinds[i]] = (double)kinds->probabilities[kinds->heads[MODEL_KIND].first + i];
    if (urgent != NULL)
        answer->urgent = (double)urgent->probabilities[urgent->heads[MODEL_URGENT].first + 1];
}

void
model_words(
    struct model *model, const struct text_features *features, size_t topic, float *words, size_t word_count)
{
    const struct model *topics = owner(model, MODEL_TOPIC);
    const struct head *head = NULL;

    CHECK(topics != NULL && topic < topics->heads[MODEL_TOPIC].count);
    head = &topics->heads[MODEL_TOPIC];
    scorer_words(topics->scorer, features, head->first + topic, words, word_count);
    for (size_t i = 0; i < word_count; i++)
        words[i] *= head->slope;
}

size_t
model_topics(const struct model *model)
{
    const struct model *topics = owner(model, MODEL_TOPIC);

    return topics == NULL ? 0 : topics->heads[MODEL_TOPIC].count;
}

const char *
model_topic(const struct model *model, size_t number)
{
    const struct model *topics = owner(model, MODEL_TOPIC);

    CHECK(topics != NULL && number < topics->heads[MODEL_TOPIC].count);
    return topics->heads[MODEL_TOPIC].labels[number];
}

const char *
model_version(const struct model *model)
{
    return model->version;
}

static void
set_version(struct model *model, uint64_t checksum)
{
    (void)snprintf(
        model->version, sizeof(model->version), "%s-%08x", model->name, (unsigned)(checksum >> 32));
}

void
model_write(struct model *model, struct bytes_writer *writer)
{
    struct bytes_writer base = {0};
    size_t start = writer->length;
    uint64_t checksum = 0;

    bytes_put(writer, MAGIC, MAGIC_SIZE);
    bytes_put_u64(writer, 0);
    bytes_put_text(writer, model->name);
    if (model->base != NULL)
        model_write(model->base, &base);
    bytes_put_u32(writer, (uint32_t)base.length);
    bytes_put(writer, base.bytes, base.length);
    free(base.bytes);
    for (size_t i = 0; i < MODEL_HEADS; i++) {
        bytes_put_u32(writer, (uint32_t)model->heads[i].count);
        bytes_put_float(writer, model->heads[i].slope);
        for (size_t k = 0; k < model->heads[i].count; k++)
            bytes_put_text(writer, model->heads[i].labels[k]);
    }
    scorer_write(model->scorer, writer);
    checksum = XXH3_64bits(&writer->bytes[start + HEADER_SIZE], writer->length - start - HEADER_SIZE);
    for (size_t i = 0; i < sizeof(checksum); i++)
        writer->bytes[start + MAGIC_SIZE + i] = (uint8_t)(checksum >> (8 * i));
    set_version(model, checksum);
}

static void
read_head(struct model *model, enum model_head number, struct bytes_reader *reader)
{
    struct head *head = &model->heads[number];

    make_head(model, number, bytes_get_count(reader, sizeof(uint32_t), SCORER_OUTPUTS_MOST));
    head->slope = bytes_get_float(reader);
    for (size_t i = 0; i < head->count; i++)
        bytes_get_text(reader, head->labels[i], MODEL_LABEL_SIZE);
    if (reader->problem == NULL && head->count > 0 && (!(head->slope > 0) || !(head->slope < SLOPE_MOST)))
        reader->problem = "a slope in it makes no sense";
    if (reader->problem == NULL && !understand_labels(model, number))
        reader->problem = "a label in it makes no sense";
}

static struct model *read_model(struct bytes_reader *reader, int depth);

static void
read_base(struct model *model, struct bytes_reader *reader, int depth)
{
    size_t length = bytes_get_count(reader, 1, BASE_MOST);
    const uint8_t *bytes = bytes_get(reader, length);
    struct bytes_reader base = {.at = bytes};

    if (bytes == NULL || length == 0)
        return;
    if (depth == BASES_MOST) {
        reader->problem = "it stands on too many others";
        return;
    }
    base.end = bytes + length;
    model->base = read_model(&base, depth + 1);
    if (model->base == NULL)
        reader->problem = base.problem;
}

static void
read_parts(struct model *model, struct bytes_reader *reader, int depth)
{
    bytes_get_text(reader, model->name, sizeof(model->name));
    read_base(model, reader, depth);
    for (size_t i = 0; i < MODEL_HEADS && reader->problem == NULL; i++)
        read_head(model, (enum model_head)i, reader);
    if (reader->problem == NULL)
        model->scorer = scorer_read(reader);
    if (reader->problem != NULL)
        return;
    if (scorer_outputs(model->scorer) != outputs(model))
        reader->problem = "its labels and its scores are not as many";
    else if (!model_is_name(model->name))
        reader->problem = "its name makes no sense";
    else if (reader->at != reader->end)
        reader->problem = "it goes on after its end";
}

static struct model *
read_model(struct bytes_reader *reader, int depth)
{
    struct model *model = NULL;
    const uint8_t *magic = bytes_get(reader, MAGIC_SIZE);
    uint64_t checksum = bytes_get_u64(reader);

    if (magic == NULL || memcmp(magic, MAGIC, MAGIC_SIZE) != 0)
        reader->problem = "it is not a model";
    else if (reader->problem == NULL &&
             XXH3_64bits(reader->at, (size_t)(reader->end - reader->at)) != checksum)
        reader->problem = "its checksum is wrong: it is cut or changed";
    if (reader->problem != NULL)
        return NULL;
    model = check_zalloc(1, sizeof(*model));
    read_parts(model, reader, depth);
    if (reader->problem != NULL) {
        model_destroy(&model);
        return NULL;
    }
    model->probabilities = check_zalloc(outputs(model), sizeof(*model->probabilities));
    set_version(model, checksum);
    return model;
}

struct model *
model_read(const void *bytes, size_t length, const char **problem)
{
    struct bytes_reader reader = {.at = bytes, .end = (const uint8_t *)bytes + length};
    struct model *model = read_model(&reader, 1);

    *problem = reader.problem;
    return model;
}
