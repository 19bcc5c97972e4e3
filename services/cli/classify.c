// classify.c - kentongan classify: triage of reports from JSON Lines, without a cluster.
//
// It decides with the classifier's own code (triage.h) and an index of its own that starts empty, so that a
// report can only be a duplicate of an earlier one of the same input.
#include "classify.h"

#include "complain.h"
#include "id_list.h"
#include "knowledge_files.h"
#include "offline_run.h"
#include "options.h"
#include "triage_json.h"

enum { INDEX_USUAL = 1000000 }; // reports; what CLASSIFIER_INDEX_MOST is unless set

struct classify {
    struct knowledge *knowledge;
    struct region_names *names;
    struct duplicates *duplicates;
    struct text scratch;
    struct id_list ids;
    int64_t now_ms; // when the last report that says so was sent
};

static int
answer(void *self, const json_t *object, long line, struct str *out, char reason[OFFLINE_REASON_SIZE])
{
    struct classify *classify = self;
    struct offline_report read;
    struct triage triage;

    if (offline_report_read(object, &read, reason) < 0)
        return -1;
    if (read.sent_at_ms != 0)
        classify->now_ms = read.sent_at_ms;
    const struct triage_report report = {.id = id_list_add(&classify->ids, read.id, line),
        .received_at_ms = classify->now_ms,
        .text = read.text,
        .text_length = read.text_length,
        .address = read.address,
        .address_length = read.address_length,
        .region_code = read.region_code,
        .has_point = read.has_point,
        .latitude = read.latitude,
        .longitude = read.longitude};
    triage_decide(classify->knowledge, classify->duplicates, &classify->scratch, &report, &triage);
    triage_json_add(out, &(struct triage_json){.id = id_list_json(&classify->ids, report.id),
                             .knowledge = classify->knowledge,
                             .names = classify->names,
                             .triage = &triage,
                             .duplicate_of = id_list_json(&classify->ids, triage.duplicate_of)});
    return 0;
}

int
classify_command(int argc, char **argv)
{
    struct classify classify = {.names = region_names_new()};
    struct knowledge_files files = {.names = classify.names};
    struct offline_run run = {.command = "classify", .answer = answer, .self = &classify};
    int64_t index_most = INDEX_USUAL;
    const struct option table[] = {{"data", OPTION_TEXT, &files.folder, 0, 0},
        {"model", OPTION_TEXT, &files.model, 0, 0}, {"index", OPTION_INTEGER, &index_most, 1, 50000000}};
    const struct options options = {
        .command = "classify", .table = table, .count = LENGTH(table), .words = &run.file, .most_words = 1};
    int code = EXIT_USAGE;

    if (options_parse(&options, argc, argv) < 0)
        goto done;
    classify.knowledge = knowledge_files_load(run.command, &files);
    if (classify.knowledge == NULL)
        goto done;
    classify.duplicates = duplicates_new((size_t)index_most);
    code = offline_run(&run);

done:
    id_list_free(&classify.ids);
    text_free(&classify.scratch);
    duplicates_destroy(&classify.duplicates);
    region_names_destroy(&classify.names);
    knowledge_destroy(&classify.knowledge);
    return code;
}
