// evaluate.c - kentongan evaluate: figures of a finished model, or by cross-validation of one that would be
// learned from the same reports.
#include "evaluate.h"

#include "complain.h"
#include "judge.h"
#include "trainer.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct request {
    struct trainer_request common;
    const char *model, *base;
};

static int
print(const struct request *request, const struct trainer_result *result, char *const *labels, size_t count)
{
    json_t *json = NULL;

    if (!request->common.json) {
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

    if (trainer_crossvalidate("evaluate", &request->common.options, labelled, MODEL_TOPIC, &result) < 0)
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

    request->common.files.model = request->model != NULL ? request->model : request->base;
    knowledge = knowledge_files_load("evaluate", &request->common.files);
    if (knowledge == NULL)
        goto done;
    request->common.input.knowledge = knowledge;
    request->common.input.base = request->model == NULL ? knowledge->model : NULL;
    labelled = labelled_read("evaluate", &request->common.input);
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
    struct request request = {.model = NULL};
    const struct option own[] = {
        {"model", OPTION_TEXT, &request.model, 0, 0}, {"base", OPTION_TEXT, &request.base, 0, 0}};

    if (trainer_parse("evaluate", &request.common, own, LENGTH(own), argc, argv) < 0)
        return EXIT_USAGE;
    if (request.common.input.files[0] == NULL)
        request.common.input.files[0] = "-";
    if (request.model != NULL && (request.base != NULL || request.common.options.folds != 0)) {
        complain(
            "evaluate", "--model measures a finished model, --folds and --base one that is learned; choose");
        return EXIT_USAGE;
    }
    if (request.common.options.folds == 0)
        request.common.options.folds = 5;
    return run(&request);
}
