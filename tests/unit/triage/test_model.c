// test_model.c - text_features.h, scorer.h, learn.h, crossval.h and model.h: learns a small matter, keeps it
// as bytes, and refuses bytes that are damaged.
#include "calibration.h"
#include "cmocka_all.h"
#include "crossval.h"
#include "evaluation.h"
#include "learn.h"
#include "model.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const topics[] = {"street_light", "road_damage", "water"};
static const char *const lamps[] = {"lampu", "pju", "penerangan", "gelap", "padam"};
static const char *const roads[] = {"jalan", "lubang", "aspal", "retak", "ambles"};
static const char *const waters[] = {"air", "pdam", "keran", "keruh", "pipa"};
static const char *const places[] = {
    "pasar", "sekolah", "masjid", "balai", "jembatan", "lapangan", "terminal"};

struct sample {
    struct text text;
    struct text_features features;
};

static void
read_text(struct sample *sample, const char *text)
{
    text_clear(&sample->text);
    text_add(&sample->text, NULL, text, strlen(text));
    text_features_find(&sample->features, &sample->text);
}

static void
free_sample(struct sample *sample)
{
    text_free(&sample->text);
    text_features_free(&sample->features);
}

// 105 short texts on three topics, each with two of its words.
static struct learn *
examples(struct sample *sample)
{
    const char *const *words[] = {lamps, roads, waters};
    struct learn *learn = learn_new();
    char text[80];

    for (size_t i = 0; i < 105; i++) {
        size_t topic = i % 3;

        (void)snprintf(text, sizeof(text), "%s %s di depan %s", words[topic][i / 3 % 5],
            words[topic][(i / 3 + 1 + i / 15) % 5], places[i % 7]);
        read_text(sample, text);
        learn_add(
            learn, &sample->features, (size_t[LEARN_HEADS]){topic, LEARN_NO_LABEL, i % 21 == 0 ? 1 : 0});
    }
    return learn;
}

static void
finds_each_feature_where_it_stands(void **state)
{
    struct sample sample = {0};
    size_t counts[TEXT_FEATURE_BLOCKS] = {0};

    (void)state;
    read_text(&sample, "air mati, air");
    for (size_t i = 0; i < sample.features.count; i++) {
        counts[sample.features.items[i].block]++;
        assert_int_not_equal(sample.features.items[i].hash, 0);
    }
    assert_int_equal(counts[FEATURE_WORD], 3);
    assert_int_equal(counts[FEATURE_PAIR], 1); // not across the comma
    assert_int_equal(counts[FEATURE_STEM], 3);
    // " air ": 3 of 3 bytes, 2 of 4, 1 of 5; " mati ": 4, 3, 2.
    assert_int_equal(counts[FEATURE_LETTERS], 6 + 9 + 6);
    text_features_add(&sample.features, 7, FEATURE_TOPIC, 2);
    assert_int_equal(sample.features.items[sample.features.count - 1].word, TEXT_FEATURE_NO_WORD);
    free_sample(&sample);
}

// One feature of each block, weights as they were given.
static void
scores_as_the_formula_says(void **state)
{
    struct sample sample = {0};
    struct scorer *scorer = NULL;
    struct scorer_feature known = {0};
    const float weights[] = {1.0F, -0.5F};
    const float biases[] = {0.25F, 0};
    float scores[2];
    float words[3];

    (void)state;
    read_text(&sample, "air air mati");
    known =
        (struct scorer_feature){.hash = sample.features.items[0].hash, .block = FEATURE_WORD, .idf = 2.0F};
    scorer = scorer_new(&known, 1, weights, biases, 2);
    scorer_scores(scorer, &sample.features, scores);
    // The only feature of its block: its value is the block's weight, 0.8, however often it stands there.
    assert_true(scores[0] > 1.04F && scores[0] < 1.06F);
    assert_true(scores[1] > -0.41F && scores[1] < -0.39F);
    scorer_words(scorer, &sample.features, 0, words, 3);
    assert_true(words[0] > 0.39F && words[0] < 0.41F && words[1] > 0.39F && words[2] == 0);
    read_text(&sample, "");
    scorer_scores(scorer, &sample.features, scores);
    assert_true(scores[0] == 0.25F && scores[1] == 0);
    scorer_destroy(&scorer);
    free_sample(&sample);
}

static void
learns_what_can_be_learned(void **state)
{
    struct sample sample = {0};
    struct learn *learn = examples(&sample);
    struct crossval crossval = {.folds = 5, .labels = 3, .jobs = 2, .cost = 1.5, .seed = 1};
    size_t fold_of[105];
    size_t again[105];
    float scores[105 * 3];
    float others[105 * 3];
    size_t sizes[5] = {0};
    size_t right = 0;

    (void)state;
    assert_int_equal(crossval_run(&crossval, learn, fold_of, scores), 0);
    for (size_t e = 0; e < 105; e++) {
        const float *mine = &scores[e * 3];
        size_t best = mine[1] > mine[0] ? 1 : 0;

        best = mine[2] > mine[best] ? 2 : best;
        right += best == learn_label(learn, e, 0);
        sizes[fold_of[e]]++;
    }
    assert_true(right >= 100);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(sizes[i], 21);
    // The number of processes changes nothing.
    crossval.jobs = 1;
    assert_int_equal(crossval_run(&crossval, learn, again, others), 0);
    assert_memory_equal(fold_of, again, sizeof(fold_of));
    assert_memory_equal(scores, others, sizeof(scores));
    learn_destroy(&learn);
    free_sample(&sample);
}

// A label without examples is never answered.
static void
does_not_answer_what_it_never_saw(void **state)
{
    struct sample sample = {0};
    struct learn *learn = examples(&sample);
    const struct learn_task task = {.labels = {4, 0, 2}, .cost = 1.5, .jobs = 1};
    struct scorer *scorer = learn_model(learn, &task);
    float scores[6];

    (void)state;
    assert_non_null(scorer);
    read_text(&sample, "kata lain");
    scorer_scores(scorer, &sample.features, scores);
    for (size_t i = 0; i < 3; i++)
        assert_true(scores[3] < scores[i] - 5);
    scorer_destroy(&scorer);
    learn_destroy(&learn);
    free_sample(&sample);
}

static struct model *
small_model(const char *name)
{
    struct sample sample = {0};
    struct learn *learn = examples(&sample);
    const struct learn_task task = {.labels = {3, 0, 0}, .cost = 1.5, .jobs = 1};
    const struct model_labels heads[MODEL_HEADS] = {{topics, 3, 4}};
    struct scorer *scorer = learn_model(learn, &task);
    struct model *model = NULL;

    assert_non_null(scorer);
    model = model_new(name, scorer, heads);
    learn_destroy(&learn);
    free_sample(&sample);
    return model;
}

static void
keeps_a_model_as_bytes(void **state)
{
    struct model *model = small_model("desa");
    struct model *copy = NULL;
    struct bytes_writer writer = {0};
    struct sample sample = {0};
    struct model_answer one;
    struct model_answer other;
    const char *problem = NULL;

    (void)state;
    assert_string_equal(model_version(model), "");
    model_write(model, &writer);
    copy = model_read(writer.bytes, writer.length, &problem);
    assert_non_null(copy);
    assert_string_equal(model_version(copy), model_version(model));
    assert_memory_equal(model_version(copy), "desa-", 5);
    read_text(&sample, "lampu pju padam");
    model_answer(model, &sample.features, &one);
    model_answer(copy, &sample.features, &other);
    assert_int_equal(other.topic_count, 3);
    assert_memory_equal(one.topics, other.topics, 3 * sizeof(float));
    assert_true(one.topics[0] > 0.8F);
    assert_string_equal(model_topic(copy, 0), "street_light");
    assert_true(one.kinds[KIND_COMPLAINT] == 1 && one.urgent == 0); // it knows neither
    model_destroy(&model);
    model_destroy(&copy);
    free(writer.bytes);
    free_sample(&sample);
}

// Any cut and any changed byte is noticed.
static void
refuses_damaged_bytes(void **state)
{
    struct model *model = small_model("desa");
    struct model *copy = NULL;
    struct bytes_writer writer = {0};
    const char *problem = NULL;

    (void)state;
    model_write(model, &writer);
    model_destroy(&model);
    for (size_t length = 0; length < writer.length; length += 1 + length / 7) {
        copy = model_read(writer.bytes, length, &problem);
        assert_null(copy);
        assert_non_null(problem);
    }
    for (size_t at = 0; at < writer.length; at += 1 + at / 7) {
        writer.bytes[at] ^= 1;
        copy = model_read(writer.bytes, writer.length, &problem);
        assert_null(copy);
        writer.bytes[at] ^= 1;
    }
    copy = model_read(writer.bytes, writer.length, &problem);
    assert_non_null(copy);
    model_destroy(&copy);
    free(writer.bytes);
}

// A model without topics of its own answers with its base's; one with both asks the base first.
static void
stands_on_a_base(void **state)
{
    struct model *base = small_model("dasar");
    struct sample sample = {0};
    struct learn *learn = examples(&sample);
    const struct learn_task task = {.labels = {0, 0, 2}, .cost = 1.5, .jobs = 1};
    const char *const urgency[] = {"routine", "urgent"};
    const struct model_labels heads[MODEL_HEADS] = {{NULL, 0, 0}, {NULL, 0, 0}, {urgency, 2, 2}};
    struct model *model = model_new("kantor", learn_model(learn, &task), heads);
    struct model_answer answer;
    size_t before = 0;

    (void)state;
    learn_destroy(&learn);
    model_set_base(model, &base);
    assert_null(base);
    assert_int_equal(model_topics(model), 3);
    read_text(&sample, "air pdam keruh");
    model_answer(model, &sample.features, &answer);
    assert_true(answer.topics[2] > 0.8F);
    assert_true(answer.urgent > 0 && answer.urgent < 1);
    // Its base's opinion is among the features now.
    before = sample.features.count;
    assert_int_equal(sample.features.items[before - 1].block, FEATURE_TOPIC);
    model_destroy(&model);
    free_sample(&sample);
}

static void
knows_names(void **state)
{
    (void)state;
    assert_true(model_is_name("jateng-2027.1"));
    assert_false(model_is_name(""));
    assert_false(model_is_name("a b"));
    assert_false(model_is_name("../seed"));
    assert_false(model_is_name("0123456789012345678901234567890123456789"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_each_feature_where_it_stands),
        cmocka_unit_test(scores_as_the_formula_says),
        cmocka_unit_test(learns_what_can_be_learned),
        cmocka_unit_test(does_not_answer_what_it_never_saw),
        cmocka_unit_test(keeps_a_model_as_bytes),
        cmocka_unit_test(refuses_damaged_bytes),
        cmocka_unit_test(stands_on_a_base),
        cmocka_unit_test(knows_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
