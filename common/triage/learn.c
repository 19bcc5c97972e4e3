// learn.c - from labelled texts to a linear model.
//
// liblinear keeps its state in rand(), so that threads would spoil each other: each label's problem is solved
// in one of several processes, which write the weights into memory that they share.
#include "learn.h"

#include "hashmap.h"

#include <errno.h>
#include <linear.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TEXTS_LEAST = 2 }; // a feature of one text only says nothing about another
#define TOLERANCE 0.01    // liblinear's eps: a tenth of its default changes no decision any more
#define IDF_POWER 1.5     // measured on reports: rare words say more than plain tf-idf grants them
#define SCORE_NONE (-10.0F)

// One feature of one example.
struct counted {
    uint32_t hash;
    uint16_t block;
    uint16_t times;
};

struct example {
    size_t first, count; // in counted
    size_t labels[LEARN_HEADS];
};

struct learn {
    struct counted *counted;
    size_t counted_count, counted_room;
    struct example *examples;
    size_t count, room;
    struct text_features features; // of learn_features, and scratch
};

// What liblinear solves, for all labels alike.
struct task {
    struct scorer_feature *features;
    size_t feature_count;
    struct hashmap *numbers; // hash -> place in features
    struct feature_node *nodes, **rows;
    const struct example **examples; // of the rows
    size_t row_count;
    const struct learn_task *asked;
    size_t outputs;
    float *weights; // shared between processes: feature_count rows of outputs, then the biases
    size_t weights_size;
};

struct learn *
learn_new(void)
{
    return check_zalloc(1, sizeof(struct learn));
}

void
learn_destroy(struct learn **learn)
{
    if (*learn == NULL)
        return;
    free((*learn)->counted);
    free((*learn)->examples);
    text_features_free(&(*learn)->features);
    free(*learn);
    *learn = NULL;
}

size_t
learn_size(const struct learn *learn)
{
    return learn->count;
}

size_t
learn_label(const struct learn *learn, size_t example, size_t head)
{
    return learn->examples[example].labels[head];
}

static int
compare_features(const void *left, const void *right)
{
    const struct text_feature *a = left;
    const struct text_feature *b = right;

    return (a->hash > b->hash) - (a->hash < b->hash);
}

static void
reserve(struct learn *learn, size_t more)
{
    if (learn->counted_count + more > learn->counted_room) {
        learn->counted_room = (learn->counted_count + more) * 2;
        learn->counted = check_realloc(learn->counted, learn->counted_room * sizeof(*learn->counted));
    }
    if (learn->count == learn->room) {
        learn->room = learn->room == 0 ? 1024 : learn->room * 2;
        learn->examples = check_realloc(learn->examples, learn->room * sizeof(*learn->examples));
    }
}

static void
copy_features(struct text_features *to, const struct text_features *from)
{
    if (to->room < from->count) {
        to->room = from->count * 2;
        to->items = check_realloc(to->items, to->room * sizeof(*to->items));
    }
    if (from->count > 0)
        memcpy(to->items, from->items, from->count * sizeof(*to->items));
    to->count = from->count;
}

void
learn_add(struct learn *learn, const struct text_features *features, const size_t labels[LEARN_HEADS])
{
    struct text_features *sorted = &learn->features;
    struct example example = {.first = learn->counted_count};

    copy_features(sorted, features);
    if (sorted->count > 0)
        qsort(sorted->items, sorted->count, sizeof(*sorted->items), compare_features);
    reserve(learn, sorted->count);
    for (size_t i = 0; i < sorted->count; i++) {
        const struct text_feature *feature = &sorted->items[i];
        struct counted *last = &learn->counted[learn->counted_count - 1];

        if (i > 0 && feature->hash == sorted->items[i - 1].hash)
            last->times = (uint16_t)(last->times + (last->times < UINT16_MAX));
        else
            learn->counted[learn->counted_count++] =
                (struct counted){.hash = feature->hash, .block = feature->block, .times = 1};
    }
    example.count = learn->counted_count - example.first;
    memcpy(example.labels, labels, sizeof(example.labels));
    learn->examples[learn->count++] = example;
}

// Does the example count, and answer a question that is asked?
static bool
is_asked(const struct learn *learn, const struct learn_task *asked, size_t number)
{
    if (asked->chosen != NULL && !asked->chosen[number])
        return false;
    for (size_t head = 0; head < LEARN_HEADS; head++)
        if (asked->labels[head] > 0 && learn->examples[number].labels[head] != LEARN_NO_LABEL)
            return true;
    return false;
}

struct text_features *
learn_features(struct learn *learn, size_t example)
{
    const struct example *found = &learn->examples[example];
    struct text_features *features = &learn->features;
    size_t count = 0;

    for (size_t i = 0; i < found->count; i++)
        count += learn->counted[found->first + i].times;
    if (features->room < count) {
        features->room = count * 2;
        features->items = check_realloc(features->items, features->room * sizeof(*features->items));
    }
    features->count = 0;
    for (size_t i = 0; i < found->count; i++) {
        const struct counted *counted = &learn->counted[found->first + i];

        for (size_t times = 0; times < counted->times; times++)
            features->items[features->count++] = (struct text_feature){
                .hash = counted->hash, .block = counted->block, .word = TEXT_FEATURE_NO_WORD};
    }
    return features;
}

// Numbers the features of the chosen examples that stand in enough of them, and gives each its idf.
static void
choose_features(struct learn *learn, struct task *task)
{
    struct hashmap *all = hashmap_new();
    struct scorer_feature *features = check_alloc((learn->counted_count + 1) * sizeof(*features));
    uint32_t *texts = check_zalloc(learn->counted_count + 1, sizeof(*texts));
    size_t count = 0;

    for (size_t e = 0; e < learn->count; e++) {
        const struct example *example = &learn->examples[e];

        if (!is_asked(learn, task->asked, e))
            continue;
        task->row_count++;
        for (size_t i = 0; i < example->count; i++) {
            const struct counted *counted = &learn->counted[example->first + i];
            uint32_t number = (uint32_t)count;

            if (!hashmap_get(all, counted->hash, &number)) {
                hashmap_put(all, counted->hash, number);
                features[count++] = (struct scorer_feature){.hash = counted->hash, .block = counted->block};
            }
            texts[number]++;
        }
    }
    task->features = check_alloc((count + 1) * sizeof(*features));
    task->numbers = hashmap_new();
    for (size_t f = 0; f < count; f++) {
        if (texts[f] < TEXTS_LEAST)
            continue;
        features[f].idf =
            (float)pow(log(((double)task->row_count + 1) / ((double)texts[f] + 1)) + 1, IDF_POWER);
        hashmap_put(task->numbers, features[f].hash, (uint32_t)task->feature_count);
        task->features[task->feature_count++] = features[f];
    }
    hashmap_destroy(&all);
    free(features);
    free(texts);
}

static int
compare_nodes(const void *left, const void *right)
{
    return ((const struct feature_node *)left)->index - ((const struct feature_node *)right)->index;
}

// One example as liblinear wants it, with the values that scorer.c will use.  Returns how many nodes.
static size_t
fill_row(const struct learn *learn, const struct example *example, const struct task *task,
    struct feature_node *nodes)
{
    float squares[TEXT_FEATURE_BLOCKS] = {0};
    size_t count = 0;

    for (size_t i = 0; i < example->count; i++) {
        const struct counted *counted = &learn->counted[example->first + i];
        uint32_t number = 0;
        float value = 0;

        if (!hashmap_get(task->numbers, counted->hash, &number))
            continue;
        value = scorer_value(task->features[number].idf, counted->times);
        squares[counted->block] += value * value;
        nodes[count++] = (struct feature_node){.index = (int)number + 1, .value = (double)value};
    }
    for (size_t i = 0; i < count; i++) {
        uint16_t block = task->features[nodes[i].index - 1].block;

        nodes[i].value *= (double)scorer_block_factor((enum text_feature_block)block, squares[block]);
    }
    qsort(nodes, count, sizeof(*nodes), compare_nodes);
    nodes[count++] = (struct feature_node){.index = (int)task->feature_count + 1, .value = 1}; // the bias
    nodes[count++] = (struct feature_node){.index = -1};
    return count;
}

static void
fill_rows(const struct learn *learn, struct task *task)
{
    size_t at = 0;
    size_t row = 0;

    task->nodes = check_alloc((learn->counted_count + 2 * task->row_count + 2) * sizeof(*task->nodes));
    task->rows = check_alloc((task->row_count + 1) * sizeof(struct feature_node *));
    task->examples = check_alloc((task->row_count + 1) * sizeof(struct example *));
    for (size_t e = 0; e < learn->count; e++) {
        if (!is_asked(learn, task->asked, e))
            continue;
        task->rows[row] = &task->nodes[at];
        task->examples[row++] = &learn->examples[e];
        at += fill_row(learn, &learn->examples[e], task, &task->nodes[at]);
    }
}

static void
be_quiet(const char *words)
{
    (void)words;
}

// The examples of a head, and whether each has the label.  Returns how many have it.
static size_t
choose_rows(const struct task *task, size_t head, size_t label, struct problem *problem)
{
    size_t positive = 0;

    for (size_t row = 0; row < task->row_count; row++) {
        size_t has = task->examples[row]->labels[head];

        if (has == LEARN_NO_LABEL)
            continue;
        positive += has == label;
        problem->y[problem->l] = has == label ? 1 : -1;
        problem->x[problem->l++] = task->rows[row];
    }
    return positive;
}

// Solves one label against the rest of its head.
static void
solve(const struct task *task, size_t head, size_t label, size_t output)
{
    struct problem problem = {.n = (int)task->feature_count + 1,
        .y = check_alloc((task->row_count + 1) * sizeof(double)),
        .x = check_alloc((task->row_count + 1) * sizeof(struct feature_node *)),
        .bias = 1};
    struct parameter parameter = {
        .solver_type = L2R_L2LOSS_SVC_DUAL, .eps = TOLERANCE, .C = task->asked->cost};
    struct model *model = NULL;
    int signs[2] = {0, 0}; // the weights are those of the first
    size_t positive = choose_rows(task, head, label, &problem);
    float *biases = &task->weights[task->feature_count * task->outputs];

    if (positive == 0 || positive == (size_t)problem.l) {
        biases[output] = positive == 0 ? SCORE_NONE : 1;
    } else {
        srand((unsigned)output); // the same each time, whichever process solves it
        model = train(&problem, &parameter);
        get_labels(model, signs);
        for (size_t f = 0; f < task->feature_count; f++)
            task->weights[f * task->outputs + output] = (float)(model->w[f] * signs[0]);
        biases[output] = (float)(model->w[task->feature_count] * signs[0]);
        free_and_destroy_model(&model);
    }
    free(problem.y);
    free(problem.x);
}

static void
solve_share(const struct task *task, size_t job, size_t jobs)
{
    size_t output = 0;

    set_print_string_function(be_quiet);
    for (size_t head = 0; head < LEARN_HEADS; head++)
        for (size_t label = 0; label < task->asked->labels[head]; label++, output++)
            if (output % jobs == job)
                solve(task, head, label, output);
}

static int
wait_for(pid_t child)
{
    int status = 0;

    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

// The last share is this process's own.
static int
solve_all(const struct task *task, size_t jobs)
{
    pid_t *children = check_zalloc(jobs, sizeof(*children));
    size_t started = 0;
    int rc = 0;

    while (started + 1 < jobs && rc == 0) {
        children[started] = fork();
        if (children[started] == 0) {
            solve_share(task, started, jobs);
            _exit(0);
        }
        rc = children[started] < 0 ? -1 : 0;
        started += rc == 0;
    }
    if (rc == 0)
        solve_share(task, started, jobs);
    for (size_t i = 0; i < started; i++)
        rc |= wait_for(children[i]);
    free(children);
    return rc;
}

struct scorer *
learn_model(struct learn *learn, const struct learn_task *asked)
{
    struct task task = {.asked = asked};
    struct scorer *scorer = NULL;

    for (size_t head = 0; head < LEARN_HEADS; head++)
        task.outputs += asked->labels[head];
    CHECK(task.outputs > 0 && task.outputs <= SCORER_OUTPUTS_MOST && asked->cost > 0 && asked->jobs > 0);
    choose_features(learn, &task);
    fill_rows(learn, &task);
    task.weights_size = (task.feature_count + 1) * task.outputs * sizeof(*task.weights);
    task.weights = mmap(NULL, task.weights_size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (task.weights != MAP_FAILED && solve_all(&task, asked->jobs) == 0)
        scorer = scorer_new(task.features, task.feature_count, task.weights,
            &task.weights[task.feature_count * task.outputs], task.outputs);
    if (task.weights != MAP_FAILED)
        (void)munmap(task.weights, task.weights_size);
    hashmap_destroy(&task.numbers);
    free(task.features);
    free(task.nodes);
    free(task.rows);
    free(task.examples);
    return scorer;
}
