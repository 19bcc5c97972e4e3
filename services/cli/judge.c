// judge.c - a finished model's answers beside labels that people gave.
#include "judge.h"

#include "complain.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// Which answer each of the model's topics stands for.
struct answers {
    size_t *of_topic;
    float *probabilities;
};

static size_t
find_label(const struct judge_result *judged, const char *label)
{
    size_t i = 0;

    while (i < judged->label_count && strcasecmp(judged->labels[i], label) != 0)
        i++;
    return i;
}

static void
add_label(struct judge_result *judged, const char *label)
{
    judged->labels = check_realloc(judged->labels, (judged->label_count + 1) * sizeof(*judged->labels));
    judged->labels[judged->label_count] = strdup(label);
    CHECK(judged->labels[judged->label_count] != NULL);
    judged->label_count++;
}

// Did people give this label?
static bool
is_given(const struct labelled_head *head, const char *label)
{
    for (size_t i = 0; i < head->label_count; i++)
        if (strcasecmp(head->labels[i], label) == 0)
            return true;
    return false;
}

// What a topic of the model stands for.  One that was itself learned from such labels has no category, or one
// that is not meant.
static const char *
label_of(const struct knowledge *knowledge, const struct labelled *labelled, const char *topic)
{
    bool by_category = labelled->label != NULL && strcmp(labelled->label, "category") == 0;
    const char *category = by_category ? knowledge_category(knowledge, topic) : "";

    return category[0] == '\0' || is_given(&labelled->heads[MODEL_TOPIC], topic) ? topic : category;
}

static void
find_answers(const struct knowledge *knowledge, const struct labelled *labelled, struct judge_result *judged,
    struct answers *answers)
{
    size_t topics = model_topics(knowledge->model);

    answers->of_topic = check_alloc(topics * sizeof(*answers->of_topic));
    for (size_t i = 0; i < topics; i++) {
        const char *label = label_of(knowledge, labelled, model_topic(knowledge->model, i));

        answers->of_topic[i] = find_label(judged, label);
        if (answers->of_topic[i] == judged->label_count)
            add_label(judged, label);
    }
    add_label(judged, "(unknown to the model)");
    answers->probabilities = check_alloc(judged->label_count * sizeof(*answers->probabilities));
}

// Takes out what another model's base thought of the example: this one adds what its own thinks.
static void
drop_base(struct text_features *features)
{
    size_t kept = 0;

    for (size_t i = 0; i < features->count; i++)
        if (features->items[i].block != FEATURE_TOPIC)
            features->items[kept++] = features->items[i];
    features->count = kept;
}

static void
answer(struct knowledge *knowledge, struct text_features *features, const struct judge_result *judged,
    const struct answers *answers)
{
    struct model_answer said;

    memset(answers->probabilities, 0, judged->label_count * sizeof(*answers->probabilities));
    drop_base(features);
    model_answer(knowledge->model, features, &said);
    for (size_t i = 0; i < said.topic_count; i++)
        answers->probabilities[answers->of_topic[i]] += said.topics[i];
}

int
judge_model(const char *command, struct knowledge *knowledge, const struct labelled *labelled,
    struct judge_result *judged)
{
    const struct labelled_head *head = &labelled->heads[MODEL_TOPIC];
    size_t all = learn_size(labelled->learn);
    struct answers answers = {NULL, NULL};

    if (knowledge->model == NULL || model_topics(knowledge->model) == 0 || head->examples == 0) {
        complain(command,
            head->examples == 0 ? "no example has a topic or category" : "the model knows no topics");
        return -1;
    }
    find_answers(knowledge, labelled, judged, &answers);
    judged->result.evaluation = evaluation_new(judged->label_count);
    for (size_t e = 0; e < all; e++) {
        size_t number = learn_label(labelled->learn, e, MODEL_TOPIC);
        size_t label = 0;

        if (number == LEARN_NO_LABEL)
            continue;
        label = find_label(judged, head->labels[number]);
        if (label == judged->label_count)
            label = judged->label_count - 1;
        judged->unknown += label == judged->label_count - 1;
        answer(knowledge, learn_features(labelled->learn, e), judged, &answers);
        evaluation_add(judged->result.evaluation, label, answers.probabilities);
    }
    evaluation_figures(judged->result.evaluation, &judged->result.figures);
    free(answers.of_topic);
    free(answers.probabilities);
    return 0;
}

void
judge_result_free(struct judge_result *judged)
{
    trainer_result_free(&judged->result);
    for (size_t i = 0; i < judged->label_count; i++)
        free(judged->labels[i]);
    free(judged->labels);
}
