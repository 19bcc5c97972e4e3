// model_verbs.c - kentongan model: what names the topics of reports.  A model is read here before it is
// installed, so that the classifier gets none that it would have to refuse.
#include "model_verbs.h"

#include "complain.h"
#include "config.h"
#include "options.h"
#include "rows.h"
#include "store_models.h"
#include "triage/model.h"
#include "verbs.h"
#include "whole_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
list(int argc, char **argv)
{
    static const struct table_column columns[] = {{"version", "version", TABLE_TEXT},
        {"installed_at_ms", "installed", TABLE_TIME}, {"by", "by", TABLE_TEXT},
        {"bytes", "bytes", TABLE_NUMBER}, {"triages", "of the last 1,000", TABLE_NUMBER}};
    bool json = false;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {.command = "model", .table = table, .count = LENGTH(table)};

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    struct db *db = config_open_db();
    int code = verbs_print(store_models_list(db), json, columns, LENGTH(columns));
    db_destroy(&db);
    return code;
}

// Reads --figures; -1 after one line on standard error.
static int
read_figures(const char *path, struct str *figures)
{
    json_t *value = NULL;
    bool good = false;

    str_add_text(figures, "");
    if (path == NULL) {
        str_add_text(figures, "{}");
        return 0;
    }
    if (whole_file_read(path, figures) < 0) {
        complain("model install", "%s: %s; check that it can be read", path, strerror(errno));
        return -1;
    }
    value = json_loadb(figures->data, figures->length, 0, NULL);
    good = json_is_object(value);
    json_decref(value);
    if (!good)
        complain("model install", "%s: is no JSON object; give what kentongan evaluate --json printed", path);
    return good ? 0 : -1;
}

static int
install_file(const char *path, const char *figures_path, const char *by, bool json)
{
    struct str bytes = {0};
    struct str figures = {0};
    struct model *model = NULL;
    struct db *db = NULL;
    const char *problem = NULL;
    int code = EXIT_USAGE;

    if (read_figures(figures_path, &figures) < 0)
        goto done;
    if (whole_file_read(path, &bytes) < 0) {
        complain("model install", "%s: %s; check that it can be read", path, strerror(errno));
        goto done;
    }
    model = model_read(bytes.data, bytes.length, &problem);
    if (model == NULL) {
        complain("model install", "%s: is no model: %s; make one with kentongan train", path, problem);
        goto done;
    }
    db = config_open_db();
    code = verbs_print_change(store_models_install(db, &(struct store_model){.version = model_version(model),
                                                           .by = by,
                                                           .figures = figures.data,
                                                           .bytes = bytes.data,
                                                           .length = bytes.length}),
        json, "model install", "installed; the classifier takes it up within seconds");

done:
    db_destroy(&db);
    model_destroy(&model);
    str_free(&figures);
    str_free(&bytes);
    return code;
}

static int
install(int argc, char **argv)
{
    const char *path = NULL;
    const char *figures = NULL;
    const char *user = getenv("USER");
    const char *by = user != NULL && user[0] != '\0' ? user : "ops";
    bool json = false;
    const struct option table[] = {{"figures", OPTION_TEXT, &figures, 0, 0}, {"by", OPTION_TEXT, &by, 0, 0},
        {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "model", .table = table, .count = LENGTH(table), .words = &path, .most_words = 1};
    int words = options_parse(&options, argc, argv);

    if (words == 0)
        complain("model install", "which file?  see kentongan help model");
    return words == 1 ? install_file(path, figures, by, json) : EXIT_USAGE;
}

static int
use(int argc, char **argv)
{
    const char *version = NULL;
    bool json = false;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "model", .table = table, .count = LENGTH(table), .words = &version, .most_words = 1};

    int words = options_parse(&options, argc, argv);
    if (words == 0)
        complain("model use", "which version?  see kentongan model list");
    if (words != 1)
        return EXIT_USAGE;
    struct db *db = config_open_db();
    int code = verbs_print_change(store_models_use(db, version), json, "model use",
        "installed again; the classifier takes it up within seconds");
    db_destroy(&db);
    return code;
}

// The figures are JSON in a text: puts the value in its place.
static void
unfold_figures(json_t *row)
{
    json_t *figures = json_loads(json_string_value(json_object_get(row, "figures")), 0, NULL);

    if (figures != NULL)
        json_object_set_new(row, "figures", figures);
}

static void
print_model(json_t *row)
{
    char time[TABLE_TIME_SIZE];
    const char *key = NULL;
    json_t *value = NULL;

    printf("%s\n", json_string_value(json_object_get(row, "version")));
    printf("  installed    %s by %s\n",
        table_time(json_integer_value(json_object_get(row, "installed_at_ms")), time),
        json_string_value(json_object_get(row, "by")));
    printf("  bytes        %" JSON_INTEGER_FORMAT "\n", json_integer_value(json_object_get(row, "bytes")));
    json_object_foreach(json_object_get(row, "figures"), key, value)
    {
        char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(4));

        if (json_is_number(value) || json_is_string(value))
            printf("  %-12s %s\n", key, text);
        free(text);
    }
}

static int
show(int argc, char **argv)
{
    const char *version = NULL;
    bool json = false;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "model", .table = table, .count = LENGTH(table), .words = &version, .most_words = 1};
    struct db *db = NULL;
    json_t *rows = NULL;
    json_t *row = NULL;
    int code = EXIT_OK;

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    db = config_open_db();
    rows = store_models_show(db, version);
    row = json_array_get(rows, 0);
    if (rows == NULL) {
        code = EXIT_AWAY;
    } else if (row == NULL) {
        complain("model show", "there is no such model; see kentongan model list");
        code = EXIT_UNKNOWN;
    } else {
        unfold_figures(row);
        if (json)
            rows_print_json(json_incref(row));
        else
            print_model(row);
    }
    json_decref(rows);
    db_destroy(&db);
    return code;
}

int
model_verbs_command(int argc, char **argv)
{
    static const struct verb verbs[] = {{"list", list}, {"show", show}, {"install", install}, {"use", use}};

    return verbs_run("model", verbs, LENGTH(verbs), argc, argv);
}
