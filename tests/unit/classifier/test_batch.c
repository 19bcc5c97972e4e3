// test_batch.c - batch.h: items survive what they were copied from.
#include "batch.h"
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 3000, TEXT_SIZE = 10000 };

static void
keeps_copies(void **state)
{
    struct batch *batch = batch_new(MOST);
    static char text[TEXT_SIZE];

    (void)state;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < MOST; i++) {
            char code[16];

            memset(text, 'a' + i % 26, sizeof(text));
            (void)snprintf(code, sizeof(code), "JT-%d", i);
            batch_add(batch, &(struct batch_item){.follows_id = i,
                                 .tracking_code = code,
                                 .report = {.id = i,
                                     .text = text,
                                     .text_length = (size_t)(i % TEXT_SIZE),
                                     .address = text,
                                     .address_length = 3,
                                     .region_code = code + 3}});
        }
        assert_int_equal(batch_count(batch), MOST);
        for (int i = 0; i < MOST; i++) {
            const struct batch_item *item = &batch_items(batch)[i];

            assert_int_equal(item->report.id, i);
            assert_int_equal(strtol(item->tracking_code + 3, NULL, 10), i);
            assert_int_equal(strtol(item->report.region_code, NULL, 10), i);
            assert_int_equal(strlen(item->report.text), i % TEXT_SIZE);
            assert_int_equal(strlen(item->report.address), 3);
            assert_int_equal(item->report.address[0], 'a' + i % 26);
        }
        batch_clear(batch);
        assert_int_equal(batch_count(batch), 0);
    }
    batch_destroy(&batch);
    assert_null(batch);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(keeps_copies)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
