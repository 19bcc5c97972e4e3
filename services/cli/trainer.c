// trainer.c - cross-validation of a head, and its figures.
#include "trainer.h"

#include "complain.h"
#include "triage/calibration.h"
#include "triage/crossval.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CONFUSIONS_MOST = 12, OPTIONS_MOST = 16 };

// Processes that may work at the same time on this machine.
static int64_t
processors(void)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);

    return online < 1 ? 1 : (int64_t)online;
}

int
trainer_parse(const char *command, struct trainer_request *request, const struct option *own,
    size_t own_count, int argc, char **argv)
{
    const struct option shared[] = {
        {"in", OPTION_TEXT, &request->input.files[0], 0, 0},
        {"label", OPTION_TEXT, &request->input.label, 0, 0},
        {"data", OPTION_TEXT, &request->files.folder, 0, 0},
        {"folds", OPTION_INTEGER, &request->options.folds, 2, 100},
        {"seed", OPTION_INTEGER, &request->options.seed, 0, INT32_MAX},
        {"jobs", OPTION_INTEGER, &request->options.jobs, 1, 256},
        {"json", OPTION_FLAG, &request->json, 0, 0},
    };
    struct option table[OPTIONS_MOST];
    const char *words[LABELLED_FILES_MOST - 2] = {NULL};
    const struct options options = {.command = command,
        .table = table,
        .count = LENGTH(shared) + own_count,
        .words = words,
        .most_words = LENGTH(words)};

    CHECK(options.count <= OPTIONS_MOST);
    memcpy(table, shared, sizeof(shared));
    memcpy(&table[LENGTH(shared)], own, own_count * sizeof(*own));
    request->options.seed = 1;
    request->options.jobs = processors();
    if (options_parse(&options, argc, argv) < 0)
        return -1;
    labelled_add_files(&request->input, words, LENGTH(words));
    return 0;
}

void
trainer_result_free(struct trainer_result *result)
{
    evaluation_destroy(&result->evaluation);
}

// What a cross-validation gave.
struct held_out {
    size_t count, outputs, folds;
    size_t *labels, *fold_of; // a fold of folds: the example does not belong to this head
    float *scores;
    bool *chosen;
};

static void
make_held_out(struct held_out *held, const struct labelled *labelled, enum model_head head, size_t folds)
{
    held->count = learn_size(labelled->learn);
    held->outputs = labelled->heads[head].label_count;
    held->folds = folds;
    held->labels = check_alloc(held->count * sizeof(*held->labels));
    held->fold_of = check_zalloc(held->count, sizeof(*held->fold_of));
    held->scores = check_zalloc(held->count * held->outputs, sizeof(*held->scores));
    held->chosen = check_alloc(held->count * sizeof(*held->chosen));
    for (size_t e = 0; e < held->count; e++)
        held->labels[e] = learn_label(labelled->learn, e, head);
}

static void
free_held_out(struct held_out *held)
{
    free(held->labels);
    free(held->fold_of);
    free(held->scores);
    free(held->chosen);
}

// The slope of all examples but those of a fold.
static float
slope_without(struct held_out *held, size_t fold)
{
    for (size_t e = 0; e < held->count; e++)
        held->chosen[e] = held->fold_of[e] != fold && held->fold_of[e] < held->folds;
    return calibration_slope(held->scores, held->labels, held->chosen, held->count, held->outputs);
}

// Turns the scores of each fold into probabilities by the other folds' slope, and counts them.
static void
judge(struct held_out *held, struct trainer_result *result)
{
    float *slopes = check_alloc(held->folds * sizeof(*slopes));

    result->slope = slope_without(held, held->folds);
    for (size_t fold = 0; fold < held->folds; fold++)
        slopes[fold] = slope_without(held, fold);
    for (size_t e = 0; e < held->count; e++) {
        if (held->fold_of[e] == held->folds)
            continue;
        calibration_apply(slopes[held->fold_of[e]], &held->scores[e * held->outputs], held->outputs);
        evaluation_add(result->evaluation, held->labels[e], &held->scores[e * held->outputs]);
    }
    free(slopes);
}

int
trainer_crossvalidate(const char *command, const struct trainer_options *options, struct labelled *labelled,
    enum model_head head, struct trainer_result *result)
{
    const struct crossval crossval = {.head = (size_t)head,
        .labels = labelled->heads[head].label_count,
        .folds = (size_t)options->folds,
        .jobs = (size_t)options->jobs,
        .cost = TRAINER_COST,
        .seed = (uint64_t)options->seed};
    struct held_out held = {0};
    int rc = -1;

    if (crossval.labels < 2 || labelled->heads[head].examples < crossval.folds) {
        complain(command, "%zu examples with %zu labels: it takes two labels, and as many examples as folds",
            labelled->heads[head].examples, crossval.labels);
        return -1;
    }
    make_held_out(&held, labelled, head, crossval.folds);
    if (crossval_run(&crossval, labelled->learn, held.fold_of, held.scores) == 0) {
        result->evaluation = evaluation_new(held.outputs);
        judge(&held, result);
        evaluation_figures(result->evaluation, &result->figures);
        rc = 0;
    } else {
        complain(command, "a process of its own could not be started; try --jobs 1");
    }
    free_held_out(&held);
    return rc;
}

struct model *
trainer_learn(const char *command, const char *name, const struct trainer_options *options,
    struct labelled *labelled, const struct trainer_result results[MODEL_HEADS])
{
    struct learn_task task = {.cost = TRAINER_COST, .jobs = (size_t)options->jobs};
    struct model_labels heads[MODEL_HEADS] = {{NULL, 0, 0}};
    struct scorer *scorer = NULL;

    for (size_t i = 0; i < MODEL_HEADS; i++) {
        if (results[i].evaluation == NULL)
            continue;
        task.labels[i] = labelled->heads[i].label_count;
        heads[i] = (struct model_labels){.labels = (const char *const *)labelled->heads[i].labels,
            .count = labelled->heads[i].label_count,
            .slope = results[i].slope};
    }
    scorer = learn_model(labelled->learn, &task);
    if (scorer == NULL) {
        complain(command, "a process of its own could not be started; try --jobs 1");
        return NULL;
    }
    return model_new(name, scorer, heads);
}

struct confusion {
    size_t label, answer, count;
};

static int
compare(const void *left, const void *right)
{
    const struct confusion *a = left;
    const struct confusion *b = right;

    return (a->count < b->count) - (a->count > b->count);
}

// The most frequent errors, the worst first.  Returns how many.
static size_t
find_confusions(const struct trainer_result *result, size_t labels, struct confusion most[CONFUSIONS_MOST])
{
    struct confusion *all = check_alloc((labels * labels + 1) * sizeof(*all));
    size_t count = 0;

    for (size_t label = 0; label < labels; label++)
        for (size_t answer = 0; answer < labels; answer++) {
            size_t times = evaluation_confusion(result->evaluation, label, answer);

            if (label != answer && times > 0)
                all[count++] = (struct confusion){label, answer, times};
        }
    qsort(all, count, sizeof(*all), compare);
    count = count < CONFUSIONS_MOST ? count : CONFUSIONS_MOST;
    for (size_t i = 0; i < count; i++)
        most[i] = all[i];
    free(all);
    return count;
}

void
trainer_print(const struct trainer_result *result, char *const *labels, size_t label_count)
{
    const struct evaluation_figures *figures = &result->figures;
    struct confusion confusions[CONFUSIONS_MOST];
    size_t count = find_confusions(result, label_count, confusions);

    printf("examples     %zu\n", figures->examples);
    printf("labels       %zu\n", figures->labels);
    printf("accuracy     %.4f   the first answer is the label (always the most frequent label: %.4f)\n",
        figures->accuracy, figures->baseline);
    printf("top-3        %.4f   the label is among the first three answers\n", figures->top3);
    printf("macro-F1     %.4f   mean over the labels of 2 x right / (answered + true)\n", figures->macro_f1);
    printf("calibration  %.4f   mean distance between a probability and how often it was right\n",
        figures->calibration);
    printf("\nprobability      answers  mean p  right\n");
    for (size_t i = 0; i < EVALUATION_BINS; i++)
        if (figures->bins[i].count > 0)
            printf("%.1f to %.1f  %11zu  %6.3f  %5.3f\n", (double)i / EVALUATION_BINS,
                (double)(i + 1) / EVALUATION_BINS, figures->bins[i].count, figures->bins[i].said,
                figures->bins[i].correct);
    printf("\nmost frequent confusions\n");
    for (size_t i = 0; i < count; i++)
        printf("%6zu  %s -> %s\n", confusions[i].count, labels[confusions[i].label],
            labels[confusions[i].answer]);
}

json_t *
trainer_json(const struct trainer_result *result, char *const *labels, size_t label_count)
{
    const struct evaluation_figures *figures = &result->figures;
    struct confusion confusions[CONFUSIONS_MOST];
    size_t count = find_confusions(result, label_count, confusions);
    json_t *bins = json_array();
    json_t *wrong = json_array();

    for (size_t i = 0; i < EVALUATION_BINS; i++)
        if (figures->bins[i].count > 0)
            json_array_append_new(bins, json_pack("{s:f, s:I, s:f, s:f}", "from", (double)i / EVALUATION_BINS,
                                            "answers", (json_int_t)figures->bins[i].count, "p",
                                            figures->bins[i].said, "right", figures->bins[i].correct));
    for (size_t i = 0; i < count; i++)
        json_array_append_new(
            wrong, json_pack("{s:s, s:s, s:I}", "label", labels[confusions[i].label], "answer",
                       labels[confusions[i].answer], "examples", (json_int_t)confusions[i].count));
    return json_pack("{s:I, s:I, s:f, s:f, s:f, s:f, s:f, s:o, s:o}", "examples",
        (json_int_t)figures->examples, "labels", (json_int_t)figures->labels, "accuracy", figures->accuracy,
        "top3", figures->top3, "macro_f1", figures->macro_f1, "calibration", figures->calibration, "baseline",
        figures->baseline, "reliability", bins, "confusions", wrong);
}
