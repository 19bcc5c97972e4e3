// similar.c - kentongan similar: are two reports about the same?
//
// It goes the classifier's way: triage of the earlier report, which enters an empty index, then triage of the
// later one.
#include "similar.h"

#include "complain.h"
#include "json_out.h"
#include "knowledge_files.h"
#include "offline_run.h"
#include "options.h"
#include "triage_json.h"

#include <stdio.h>

enum { EARLIER = 1, LATER = 2 };

struct similar {
    struct knowledge *knowledge;
    struct duplicates *duplicates;
    struct text scratch;
};

// Reads the report under a key; the reason names both key and field.
static int
read_side(const json_t *object, const char *key, struct offline_report *report, char *reason)
{
    char why[OFFLINE_REASON_SIZE];
    const json_t *side = json_object_get(object, key);

    if (side == NULL || !json_is_object(side)) {
        snprintf(reason, OFFLINE_REASON_SIZE, "%s: is %s", key, side == NULL ? "missing" : "not an object");
        return -1;
    }
    if (offline_report_read(side, report, why) == 0)
        return 0;
    // Both reasons have the same room: the end of one that fills it is cut.
    snprintf(reason, OFFLINE_REASON_SIZE, "%s.%.*s", key, OFFLINE_REASON_SIZE - 4, why);
    return -1;
}

static void
decide(struct similar *similar, const struct offline_report *read, int64_t id, int64_t at_ms,
    struct triage *triage)
{
    const struct triage_report report = {.id = id,
        .received_at_ms = at_ms,
        .text = read->text,
        .text_length = read->text_length,
        .address = read->address,
        .address_length = read->address_length,
        .region_code = read->region_code,
        .has_point = read->has_point,
        .latitude = read->latitude,
        .longitude = read->longitude};

    triage_decide(similar->knowledge, similar->duplicates, &similar->scratch, &report, triage);
}

// The index only offers the earlier report when they have something in common that it looks for; the score is
// that of the two in any case.
static void
write_answer(const json_t *object, const struct triage *earlier, const struct triage *later, struct str *out)
{
    const json_t *id = json_object_get(object, "id");
    struct evidence evidence;
    struct likeness likeness;
    char why[LIKENESS_WHY_SIZE];

    likeness_compare(&earlier->profile, &later->profile, &evidence);
    likeness_decide(&evidence, &likeness);
    likeness_explain(&evidence, why);
    str_add_text(out, "{");
    if (json_is_string(id) || json_is_number(id)) {
        str_add_text(out, "\"id\":");
        json_out_value(out, id);
        str_add_text(out, ",");
    }
    str_add_text(out, "\"score\":");
    json_out_share(out, likeness.score);
    str_add_text(out, ",\"relation\":");
    json_out_text(out, relation_name(later->relation));
    str_add_text(out, ",\"why\":");
    json_out_text(out, why);
    str_add_text(out, "}\n");
}

static int
answer(void *self, const json_t *object, long line, struct str *out, char reason[OFFLINE_REASON_SIZE])
{
    struct similar *similar = self;
    struct offline_report sides[2];
    struct triage earlier;
    struct triage later;
    int64_t times[2];

    (void)line;
    if (read_side(object, "a", &sides[0], reason) < 0 || read_side(object, "b", &sides[1], reason) < 0)
        return -1;
    // One without a time counts as sent with the other.
    for (size_t i = 0; i < LENGTH(sides); i++)
        times[i] = sides[i].sent_at_ms != 0 ? sides[i].sent_at_ms : sides[1 - i].sent_at_ms;
    size_t first = times[1] < times[0];
    duplicates_clear(similar->duplicates);
    decide(similar, &sides[first], EARLIER, times[first], &earlier);
    decide(similar, &sides[1 - first], LATER, times[1 - first], &later);
    write_answer(object, &earlier, &later, out);
    return 0;
}

int
similar_command(int argc, char **argv)
{
    struct similar similar = {0};
    struct knowledge_files files = {0};
    struct offline_run run = {.command = "similar", .answer = answer, .self = &similar};
    const struct option table[] = {
        {"data", OPTION_TEXT, &files.folder, 0, 0}, {"model", OPTION_TEXT, &files.model, 0, 0}};
    const struct options options = {
        .command = "similar", .table = table, .count = LENGTH(table), .words = &run.file, .most_words = 1};
    int code = EXIT_USAGE;

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    similar.knowledge = knowledge_files_load(run.command, &files);
    if (similar.knowledge == NULL)
        return EXIT_USAGE;
    similar.duplicates = duplicates_new(LATER);
    code = offline_run(&run);
    text_free(&similar.scratch);
    duplicates_destroy(&similar.duplicates);
    knowledge_destroy(&similar.knowledge);
    return code;
}
