// decide.c - what the whole decision on a report costs, with a full index.
//
// usage: bench_decide REPORTS TEXTS PLACES
//
// TEXTS and PLACES are files, a text and a place a line.  Decides REPORTS reports, each a text drawn from the
// one and, for most, a place drawn from the other, with an index that keeps them all; one in five tells a
// recent one's matter and place again.  Prints one JSON object: reports a second over the last tenth, the
// slowest of a hundred batches of 256 there (p99, ms), bytes of text, how many were duplicates.
#include "clock.h"
#include "knowledge_files.h"
#include "lines.h"
#include "triage/triage.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { REPEATED = 5, PLACED = 70, RECENT = 4096, TEXT_MOST = 4096, APART_MS = 20000 };

static const size_t batch = 256;

struct list {
    char **lines;
    size_t count;
};

struct sources {
    struct list texts, places;
    uint64_t seed;
    uint32_t recent[RECENT][2]; // text and place of the latest
};

static uint32_t
draw(struct sources *sources, size_t most)
{
    // Marsaglia's xorshift64.
    sources->seed ^= sources->seed << 13;
    sources->seed ^= sources->seed >> 7;
    sources->seed ^= sources->seed << 17;
    return (uint32_t)((sources->seed >> 32) * most >> 32);
}

static struct list
read_list(const char *path)
{
    struct list list = {NULL, 0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct lines *lines = NULL;
    struct line line;

    if (fd < 0) {
        perror(path);
        exit(2);
    }
    lines = lines_new(fd);
    while (lines_next(lines, &line) == LINES_LINE) {
        list.lines = check_realloc(list.lines, (list.count + 1) * sizeof(*list.lines));
        list.lines[list.count] = strdup(line.text);
        CHECK(list.lines[list.count] != NULL);
        list.count++;
    }
    lines_destroy(&lines);
    (void)close(fd);
    CHECK(list.count > 0);
    return list;
}

static void
write_report(struct sources *sources, size_t number, char text[TEXT_MOST])
{
    uint32_t *mine = sources->recent[number % RECENT];
    bool is_repeat = number > RECENT && draw(sources, REPEATED) == 0;

    mine[0] = draw(sources, sources->texts.count);
    mine[1] = draw(sources, sources->places.count);
    if (is_repeat)
        memcpy(mine, sources->recent[draw(sources, RECENT)], sizeof(sources->recent[0]));
    if (is_repeat || draw(sources, 100) < PLACED)
        (void)snprintf(text, TEXT_MOST, "%s%s di %s", draw(sources, 2) == 0 ? "" : "Mohon bantuannya, ",
            sources->texts.lines[mine[0]], sources->places.lines[mine[1]]);
    else
        (void)snprintf(text, TEXT_MOST, "%s", sources->texts.lines[mine[0]]);
}

static int
compare(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

int
main(int argc, char **argv)
{
    size_t reports = argc == 4 ? strtoul(argv[1], NULL, 10) : 0;
    struct sources *sources = check_zalloc(1, sizeof(*sources));
    struct knowledge *knowledge =
        knowledge_files_load("bench_decide", &(struct knowledge_files){.folder = NULL});
    struct duplicates *duplicates = NULL;
    struct text scratch = {0};
    struct triage triage;
    int64_t *batches = check_zalloc(reports / batch + 2, sizeof(*batches));
    static char text[TEXT_MOST];
    size_t bytes = 0;
    size_t found = 0;
    size_t measured = 0;
    int64_t spent_us = 0;

    if (reports < 10 * batch || knowledge == NULL) {
        fprintf(stderr, "usage: bench_decide REPORTS TEXTS PLACES\n");
        return 2;
    }
    sources->seed = UINT64_C(88172645463325252);
    sources->texts = read_list(argv[2]);
    sources->places = read_list(argv[3]);
    duplicates = duplicates_new(reports);
    for (size_t i = 0; i < reports; i++) {
        bool is_measured = i >= reports - reports / 10;
        struct triage_report report = {.id = (int64_t)i + 1, .region_code = "", .text = text, .address = ""};
        int64_t start_us = 0;

        write_report(sources, i, text);
        report.text_length = strlen(text);
        report.received_at_ms = INT64_C(1760000000000) + (int64_t)i * APART_MS;
        start_us = clock_mono_us();
        triage_decide(knowledge, duplicates, &scratch, &report, &triage);
        if (!is_measured)
            continue;
        batches[measured / batch] += clock_mono_us() - start_us;
        spent_us += clock_mono_us() - start_us;
        measured++;
        bytes += report.text_length;
        found += triage.relation == RELATION_DUPLICATE;
    }
    size_t p99 = measured / batch * 99 / 100;

    qsort(batches, measured / batch, sizeof(*batches), compare);
    printf("{\"reports\": %zu, \"a_second\": %.0f, \"batch_p99_ms\": %.2f, \"bytes\": %zu, \"duplicates\": "
           "%.3f, "
           "\"index_bytes\": %.1f}\n",
        reports, (double)measured * 1e6 / (double)spent_us, (double)batches[p99] / 1000, bytes / measured,
        (double)found / (double)measured,
        (double)duplicates_bytes(duplicates) / (double)duplicates_size(duplicates));
    return 0;
}
