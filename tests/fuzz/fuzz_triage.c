// fuzz_triage.c - any report at all into triage_decide(): a triage that keeps its promises, the same each
// time, and a line of JSON.
//
// The first byte says whether there is a point and where, the second how much later than the one before it
// comes; then come the region code, the address and the text, each on a line, the text up to the end.
#include "cut_line.h"
#include "fuzz.h"

#include "check.h"
#include "knowledge_files.h"
#include "str.h"
#include "triage_json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { INDEX_MOST = 64, DAY_MS = 24 * 3600 * 1000 };

static struct region_names *names;
static struct knowledge *knowledge;
static struct duplicates *duplicates;
static struct text scratch;

static void
start(void)
{
    names = region_names_new();
    knowledge = knowledge_files_load(
        "fuzz_triage", &(struct knowledge_files){.folder = SOURCE_DIR "/deploy/data", .names = names});
    CHECK(knowledge != NULL);
    duplicates = duplicates_new(INDEX_MOST);
}

static void
check_share(double share)
{
    CHECK(share >= 0 && share <= 1.0001);
}

static void
check_triage(const struct triage_report *report, const struct triage *triage)
{
    CHECK(triage->kind < KINDS);
    check_share(triage->kind_p);
    check_share(triage->urgent_p);
    check_share(triage->confidence);
    check_share(triage->duplicate_score);
    CHECK(triage->topic_count <= TRIAGE_TOPICS);
    for (size_t i = 0; i < triage->topic_count; i++) {
        check_share(triage->topics[i].p);
        CHECK(
            triage->topics[i].code[0] != '\0' && (i == 0 || triage->topics[i].p <= triage->topics[i - 1].p));
    }
    CHECK(triage->topic[0] == '\0' || strcmp(triage->topic, triage->topics[0].code) == 0);
    CHECK((triage->relation == RELATION_NONE) == (triage->duplicate_of == 0));
    CHECK(triage->duplicate_of >= 0 && triage->duplicate_of < report->id);
    CHECK(strlen(triage->why) < TRIAGE_WHY_SIZE && str_is_text(triage->why, strlen(triage->why)));
    CHECK(strchr(triage->why, '\n') == NULL);
}

static void
check_profile(const struct profile *profile)
{
    uint8_t packed[PROFILE_PACKED], again[PROFILE_PACKED];
    struct profile unpacked;

    profile_pack(profile, packed);
    CHECK(profile_unpack(packed, sizeof(packed), &unpacked) == 0);
    profile_pack(&unpacked, again);
    CHECK(memcmp(packed, again, sizeof(packed)) == 0);
}

static void
add_json(const struct triage *triage, struct str *out)
{
    str_clear(out);
    triage_json_add(out, &(struct triage_json){.id = "1",
                             .knowledge = knowledge,
                             .names = names,
                             .triage = triage,
                             .duplicate_of = triage->duplicate_of > 0 ? "\"an id\"" : "null"});
}

static void
check_json(const struct str *out)
{
    json_t *line = json_loadb(out->data, out->length, JSON_REJECT_DUPLICATES, NULL);

    CHECK(json_is_object(line));
    CHECK(memchr(out->data, '\n', out->length) == out->data + out->length - 1);
    json_decref(line);
}

static void
try_report(const struct triage_report *report, uint8_t later)
{
    static struct str first, second;
    struct triage_report next = *report;
    struct triage triage, again;

    duplicates_clear(duplicates);
    triage_decide(knowledge, duplicates, &scratch, report, &triage);
    check_triage(report, &triage);
    check_profile(&triage.profile);
    CHECK(triage.relation == RELATION_NONE);
    add_json(&triage, &first);
    check_json(&first);

    // Deciding it once more, with the index as it is now, changes nothing.
    triage_decide(knowledge, duplicates, &scratch, report, &again);
    add_json(&again, &second);
    CHECK(first.length == second.length && memcmp(first.data, second.data, first.length) == 0);

    next.id++;
    next.received_at_ms += (int64_t)later * DAY_MS / 4;
    triage_decide(knowledge, duplicates, &scratch, &next, &again);
    check_triage(&next, &again);
    CHECK(again.relation != RELATION_DUPLICATE || again.duplicate_of == report->id);
    add_json(&again, &second);
    check_json(&second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *bytes = check_zalloc(1, size + 3);
    char *rest = bytes + 2;
    uint8_t where = 0;

    if (knowledge == NULL)
        start();
    memcpy(bytes, data, size);
    where = (uint8_t)bytes[0];
    struct triage_report report = {.id = 1,
        .received_at_ms = INT64_C(1700000000000),
        .region_code = cut_line(&rest),
        .address = cut_line(&rest),
        .text = rest,
        .has_point = where % 2 == 1,
        .latitude = -8.5 + (double)(where / 16) * 0.2,
        .longitude = 108 + (double)(where / 2 % 8) * 0.5};
    report.address_length = strlen(report.address);
    report.text_length = strlen(report.text);
    // What ingest lets in.
    if (str_is_text(report.address, report.address_length) && str_is_text(report.text, report.text_length) &&
        strlen(report.region_code) <= 13)
        try_report(&report, (uint8_t)bytes[1]);
    free(bytes);
    return 0;
}
