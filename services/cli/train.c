// train.c - kentongan train: learns a model, says what it reaches, and writes it if it beats the one in use.
//
// The model in use is the one that --against names; with --install the one installed last; else the file that
// --out would replace.  It may have seen some of the examples before; the new one is judged on examples it
// has not seen: the comparison is hard on the new.
#include "train.h"

#include "complain.h"
#include "config.h"
#include "judge.h"
#include "model_file.h"
#include "store_models.h"
#include "trainer.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EXAMPLES_LEAST = 50 }; // of a kind or urgency head; with fewer the base's is better

struct request {
    struct trainer_request common;
    const char *out, *name, *against, *by;
    bool install;
};

struct training {
    const struct request *request;
    struct knowledge *knowledge; // its model is the base
    struct labelled *labelled;
    struct trainer_result results[MODEL_HEADS]; // without evaluation: not learned
    struct model *model;
    struct db *db; // with --install
};

static const char *const head_names[MODEL_HEADS] = {"topic", "kind", "urgent"};

// How many labels have an example.
static size_t
labels_seen(const struct labelled *labelled, enum model_head head)
{
    bool seen[SCORER_OUTPUTS_MOST] = {false};
    size_t count = 0;

    for (size_t e = 0; e < learn_size(labelled->learn); e++) {
        size_t label = learn_label(labelled->learn, e, head);

        if (label == LEARN_NO_LABEL)
            continue;
        count += !seen[label];
        seen[label] = true;
    }
    return count;
}

// Cross-validates the heads that there are examples for.
static int
validate(struct training *training)
{
    struct labelled *labelled = training->labelled;

    for (size_t i = 0; i < MODEL_HEADS; i++) {
        enum model_head head = (enum model_head)i;

        if (head != MODEL_TOPIC &&
            (labelled->heads[i].examples < EXAMPLES_LEAST || labels_seen(labelled, head) < 2))
            continue;
        if (trainer_crossvalidate(
                "train", &training->request->common.options, labelled, head, &training->results[i]) < 0)
            return -1;
    }
    return 0;
}

static void
print(const struct training *training)
{
    json_t *all = json_object();

    for (size_t i = 0; i < MODEL_HEADS; i++) {
        const struct labelled_head *head = &training->labelled->heads[i];

        if (training->results[i].evaluation == NULL)
            continue;
        if (training->request->common.json) {
            json_object_set_new(
                all, head_names[i], trainer_json(&training->results[i], head->labels, head->label_count));
            continue;
        }
        printf("%s%s, by %d-fold cross-validation\n\n", i == 0 ? "" : "\n", head_names[i],
            (int)training->request->common.options.folds);
        trainer_print(&training->results[i], head->labels, head->label_count);
    }
    if (training->request->common.json) {
        json_dumpf(all, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
        printf("\n");
    }
    json_decref(all);
}

// Is the new model right more often than the one in use, on the same examples?  1, 0, or -1 after a
// complaint.
static int
beats(struct training *training, struct model *rival)
{
    struct model *base = training->knowledge->model;
    struct judge_result judged = {0};
    double reached = training->results[MODEL_TOPIC].figures.accuracy;
    int rc = -1;

    training->knowledge->model = rival;
    if (judge_model("train", training->knowledge, training->labelled, &judged) == 0) {
        rc = reached > judged.result.figures.accuracy;
        fprintf(stderr, "kentongan: train: accuracy %.4f; %s reaches %.4f on the same examples\n", reached,
            model_version(rival), judged.result.figures.accuracy);
    }
    training->knowledge->model = base;
    judge_result_free(&judged);
    return rc;
}

// The model installed last; *rival stays NULL when there is none.  -1 after a complaint.
static int
read_installed(struct training *training, struct model **rival)
{
    struct str bytes = {0};
    const char *problem = NULL;
    int rc = store_models_bytes(training->db, &bytes);

    if (rc == 0 && bytes.length > 0) {
        *rival = model_read(bytes.data, bytes.length, &problem);
        if (*rival == NULL)
            complain("train", "the model in use: %s", problem);
        rc = *rival == NULL ? -1 : 0;
    }
    str_free(&bytes);
    return rc;
}

// The model in use; *rival stays NULL when there is none.  -1 after a complaint.
static int
find_rival(struct training *training, struct model **rival)
{
    const struct request *request = training->request;
    const char *path = request->against;

    if (path == NULL && request->install)
        return read_installed(training, rival);
    if (path == NULL && access(request->out, F_OK) == 0)
        path = request->out;
    if (path == NULL || strcmp(path, "none") == 0)
        return 0;
    *rival = model_file_read("train", path);
    return *rival == NULL ? -1 : 0;
}

static int
install(struct training *training)
{
    const struct labelled_head *head = &training->labelled->heads[MODEL_TOPIC];
    json_t *json = trainer_json(&training->results[MODEL_TOPIC], head->labels, head->label_count);
    char *figures = json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(6));
    struct bytes_writer writer = {0};
    json_t *rows = NULL;
    int code = EXIT_AWAY;

    model_write(training->model, &writer);
    rows = store_models_install(training->db, &(struct store_model){.version = model_version(training->model),
                                                  .by = training->request->by,
                                                  .figures = figures,
                                                  .bytes = writer.bytes,
                                                  .length = writer.length});
    if (rows != NULL) {
        fprintf(stderr, "kentongan: train: installed; the classifier takes it up within seconds\n");
        code = EXIT_OK;
    }
    json_decref(rows);
    json_decref(json);
    free(figures);
    free(writer.bytes);
    return code;
}

static int
conclude(struct training *training)
{
    const struct request *request = training->request;
    struct model *rival = NULL;
    int better = 1;

    if (find_rival(training, &rival) < 0)
        return EXIT_USAGE;
    if (rival != NULL)
        better = beats(training, rival);
    model_destroy(&rival);
    if (better < 0)
        return EXIT_USAGE;
    if (better == 0) {
        complain("train", "the model in use is not beaten; %s stays as it is", request->out);
        return EXIT_FAILED;
    }
    model_set_base(training->model, &training->knowledge->model);
    if (model_file_write("train", request->out, training->model) < 0)
        return EXIT_USAGE;
    fprintf(stderr, "kentongan: train: wrote %s, version %s\n", request->out, model_version(training->model));
    return request->install ? install(training) : EXIT_OK;
}

static int
run(struct request *request)
{
    struct training training = {.request = request};
    int code = EXIT_USAGE;

    if (request->install)
        training.db = config_open_db();
    training.knowledge = knowledge_files_load("train", &request->common.files);
    if (training.knowledge == NULL)
        goto done;
    request->common.input.knowledge = training.knowledge;
    request->common.input.base = training.knowledge->model;
    training.labelled = labelled_read("train", &request->common.input);
    if (training.labelled == NULL)
        goto done;
    if (validate(&training) < 0)
        goto done;
    training.model =
        trainer_learn("train", request->name, &request->common.options, training.labelled, training.results);
    if (training.model == NULL)
        goto done;
    print(&training);
    code = conclude(&training);

done:
    for (size_t i = 0; i < MODEL_HEADS; i++)
        trainer_result_free(&training.results[i]);
    model_destroy(&training.model);
    labelled_destroy(&training.labelled);
    knowledge_destroy(&training.knowledge);
    db_destroy(&training.db);
    return code;
}

int
train_command(int argc, char **argv)
{
    struct request request = {.common.options.folds = 5, .name = "office", .by = "ops"};
    const struct option own[] = {
        {"out", OPTION_TEXT, &request.out, 0, 0},
        {"name", OPTION_TEXT, &request.name, 0, 0},
        {"base", OPTION_TEXT, &request.common.files.model, 0, 0},
        {"against", OPTION_TEXT, &request.against, 0, 0},
        {"install", OPTION_FLAG, &request.install, 0, 0},
        {"by", OPTION_TEXT, &request.by, 0, 0},
    };

    if (trainer_parse("train", &request.common, own, LENGTH(own), argc, argv) < 0)
        return EXIT_USAGE;
    if (request.common.input.files[0] == NULL || request.out == NULL) {
        complain("train", "name the labelled reports with --in and the model's file with --out");
        return EXIT_USAGE;
    }
    if (!model_is_name(request.name)) {
        complain("train", "--name: letters, digits, '-', '_' and '.', at most 39");
        return EXIT_USAGE;
    }
    return run(&request);
}
