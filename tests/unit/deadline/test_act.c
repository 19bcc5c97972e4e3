// test_act.c - act.h: what an act needs, row by row of tests/data/deadlines/act_wrong.tsv; which words are
// the same, row by row of act_text_key.tsv; and which acts may respond.
#include "act.h"

#include "check.h"
#include "cmocka_all.h"
#include "tsv.h"

#include <string.h>

static void
names_are_those_of_the_table(void **state)
{
    static const char *const names[ACTS] = {"acknowledge", "verifying", "field_check", "in_progress",
        "awaiting_validation", "done", "rejected", "reopened", "ask", "answer", "reply", "note", "not_ours",
        "assign", "judge"};
    enum act act;

    (void)state;
    for (size_t i = 0; i < ACTS; i++) {
        assert_string_equal(act_name((enum act)i), names[i]);
        assert_true(act_parse(names[i], &act));
        assert_int_equal(act, i);
    }
    assert_false(act_parse("", &act));
    assert_false(act_parse("Done", &act));
    assert_false(act_parse("done ", &act));
}

static void
actors_are_those_of_the_table(void **state)
{
    static const char *const names[ACTOR_KINDS] = {"officer", "bot", "system", "reporter"};
    enum actor_kind kind;

    (void)state;
    for (size_t i = 0; i < ACTOR_KINDS; i++) {
        assert_string_equal(actor_kind_name((enum actor_kind)i), names[i]);
        assert_true(actor_kind_parse(names[i], &kind));
        assert_int_equal(kind, i);
    }
    assert_false(actor_kind_parse("", &kind));
    assert_false(actor_kind_parse("head", &kind));
}

static void
seven_acts_give_a_stage_of_their_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < ACTS; i++) {
        const char *stage = act_stage((enum act)i);
        if (i >= ACT_VERIFYING && i <= ACT_REOPENED)
            assert_string_equal(stage, act_name((enum act)i));
        else
            assert_null(stage);
    }
}

static void
officers_respond_by_the_six_stages_of_an_answer(void **state)
{
    (void)state;
    for (size_t i = 0; i < ACTS; i++)
        for (size_t j = 0; j < ACTOR_KINDS; j++) {
            const struct act_row act = {.act = (enum act)i, .actor = (enum actor_kind)j};
            bool is_answer = i >= ACT_VERIFYING && i <= ACT_REJECTED;
            assert_int_equal(act_may_respond(&act), is_answer && j == ACTOR_OFFICER);
        }
}

static void
words_on_a_third_ticket_are_pasted(void **state)
{
    struct act_row act = {.act = ACT_VERIFYING};

    (void)state;
    for (act.same_text = 0; act.same_text < 10; act.same_text++)
        assert_int_equal(act_is_pasted(&act), act.same_text + 1 >= 3);
}

static void
needs_what_the_table_says(void **state)
{
    struct tsv *table = tsv_open("tests/data/deadlines/act_wrong.tsv", "why\tact\tvalue\ttext\twrong");
    enum act act;
    int failed = 0;

    (void)state;
    while (tsv_next(table)) {
        assert_true(act_parse(tsv_field(table, 1), &act));
        const char *wrong = act_wrong(act, tsv_field(table, 2), tsv_field(table, 3));
        if (strcmp(wrong == NULL ? "" : wrong, tsv_field(table, 4)) == 0)
            continue;
        print_error("act_wrong.tsv:%d: %s: %s\n", tsv_line(table), tsv_field(table, 0), wrong);
        failed++;
    }
    tsv_close(&table);
    assert_int_equal(failed, 0);
}

static void
refuses_what_is_not_utf8(void **state)
{
    (void)state;
    assert_string_equal(act_wrong(ACT_NOTE, "", "caf\xe9"), "text: is not UTF-8");
    assert_string_equal(act_wrong(ACT_ASSIGN, "\xff", ""), "value: is not UTF-8");
}

static void
judgements_name_an_act_and_say_yes_or_no(void **state)
{
    struct act_row act = {.act = ACT_JUDGE, .value = "123456789012345678 counts"};
    int64_t about = 0;
    bool counts = false;

    (void)state;
    assert_true(act_judges(&act, &about, &counts));
    assert_int_equal(about, 123456789012345678);
    assert_true(counts);
    strcpy(act.value, "7 pasted");
    assert_true(act_judges(&act, &about, &counts));
    assert_int_equal(about, 7);
    assert_false(counts);
    strcpy(act.value, "7 maybe");
    assert_false(act_judges(&act, &about, &counts));
    strcpy(act.value, "7 counts");
    act.act = ACT_NOTE;
    assert_false(act_judges(&act, &about, &counts));
}

static void
the_same_words_have_the_same_key(void **state)
{
    struct tsv *table = tsv_open("tests/data/deadlines/act_text_key.tsv", "why\tone\tother\tsame");
    int failed = 0;

    (void)state;
    while (tsv_next(table)) {
        bool same = act_text_key(tsv_field(table, 1)) == act_text_key(tsv_field(table, 2));
        if (same == (strcmp(tsv_field(table, 3), "yes") == 0))
            continue;
        print_error("act_text_key.tsv:%d: %s\n", tsv_line(table), tsv_field(table, 0));
        failed++;
    }
    tsv_close(&table);
    assert_int_equal(failed, 0);
}

static void
only_no_words_have_the_key_0(void **state)
{
    (void)state;
    assert_int_equal(act_text_key(""), 0);
    assert_int_equal(act_text_key(" .,;!? "), 0);
    assert_int_equal(act_text_key("caf\xe9"), 0); // not UTF-8: never stored
    assert_int_not_equal(act_text_key("a"), 0);
    assert_int_not_equal(act_text_key("7"), 0);
    assert_int_not_equal(act_text_key("ꦱ"), 0);
    // It is stored for years: XXH3 (64 bits, no seed) of "sudah kami tindak lanjuti".
    assert_int_equal(act_text_key("Sudah kami TINDAK-lanjuti."), INT64_C(-6180300406610065506));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_those_of_the_table),
        cmocka_unit_test(actors_are_those_of_the_table),
        cmocka_unit_test(seven_acts_give_a_stage_of_their_name),
        cmocka_unit_test(officers_respond_by_the_six_stages_of_an_answer),
        cmocka_unit_test(words_on_a_third_ticket_are_pasted),
        cmocka_unit_test(needs_what_the_table_says),
        cmocka_unit_test(refuses_what_is_not_utf8),
        cmocka_unit_test(judgements_name_an_act_and_say_yes_or_no),
        cmocka_unit_test(the_same_words_have_the_same_key),
        cmocka_unit_test(only_no_words_have_the_key_0),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
