// similar.c - what the index of known reports costs: time to find and to add, memory, and how both grow.
//
// usage: bench_similar REPORTS [same]
//        bench_similar texts < LINES
//
// The first fills an index with REPORTS profiles and prints one JSON object: microseconds to find and add one
// over the last tenth, bytes a report, how many were found to be duplicates.  One in five tells a recent
// incident in slightly other words.  With "same" all of them are one matter in one village in ever other
// words, which no index can spread.  Profiles are made up, so that the making costs next to nothing; places
// and words are drawn so that few of them are in most reports, as in real ones.
#include "duplicates.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    DISTRICTS = 576,
    VILLAGES = 15, // of a district
    NAMES = 20000,
    VOCABULARY = 3000,
    TOPICS = 100,
    RECENT = 4096,
    WORDS_LEAST = 5,
    WORDS_MOST = 55,
    REPEATED = 5, // one in so many
    SECONDS_APART = 10,
    YEAR_S = 365 * 24 * 3600,
    BATCH = 256,
    TEXTS_MOST = 1000000,
};

static uint64_t seed = UINT64_C(88172645463325252);

// Marsaglia's xorshift64.
static uint32_t
draw(uint32_t most)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)((seed >> 32) * most >> 32);
}

// Small numbers far more often than large ones.
static uint32_t
draw_uneven(uint32_t most)
{
    double share = (double)draw(UINT32_MAX) / (double)UINT32_MAX;

    return (uint32_t)((double)(most - 1) * share * share * share);
}

static int
compare(const void *left, const void *right)
{
    return *(const uint16_t *)left - *(const uint16_t *)right;
}

static size_t
sort_distinct(uint16_t *values, size_t count)
{
    size_t distinct = 0;

    qsort(values, count, sizeof(*values), compare);
    for (size_t i = 0; i < count; i++)
        if (distinct == 0 || values[distinct - 1] != values[i])
            values[distinct++] = values[i];
    return distinct;
}

static uint16_t
name(uint32_t number)
{
    return (uint16_t)(((number + 1) * UINT32_C(2654435761) >> 16) & ~UINT32_C(1));
}

static void
make_words(struct profile *profile, uint32_t district, uint32_t village)
{
    uint16_t names[4];
    uint16_t words[WORDS_MOST];
    size_t count = 0;
    size_t word_count = WORDS_LEAST + draw(WORDS_MOST - WORDS_LEAST);

    if (draw(3) > 0)
        names[count++] = name(district);
    if (draw(2) > 0)
        names[count++] = name(DISTRICTS + district * VILLAGES + village);
    for (int i = 0; i < 2; i++)
        if (draw(2) > 0)
            names[count++] = name(DISTRICTS * (VILLAGES + 1) + draw_uneven(NAMES));
    profile->name_count = (uint8_t)sort_distinct(names, count);
    memcpy(profile->words, names, profile->name_count * sizeof(*names));
    for (size_t i = 0; i < word_count; i++)
        words[i] = (uint16_t)(draw_uneven(VOCABULARY) * 21);
    profile->word_count = (uint8_t)sort_distinct(words, word_count);
    memcpy(profile->words + profile_names(profile), words, profile_words(profile) * sizeof(*words));
}

static void
make(struct profile *profile)
{
    uint32_t district = draw_uneven(DISTRICTS);
    uint32_t village = draw(VILLAGES);

    *profile = (struct profile){.region = UINT32_C(33) << 25 | (district / 17 + 1) << 18 |
                                          (district % 17 + 1) << 11 | (draw(2) > 0 ? village + 1001 : 0),
        .latitude = PROFILE_NO_POINT,
        .longitude = PROFILE_NO_POINT,
        .text_hash = draw(UINT32_MAX),
        .topics = {(uint16_t)(draw_uneven(TOPICS) * 2 + 1), (uint16_t)(draw_uneven(TOPICS) * 2 + 1)},
        .concepts = UINT64_C(1) << draw(VOCABULARY_TROUBLES) |
                    UINT64_C(1) << (VOCABULARY_TROUBLES + draw(VOCABULARY_CONCEPTS - VOCABULARY_TROUBLES))};
    if (draw(3) == 0) {
        profile->latitude = -7000000 - (int32_t)draw(1000000);
        profile->longitude = 110000000 + (int32_t)draw(2000000);
    }
    make_words(profile, district, village);
}

// Another one, a near copy of a recent one, or always the same matter.
static void
next(struct profile *profile, const struct profile *recent, int64_t id, bool is_same)
{
    if (is_same && id > 1)
        *profile = recent[0];
    else if (id > RECENT && draw(REPEATED) == 0)
        *profile = recent[draw(RECENT)];
    else
        make(profile);
    if (profile->text_hash != 0 && profile->word_count > 0)
        profile->words[profile_names(profile) + profile_words(profile) - 1] |= 1;
    profile->text_hash = draw(UINT32_MAX);
    profile->id = id;
    profile->received_s = (uint32_t)(id * SECONDS_APART % YEAR_S);
}

static double
now_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void
take(struct duplicates *duplicates, const struct profile *profile, size_t *found)
{
    struct duplicates_answer answer;

    duplicates_find(duplicates, profile, &answer);
    duplicates_add(duplicates, profile, answer.relation == RELATION_DUPLICATE ? answer.duplicate_of : 0);
    *found += answer.relation == RELATION_DUPLICATE;
}

static void
measure_profiles(size_t most, bool is_same)
{
    static struct profile recent[RECENT];
    struct profile batch[BATCH];
    struct duplicates *duplicates = duplicates_new(most);
    size_t measured = 0;
    size_t found = 0;
    double used_us = 0;

    for (size_t done = 0; done < most; done += BATCH) {
        double start_us = 0;

        for (size_t i = 0; i < BATCH; i++) {
            next(&batch[i], recent, (int64_t)(done + i + 1), is_same);
            recent[(done + i) % RECENT] = batch[i];
        }
        start_us = now_us();
        for (size_t i = 0; i < BATCH; i++)
            take(duplicates, &batch[i], &found);
        if (done >= most - most / 10) {
            used_us += now_us() - start_us;
            measured += BATCH;
        }
    }
    printf("{\"reports\": %zu, \"kept\": %zu, \"us_a_report\": %.2f, \"bytes_a_report\": %.1f, "
           "\"duplicates\": %.3f}\n",
        most, duplicates_size(duplicates), used_us / (double)measured,
        (double)duplicates_bytes(duplicates) / (double)duplicates_size(duplicates),
        (double)found / (double)most);
    duplicates_destroy(&duplicates);
}

static void
measure_texts(FILE *file)
{
    struct lexicon *lexicon = lexicon_new();
    struct vocabulary *vocabulary = NULL;
    struct duplicates *duplicates = duplicates_new(TEXTS_MOST);
    struct text text = {0};
    char *line = NULL;
    size_t room = 0;
    size_t count = 0;
    size_t found = 0;
    ssize_t length = 0;
    double used_us = 0;

    lexicon_ready(lexicon);
    vocabulary = vocabulary_new(lexicon);
    while (count < TEXTS_MOST && (length = getline(&line, &room, file)) > 0) {
        struct profile_report report = {.id = (int64_t)++count, .received_at_ms = 1000, .region_code = ""};
        struct profile profile;
        double start_us = now_us();

        text_clear(&text);
        text_add(&text, lexicon, line, (size_t)length);
        profile_make(vocabulary, &text, &report, &profile);
        take(duplicates, &profile, &found);
        used_us += now_us() - start_us;
    }
    printf("{\"texts\": %zu, \"us_a_text\": %.2f, \"duplicates\": %zu}\n", count,
        count == 0 ? 0 : used_us / (double)count, found);
    free(line);
    text_free(&text);
    duplicates_destroy(&duplicates);
    vocabulary_destroy(&vocabulary);
    lexicon_destroy(&lexicon);
}

int
main(int argc, char **argv)
{
    size_t most = argc > 1 ? strtoull(argv[1], NULL, 10) / BATCH * BATCH : 0;

    if (argc > 1 && strcmp(argv[1], "texts") == 0) {
        measure_texts(stdin);
    } else if (most > 0) {
        measure_profiles(most, argc > 2 && strcmp(argv[2], "same") == 0);
    } else {
        (void)fprintf(stderr, "usage: bench_similar REPORTS [same]\n       bench_similar texts < LINES\n");
        return 64;
    }
    return 0;
}
