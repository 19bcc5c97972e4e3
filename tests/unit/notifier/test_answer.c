// test_answer.c - what an answer means and when to come again, by tables.
#include "answer.h"

#include "cmocka_all.h"
#include "rows.h"

#include <stdlib.h>
#include <string.h>

static void
check_answer(char *const *column)
{
    const char *ending = answer_text(answer_ending((int)strtol(column[0], NULL, 10)));

    if (strcmp(ending, column[1]) != 0)
        fail_msg("%s (%s) should be %s and is %s", column[0], column[2], column[1], ending);
}

static void
test_answers(void **state)
{
    (void)state;
    assert_true(rows_each("answers.tsv", 3, check_answer) >= 25);
}

static void
check_backoff(char *const *column)
{
    int failures = (int)strtol(column[0], NULL, 10);
    int64_t retry_after_s = strtoll(column[1], NULL, 10);
    int64_t least = strtoll(column[2], NULL, 10);
    int64_t most = strtoll(column[3], NULL, 10);
    int64_t shortest = INT64_MAX;
    int64_t longest = 0;

    for (uint64_t random = 0; random <= UINT32_MAX; random += 65521) {
        int64_t wait = answer_backoff_ms(failures, retry_after_s, (uint32_t)random);

        shortest = wait < shortest ? wait : shortest;
        longest = wait > longest ? wait : longest;
    }
    if (shortest < least || longest > most || shortest > least + least / 100 || longest < most - most / 100)
        fail_msg("failure %d, retry after %lld: %lld .. %lld", failures, (long long)retry_after_s,
            (long long)shortest, (long long)longest);
}

static void
test_backoffs(void **state)
{
    (void)state;
    assert_true(rows_each("backoff.tsv", 5, check_backoff) >= 15);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_answers), cmocka_unit_test(test_backoffs)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
