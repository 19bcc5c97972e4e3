// test_topic.c - topic.h, by tests/data/triage/topic.tsv with the keywords of deploy/data, and by rules
// of its own.
#include "cmocka_all.h"
#include "reference.h"
#include "topic.h"
#include "tsv.h"

#include <string.h>

static void
find(struct topics *topics, const struct lexicon *lexicon, const char *bytes, struct topic_answer *answer)
{
    struct text text = {0};

    text_add(&text, lexicon, bytes, strlen(bytes));
    topics_find(topics, &text, answer);
    text_free(&text);
}

static void
follows_the_table(void **state)
{
    struct knowledge *knowledge = *state;
    struct tsv *table = tsv_open("tests/data/triage/topic.tsv", "expected\ttext");
    struct topic_answer answer;
    int wrong = 0;

    while (tsv_next(table)) {
        find(knowledge->topics, knowledge->lexicon, tsv_field(table, 1), &answer);
        if (strcmp(answer.topic, tsv_field(table, 0)) == 0)
            continue;
        wrong++;
        print_error("topic.tsv:%d: %s -> \"%s\" %.2f (%s)\n", tsv_line(table), tsv_field(table, 1),
            answer.topic, answer.confidence, answer.keyword_count > 0 ? answer.keywords[0] : "");
    }
    tsv_close(&table);
    assert_int_equal(wrong, 0);
}

static void
sums_weights_by_the_formula(void **state)
{
    struct lexicon *lexicon = lexicon_new();
    struct topics *topics = topics_new();
    struct topic_answer answer;

    (void)state;
    lexicon_add(lexicon, "yang", "");
    lexicon_ready(lexicon);
    assert_int_equal(topics_add(topics, lexicon, "light", "lampu", 2), 0);
    assert_int_equal(topics_add(topics, lexicon, "signal", "lampu merah", 4), 0);
    assert_int_equal(topics_add(topics, lexicon, "road", "jalan", 2), 0);
    assert_int_equal(topics_add(topics, lexicon, "road", "aspal", 3), 0);
    assert_int_equal(topics_size(topics), 3);

    find(topics, lexicon, "jalan aspal", &answer);
    assert_string_equal(answer.topic, "road");
    assert_true(answer.confidence > 5.0 / 6 - 1e-9 && answer.confidence < 5.0 / 6 + 1e-9);
    assert_int_equal(answer.keyword_count, 2);
    assert_string_equal(answer.keywords[0], "jalan");

    // A phrase takes its words with it, stop words between them do not count, and a break parts it.
    find(topics, lexicon, "lampu yang merah", &answer);
    assert_string_equal(answer.topic, "signal");
    assert_true(answer.confidence > 0.8 - 1e-9 && answer.confidence < 0.8 + 1e-9);
    find(topics, lexicon, "lampu\nmerah", &answer);
    assert_string_equal(answer.topic, "light");

    // Once is as good as often.
    find(topics, lexicon, "lampu lampu lampu jalan aspal", &answer);
    assert_string_equal(answer.topic, "road");

    // Level: no topic.
    find(topics, lexicon, "lampu jalan", &answer);
    assert_string_equal(answer.topic, "");
    assert_true(answer.confidence == 0);
    find(topics, lexicon, "", &answer);
    assert_string_equal(answer.topic, "");
    topics_destroy(&topics);
    lexicon_destroy(&lexicon);
}

static void
refuses_keywords_of_nothing(void **state)
{
    struct knowledge *knowledge = *state;
    struct topics *topics = topics_new();

    assert_int_equal(topics_add(topics, knowledge->lexicon, "t", "yang di", 1), -1);
    assert_int_equal(topics_add(topics, knowledge->lexicon, "t", "", 1), -1);
    assert_int_equal(topics_add(topics, knowledge->lexicon, "t", "!!", 1), -1);
    assert_int_equal(topics_add(topics, NULL, "t", "a b c d e f g h i", 1), -1);
    assert_int_equal(topics_add(topics, NULL, "t", "a\nb", 1), -1);
    topics_destroy(&topics);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_the_table),
        cmocka_unit_test(sums_weights_by_the_formula),
        cmocka_unit_test(refuses_keywords_of_nothing),
    };

    return cmocka_run_group_tests(tests, reference_setup, reference_teardown);
}
