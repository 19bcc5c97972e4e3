// test_details.c - details.h and vocabulary.h, by tests/data/triage/details.tsv.
#include "cmocka_all.h"
#include "details.h"
#include "reference.h"
#include "tsv.h"

#include <stdio.h>
#include <string.h>

static void
find(struct knowledge *knowledge, struct text *text, const char *words, struct details *details)
{
    text_clear(text);
    text_add(text, knowledge->lexicon, words, strlen(words));
    details_find(text, vocabulary_read(knowledge->vocabulary, text), details);
}

static bool
has_kind(const char *kinds, enum detail_kind kind)
{
    const char *name = detail_name(kind);
    size_t length = strlen(name);

    for (const char *at = strstr(kinds, name); at != NULL; at = strstr(at + 1, name))
        if ((at == kinds || at[-1] == ',') && (at[length] == ',' || at[length] == '\0'))
            return true;
    return false;
}

// Do they share a value of this kind?
static bool
share(const struct details *left, const struct details *right, enum detail_kind kind)
{
    for (size_t i = 0; i < left->count; i++)
        for (size_t k = 0; k < right->count; k++)
            if (left->all[i].kind == kind && right->all[k].kind == kind &&
                left->all[i].value == right->all[k].value)
                return true;
    return false;
}

static bool
is_there(const struct details *details, enum detail_kind kind)
{
    return share(details, details, kind);
}

static void
follows_the_table(void **state)
{
    struct knowledge *knowledge = *state;
    struct tsv *table = tsv_open("tests/data/triage/details.tsv", "kinds\ttext\talike\tunlike");
    struct details details;
    struct details alike;
    struct details unlike;
    struct text text = {0};
    int wrong = 0;

    while (tsv_next(table)) {
        find(knowledge, &text, tsv_field(table, 1), &details);
        find(knowledge, &text, tsv_field(table, 2), &alike);
        find(knowledge, &text, tsv_field(table, 3), &unlike);
        for (int i = 0; i < DETAIL_KINDS; i++) {
            enum detail_kind kind = (enum detail_kind)i;
            bool wanted = has_kind(tsv_field(table, 0), kind);
            const char *problem = is_there(&details, kind) != wanted ? (wanted ? "missing" : "too many")
                                  : wanted && !share(&details, &alike, kind) ? "not alike"
                                  : wanted && (!is_there(&unlike, kind) || share(&details, &unlike, kind))
                                      ? "not unlike"
                                      : NULL;

            if (problem == NULL)
                continue;
            print_error("details.tsv:%d: %s: %s\n", tsv_line(table), detail_name(kind), problem);
            wrong++;
        }
    }
    tsv_close(&table);
    text_free(&text);
    assert_int_equal(wrong, 0);
}

static bool
has_name(const struct details *details, const struct details *other)
{
    for (size_t i = 0; i < details->name_count; i++)
        for (size_t k = 0; k < other->name_count; k++)
            if (((details->names[i] ^ other->names[k]) & VOCABULARY_NAME) == 0)
                return true;
    return false;
}

static void
knows_a_name_from_a_word(void **state)
{
    struct knowledge *knowledge = *state;
    struct details details;
    struct details other;
    struct text text = {0};

    find(knowledge, &text, "Mohon jalan yang rusak segera diperbaiki, terima kasih", &details);
    assert_int_equal(details.name_count, 0);
    // Old spelling, letters that changed places, and none of it for another name.
    find(knowledge, &text, "jalan di Soekarejo rusak", &details);
    find(knowledge, &text, "jalan di sukarjeo rusak", &other);
    assert_int_equal(details.name_count, 1);
    assert_true(has_name(&details, &other));
    find(knowledge, &text, "jalan di Sukoharjan rusak", &other);
    assert_false(has_name(&details, &other));
    // Whom it is written to is nobody of the matter.
    find(knowledge, &text, "Yth Pak Wiryatmo, jalan di Slarang rusak", &details);
    assert_int_equal(details.name_count, 1);
    text_free(&text);
}

static void
keeps_no_more_than_there_is_room_for(void **state)
{
    struct knowledge *knowledge = *state;
    struct details details;
    struct text text = {0};
    char words[4096] = "";
    size_t length = 0;

    for (int i = 1; i <= 60; i++)
        length += (size_t)snprintf(
            words + length, sizeof(words) - length, "rt %d desa qwzx%c%c ", i, 'a' + i % 26, 'a' + i / 26);
    find(knowledge, &text, words, &details);
    assert_int_equal(details.count, DETAILS_MOST);
    assert_int_equal(details.name_count, DETAILS_NAMES_MOST);
    find(knowledge, &text, "", &details);
    assert_int_equal(details.count, 0);
    text_free(&text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_the_table),
        cmocka_unit_test(knows_a_name_from_a_word),
        cmocka_unit_test(keeps_no_more_than_there_is_room_for),
    };

    return cmocka_run_group_tests(tests, reference_setup, reference_teardown);
}
