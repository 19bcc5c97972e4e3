// test_ring_words.c - ladders as people write them.
#include "ring_words.h"

#include "cmocka_all.h"

#include <string.h>

static void
test_a_ladder(void **state)
{
    struct ring_words_step steps[RING_WORDS_STEPS_MOST];
    struct str wrong = {0};

    (void)state;
    assert_int_equal(ring_words_read("0 webpush,ntfy same; 90s webpush,sms  same;5m sms deputy ; 2h call; 1d "
                                     "webpush,ntfy,sms,whatsapp,email sekda;",
                         steps, &wrong),
        5);
    assert_int_equal(steps[0].wait_s, 0);
    assert_string_equal(steps[0].legs, "webpush,ntfy");
    assert_string_equal(steps[0].whom, "same");
    assert_int_equal(steps[1].wait_s, 90);
    assert_int_equal(steps[2].wait_s, 300);
    assert_string_equal(steps[2].whom, "deputy");
    assert_int_equal(steps[3].wait_s, 7200);
    assert_string_equal(steps[3].legs, "");
    assert_string_equal(steps[3].whom, "call");
    assert_int_equal(steps[4].wait_s, 86400);
    assert_string_equal(steps[4].legs, "webpush,ntfy,sms,whatsapp,email");
    assert_int_equal(wrong.length, 0);
}

static void
test_what_is_wrong_is_named(void **state)
{
    static const char *const texts[][2] = {
        {"", "step 0: give a wait"},
        {";", "step 0: give a wait"},
        {"0 webpush", "step 0: whom: webpush"},
        {"0 same", "step 0: legs: none are named"},
        {"0 webpush same now", "step 0: give a wait"},
        {"1m webpush same", "step 0: wait: the first step is at once"},
        {"0 webpush same; 5 sms head", "step 1: wait: 5:"},
        {"0 webpush same; 5w sms head", "step 1: wait: 5w:"},
        {"0 webpush same; -5m sms head", "step 1: wait: -5m:"},
        {"0 webpush same; 8d sms head", "step 1: wait: 8d:"},
        {"0 webpush same; 99999999999999999999s sms head", "step 1: wait: 9"},
        {"0 webpush same; 5m sms head; 300s call", "step 2: wait: waits count from the notice"},
        {"0 pigeon same", "step 0: legs: pigeon:"},
        {"0 webpush, same", "step 0: legs: webpush,:"},
        {"0 sms,webpush,sms same", "step 0: legs: sms,webpush,sms: one of them is named twice"},
        {"0 webpush everybody", "step 0: whom: everybody:"},
        {"0 webpush same; 5m sms call", "step 1: legs: call has none"},
        {"0 webpush same; ; 5m call", "step 1: give a wait"},
        {"0 sms same;1s sms same;2s sms same;3s sms same;4s sms same;5s sms same;6s sms same;7s sms same;8s "
         "sms "
         "same;9s sms same;10s sms same;11s sms same;12s sms same",
            "step 12: there are at most 12"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(texts); i++) {
        struct ring_words_step steps[RING_WORDS_STEPS_MOST];
        struct str wrong = {0};

        assert_int_equal(ring_words_read(texts[i][0], steps, &wrong), -1);
        if (strncmp(wrong.data, texts[i][1], strlen(texts[i][1])) != 0)
            fail_msg("[%s]: %s", texts[i][0], wrong.data);
        str_free(&wrong);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_ladder),
        cmocka_unit_test(test_what_is_wrong_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
