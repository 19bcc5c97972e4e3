// labelled.c - reads what a model is learned from.
#include "labelled.h"

#include "complain.h"
#include "lines.h"
#include "triage/text.h"
#include "triage/text_features.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    COLUMNS_MOST = 16,
    LABELS_MOST = SCORER_OUTPUTS_MOST - KINDS - 2, // of a head: all of a model's have room together
};

_Static_assert(LABELS_MOST == 504, "what a refusal says");

struct reading {
    const char *command;
    const struct labelled_options *options;
    struct labelled *labelled;
    struct text text;
    struct text_features features;
    size_t labels[MODEL_HEADS]; // of the example in hand
    const char *file;
    long line;
    char *columns[COLUMNS_MOST]; // of a tab-separated file
    size_t column_count;
};

static void
destroy_head(struct labelled_head *head)
{
    for (size_t i = 0; i < head->label_count; i++)
        free(head->labels[i]);
    free(head->labels);
}

void
labelled_destroy(struct labelled **labelled)
{
    if (*labelled == NULL)
        return;
    learn_destroy(&(*labelled)->learn);
    for (size_t i = 0; i < MODEL_HEADS; i++)
        destroy_head(&(*labelled)->heads[i]);
    free(*labelled);
    *labelled = NULL;
}

static int
refuse(const struct reading *reading, const char *field, const char *why)
{
    complain(reading->command, "line %ld is left out: %s%s%s", reading->line, field,
        field[0] == '\0' ? "" : ": ", why);
    return -1;
}

// The number of a label; a new one is added.  -1: there are too many.
static int
number_of(struct labelled_head *head, const char *label, size_t *number)
{
    for (*number = 0; *number < head->label_count; (*number)++)
        if (strcmp(head->labels[*number], label) == 0)
            return 0;
    if (head->label_count == LABELS_MOST)
        return -1;
    head->labels = check_realloc(head->labels, (head->label_count + 1) * sizeof(*head->labels));
    head->labels[head->label_count] = strdup(label);
    CHECK(head->labels[head->label_count] != NULL);
    head->label_count++;
    return 0;
}

// The number of the label that the example in hand has for a head.
static int
set_label(struct reading *reading, enum model_head number, const char *field, const char *label)
{
    if (label[0] == '\0' || strlen(label) >= MODEL_LABEL_SIZE)
        return refuse(reading, field, "a label has 1 to 255 bytes");
    if (number_of(&reading->labelled->heads[number], label, &reading->labels[number]) < 0)
        return refuse(reading, field, "more than 504 labels");
    return 0;
}

// A field that is a text when it is there: 1, 0 when it is not, -1 after a complaint.
static int
find_text(const struct reading *reading, const json_t *object, const char *field, const char **text)
{
    const json_t *value = json_object_get(object, field);

    *text = json_string_value(value);
    if (value == NULL || json_is_null(value))
        return 0;
    if (*text == NULL)
        return refuse(reading, field, "not a text");
    return (*text)[0] != '\0';
}

static int
find_kind(struct reading *reading, const json_t *object)
{
    const char *label = NULL;
    enum triage_kind kind = KIND_COMPLAINT;
    int found = find_text(reading, object, "kind", &label);

    if (found <= 0)
        return found;
    if (!kind_from_name(label, &kind))
        return refuse(reading, "kind",
            "not one of complaint, criticism, aspiration, suggestion, information_request, not_report");
    return set_label(reading, MODEL_KIND, "kind", label);
}

static int
find_urgent(struct reading *reading, const json_t *object)
{
    const json_t *value = json_object_get(object, "urgent");
    size_t first = 0;

    if (value == NULL || json_is_null(value))
        return 0;
    if (!json_is_boolean(value))
        return refuse(reading, "urgent", "not true or false");
    CHECK(number_of(&reading->labelled->heads[MODEL_URGENT], "routine", &first) == 0); // model.h's order
    return set_label(reading, MODEL_URGENT, "urgent", json_is_true(value) ? "urgent" : "routine");
}

static int
find_topic(struct reading *reading, const json_t *object)
{
    struct labelled *labelled = reading->labelled;
    const char *label = NULL;
    int found = 0;

    if (labelled->label == NULL) {
        found = find_text(reading, object, "topic", &label);
        labelled->label = found > 0 ? "topic" : NULL;
        if (found == 0) {
            found = find_text(reading, object, "category", &label);
            labelled->label = found > 0 ? "category" : NULL;
        }
    } else {
        found = find_text(reading, object, labelled->label, &label);
    }
    if (found <= 0)
        return found;
    return set_label(reading, MODEL_TOPIC, labelled->label, label);
}

static int
take_object(struct reading *reading, const json_t *object)
{
    const json_t *text = json_object_get(object, "text");

    if (!json_is_string(text))
        return refuse(reading, "text", text == NULL ? "missing" : "not a text");
    text_clear(&reading->text);
    text_add(&reading->text, reading->options->knowledge->lexicon, json_string_value(text),
        json_string_length(text));
    text_features_find(&reading->features, &reading->text);
    for (size_t i = 0; i < MODEL_HEADS; i++)
        reading->labels[i] = LEARN_NO_LABEL;
    if (find_topic(reading, object) < 0 || find_kind(reading, object) < 0 || find_urgent(reading, object) < 0)
        return -1;
    if (reading->options->base != NULL)
        model_add_base(reading->options->base, &reading->features);
    learn_add(reading->labelled->learn, &reading->features, reading->labels);
    for (size_t i = 0; i < MODEL_HEADS; i++)
        reading->labelled->heads[i].examples += reading->labels[i] != LEARN_NO_LABEL;
    return 0;
}

static void
forget_columns(struct reading *reading)
{
    while (reading->column_count > 0)
        free(reading->columns[--reading->column_count]);
}

static void
take_header(struct reading *reading, char *row)
{
    while (row != NULL && reading->column_count < COLUMNS_MOST) {
        char *name = strdup(strsep(&row, "\t"));

        CHECK(name != NULL);
        reading->columns[reading->column_count++] = name;
    }
}

// A row as the object that JSON Lines would have.  Returns new; NULL: a field is no UTF-8.
static json_t *
row_object(const struct reading *reading, char *row)
{
    json_t *object = json_object();

    for (size_t i = 0; i < reading->column_count && row != NULL; i++) {
        const char *field = strsep(&row, "\t");
        const char *column = reading->columns[i];
        json_t *value = NULL;

        if (field[0] == '\0')
            continue;
        if (strcmp(column, "urgent") == 0 && (strcmp(field, "0") == 0 || strcmp(field, "1") == 0))
            value = json_boolean(field[0] == '1');
        else
            value = json_string(field);
        if (json_object_set_new(object, column, value) < 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

static int
take_line(struct reading *reading, const struct line *line)
{
    json_error_t error;
    json_t *object = NULL;
    int rc = 0;

    reading->line = line->number;
    if (line->length == strspn(line->text, " \t"))
        return 0;
    if (line->number == 1 && line->text[strspn(line->text, " \t")] == '[')
        return refuse(reading, "", "a JSON array; one object a line is wanted");
    if (line->number == 1 && line->text[0] != '{') {
        take_header(reading, line->text);
        return 0;
    }
    if (reading->column_count > 0)
        object = row_object(reading, line->text);
    else
        object = json_loadb(line->text, line->length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (json_is_object(object))
        rc = take_object(reading, object);
    else
        rc = refuse(reading, "", reading->column_count > 0 ? "not UTF-8" : "not a JSON object");
    json_decref(object);
    return rc;
}

static int
read_lines(struct reading *reading, struct lines *lines)
{
    struct line line;

    for (;;) {
        switch (lines_next(lines, &line)) {
        case LINES_LINE:
            reading->labelled->left_out += take_line(reading, &line) < 0;
            break;
        case LINES_TOO_LONG:
            reading->line = line.number;
            (void)refuse(reading, "", "longer than 1 MiB");
            reading->labelled->left_out++;
            break;
        case LINES_BROKEN:
            complain(reading->command, "%s: %s", reading->file, strerror(errno));
            return -1;
        case LINES_END:
            return 0;
        }
    }
}

static int
read_file(struct reading *reading)
{
    int fd = strcmp(reading->file, "-") == 0 ? STDIN_FILENO : open(reading->file, O_RDONLY | O_CLOEXEC);
    struct lines *lines = NULL;
    int rc = -1;

    if (fd < 0) {
        complain(reading->command, "%s: %s", reading->file, strerror(errno));
        return -1;
    }
    lines = lines_new(fd);
    rc = read_lines(reading, lines);
    forget_columns(reading);
    lines_destroy(&lines);
    if (fd > STDIN_FILENO)
        (void)close(fd);
    return rc;
}

void
labelled_add_files(struct labelled_options *options, const char *const *files, size_t count)
{
    size_t at = options->files[0] == NULL ? 0 : 1;

    for (size_t i = 0; i < count && at + 1 < LABELLED_FILES_MOST; i++)
        if (files[i] != NULL)
            options->files[at++] = files[i];
}

struct labelled *
labelled_read(const char *command, const struct labelled_options *options)
{
    struct labelled *labelled = check_zalloc(1, sizeof(*labelled));
    struct reading reading = {.command = command, .options = options, .labelled = labelled};

    labelled->label = options->label;
    labelled->learn = learn_new();
    for (size_t i = 0; i < LABELLED_FILES_MOST && options->files[i] != NULL && labelled != NULL; i++) {
        reading.file = options->files[i];
        if (read_file(&reading) < 0)
            labelled_destroy(&labelled);
    }
    text_free(&reading.text);
    text_features_free(&reading.features);
    return labelled;
}
