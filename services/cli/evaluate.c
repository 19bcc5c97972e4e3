// evaluate.c - kentongan evaluate: figures of a finished model, or by cross-validation of one that would be
// learned from the same reports.
#include "evaluate.h"

#include "complain.h"
#include "judge.h"
#include "knowledge_files.h"
#include "options.h"
#include "trainer.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct request {
    struct trainer_options options;
    struct labelled_options input;
    struct knowledge_files files;
    const char *model, *base;
    bool json;
};

static int
print(const struct request *request, const struct trainer_result *result, char *const *labels, size_t count)
{
    json_t *json = NULL;

    if (!request->json) {
        trainer_print(result, labels, count);
        return EXIT_OK;
    }
    json = trainer_json(result, labels, count);
    json_dumpf(json, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
    printf("\n");
    json_decref(json);
    return EXIT_OK;
}

static int
evaluate_model(const struct request *request, struct knowledge *knowledge, const struct labelled *labelled)
{
    struct judge_result judged = {0};

    if (judge_model("evaluate", knowledge, labelled, &judged) < 0)
        return EXIT_USAGE;
    if (judged.unknown > 0)
        complain("evaluate", "%zu examples have a label that the model does not know; they count as wrong",
            judged.unknown);
    (void)print(request, &judged.result, judged.labels, judged.label_count);
    judge_result_free(&judged);
    return EXIT_OK;
}

static int
cross_validate(const struct request *request, struct labelled *labelled)
{
    const struct labelled_head *head = &labelled->heads[MODEL_TOPIC];
    struct trainer_result result = {0};

    if (trainer_crossvalidate("evaluate", &request->options, labelled, MODEL_TOPIC, &result) < 0)
        return EXIT_USAGE;
    (void)print(request, &result, head->labels, head->label_count);
    trainer_result_free(&result);
    return EXIT_OK;
}

static int
run(struct request *request)
{
    struct knowledge *knowledge = NULL;
    struct labelled *labelled = NULL;
    int code = EXIT_USAGE;

    request->files.model = request->model != NULL ? request->model : request->base;
    knowledge = knowledge_files_load("evaluate", &request->files);
    if (knowledge == NULL)
        goto done;
    request->input.knowledge = knowledge;
    request->input.base = request->model == NULL ? knowledge->model : NULL;
    labelled = labelled_read("evaluate", &request->input);
    if (labelled == NULL)
        goto done;
    code = request->model != NULL ? evaluate_model(request, knowledge, labelled)
                                  : cross_validate(request, labelled);

done:
    labelled_destroy(&labelled);
    knowledge_destroy(&knowledge);
    return code;
}

int
evaluate_command(int argc, char **argv)
{
    struct request request = {.options = {.folds = 0, .jobs = trainer_jobs(), .seed = 1}};
    const struct option table[] = {
        {"in", OPTION_TEXT, &request.input.files[0], 0, 0},
        {"label", OPTION_TEXT, &request.input.label, 0, 0},
        {"model", OPTION_TEXT, &request.model, 0, 0},
        {"base", OPTION_TEXT, &request.base, 0, 0},
        {"data", OPTION_TEXT, &request.files.folder, 0, 0},
        {"folds", OPTION_INTEGER, &request.options.folds, 2, 100},
        {"seed", OPTION_INTEGER, &request.options.seed, 0, INT32_MAX},
        {"jobs", OPTION_INTEGER, &request.options.jobs, 1, 256},
        {"json", OPTION_FLAG, &request.json, 0, 0},
    };
    const char *words[LABELLED_FILES_MOST - 2] = {NULL};
    const struct options options = {.command = "evaluate",
        .table = table,
        .count = LENGTH(table),
        .words = words,
        .most_words = LENGTH(words)};

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    labelled_add_files(&request.input, words, LENGTH(words));
    if (request.input.files[0] == NULL)
        request.input.files[0] = "-";
    if (request.model != NULL && (request.base != NULL || request.options.folds != 0)) {
        complain(
            "evaluate", "--model measures a finished model, --folds and --base one that is learned; choose");
        return EXIT_USAGE;
    }
    if (request.options.folds == 0)
        request.options.folds = 5;
    return run(&request);
}
