// test_data.c - deploy/data holds together: every topic has keywords and a route, every code is one that
// exists.
#include "cmocka_all.h"
#include "hashmap.h"
#include "lexicon.h"
#include "reference.h"
#include "tsv.h"

#include <stdlib.h>
#include <string.h>

enum { HAS_KEYWORD = 1, HAS_DEFAULT_ROUTE = 2 };

static const char agencies_columns[] = "code\tshort\tname\tlevel\tregion_code";
static const char regions_columns[] = "code\tlevel\tkind\tname\tparent\tlatitude\tlongitude";

// The 16 of LaporGub!.
static const char *const sektors[] = {"infrastruktur", "sosial masyarakat", "pendidikan",
    "permades dan kependudukan", "energi", "kepegawaian", "lingkungan", "keuangan dan aset", "kesehatan",
    "kategori lain-lain", "ekonomi dan industri", "bencana", "forkominda", "pertanian", "pembangunan daerah",
    "pariwisata dan budaya"};

static bool
has(const struct hashmap *codes, const char *code)
{
    uint32_t value = 0;

    return hashmap_get(codes, word_hash(code, strlen(code)), &value);
}

static void
mark(struct hashmap *codes, const char *code, uint32_t mark)
{
    uint32_t value = 0;

    (void)hashmap_get(codes, word_hash(code, strlen(code)), &value);
    hashmap_put(codes, word_hash(code, strlen(code)), value | mark);
}

// The first column of a table as a set; each code once.  Returns new.
static struct hashmap *
codes_of(const char *path, const char *columns)
{
    struct hashmap *codes = hashmap_new();
    struct tsv *table = tsv_open(path, columns);

    while (tsv_next(table)) {
        if (has(codes, tsv_field(table, 0)))
            fail_msg("%s:%d: %s is there twice", path, tsv_line(table), tsv_field(table, 0));
        mark(codes, tsv_field(table, 0), 0);
    }
    tsv_close(&table);
    return codes;
}

static void
topics_are_whole(void **state)
{
    struct hashmap *topics = codes_of("deploy/data/topics.tsv", "code\tname\tsektor");
    struct hashmap *agencies = codes_of("deploy/data/agencies.tsv", agencies_columns);
    struct tsv *table = tsv_open("deploy/data/topic_keywords.tsv", "topic\tkeyword\tweight");
    uint32_t seen = 0;
    size_t used[LENGTH(sektors)] = {0};

    (void)state;
    while (tsv_next(table)) {
        double weight = strtod(tsv_field(table, 2), NULL);

        if (!has(topics, tsv_field(table, 0)) || weight <= 0 || weight > 10)
            fail_msg("topic_keywords.tsv:%d", tsv_line(table));
        mark(topics, tsv_field(table, 0), HAS_KEYWORD);
    }
    tsv_close(&table);
    table = tsv_open("deploy/data/routes.tsv", "topic\tregion_prefix\troad_class\tagency");
    while (tsv_next(table)) {
        if (!has(topics, tsv_field(table, 0)) || !has(agencies, tsv_field(table, 3)))
            fail_msg("routes.tsv:%d", tsv_line(table));
        if (tsv_field(table, 1)[0] == '\0' && tsv_field(table, 2)[0] == '\0')
            mark(topics, tsv_field(table, 0), HAS_DEFAULT_ROUTE);
    }
    tsv_close(&table);
    table = tsv_open("deploy/data/topics.tsv", "code\tname\tsektor");
    while (tsv_next(table)) {
        size_t sektor = 0;

        while (sektor < LENGTH(sektors) && strcmp(sektors[sektor], tsv_field(table, 2)) != 0)
            sektor++;
        if (sektor == LENGTH(sektors) || tsv_field(table, 1)[0] == '\0')
            fail_msg("topics.tsv:%d", tsv_line(table));
        used[sektor]++;
        assert_true(hashmap_get(topics, word_hash(tsv_field(table, 0), strlen(tsv_field(table, 0))), &seen));
        // Nothing speaks for an emergency but that no other topic was found.
        if (strcmp(tsv_field(table, 0), "emergency") == 0)
            seen |= HAS_KEYWORD;
        if (seen != (HAS_KEYWORD | HAS_DEFAULT_ROUTE))
            fail_msg("topic %s has no keyword or no default route", tsv_field(table, 0));
    }
    tsv_close(&table);
    for (size_t i = 0; i < LENGTH(sektors); i++)
        if (used[i] == 0)
            fail_msg("sektor %s has no topic", sektors[i]);
    hashmap_destroy(&topics);
    hashmap_destroy(&agencies);
}

static void
agencies_are_whole(void **state)
{
    struct hashmap *regions = codes_of("deploy/data/regions.tsv", regions_columns);
    struct hashmap *agencies = codes_of("deploy/data/agencies.tsv", agencies_columns);
    struct tsv *table = tsv_open("deploy/data/agencies.tsv", agencies_columns);
    int governments = 0;

    (void)state;
    while (tsv_next(table)) {
        const char *region = tsv_field(table, 4);

        if (region[0] == '\0')
            continue;
        governments++;
        assert_true(has(regions, region));
        assert_int_equal(strncmp(tsv_field(table, 0), "PEMDA-", 6), 0);
        assert_string_equal(tsv_field(table, 0) + 6, region);
    }
    tsv_close(&table);
    assert_int_equal(governments, 35);
    assert_true(has(agencies, "KABKOTA"));
    assert_true(has(agencies, "TRIAGE"));
    hashmap_destroy(&regions);
    hashmap_destroy(&agencies);
}

static void
regions_are_whole(void **state)
{
    struct hashmap *regions = codes_of("deploy/data/regions.tsv", regions_columns);
    struct hashmap *aliases = codes_of("deploy/data/region_aliases.tsv", "alias\tregion_code");
    struct hashmap *polygons = codes_of("deploy/data/region_polygons.tsv", "code\trings");
    struct tsv *table = tsv_open("deploy/data/regions.tsv", regions_columns);
    int home = 0;

    (void)state;
    while (tsv_next(table)) {
        if (tsv_field(table, 4)[0] != '\0' && !has(regions, tsv_field(table, 4)))
            fail_msg("regions.tsv:%d has no parent", tsv_line(table));
        home += strncmp(tsv_field(table, 0), "33", 2) == 0;
    }
    tsv_close(&table);
    assert_int_equal(home, 9175);
    table = tsv_open("deploy/data/region_aliases.tsv", "alias\tregion_code");
    while (tsv_next(table))
        if (tsv_field(table, 1)[0] != '\0' && !has(regions, tsv_field(table, 1)))
            fail_msg("region_aliases.tsv:%d", tsv_line(table));
    tsv_close(&table);
    hashmap_destroy(&regions);
    hashmap_destroy(&aliases);
    hashmap_destroy(&polygons);
}

static void
holidays_are_whole(void **state)
{
    struct tsv *table = tsv_open("deploy/data/holidays.tsv", "day\tkind\tname\tstatus");

    (void)state;
    while (tsv_next(table))
        if (strlen(tsv_field(table, 0)) != 10 ||
            (strcmp(tsv_field(table, 1), "libur") != 0 && strcmp(tsv_field(table, 1), "cuti") != 0))
            fail_msg("holidays.tsv:%d", tsv_line(table));
    tsv_close(&table);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(topics_are_whole),
        cmocka_unit_test(agencies_are_whole),
        cmocka_unit_test(regions_are_whole),
        cmocka_unit_test(holidays_are_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
