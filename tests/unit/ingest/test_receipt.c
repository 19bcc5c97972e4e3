// test_receipt.c - a receipt packed is the receipt that an integrator unpacks.
#include "cmocka_all.h"
#include "receipt.h"

#include <stdio.h>
#include <string.h>

static void
packs_what_it_is_given(void **state)
{
    (void)state;
    uint8_t bytes[RECEIPT_SIZE];
    const struct receipt receipt = {
        "msg-1", KENTONGAN__V1__STATUS__STATUS_ACCEPTED, "JT-0000-0000-0", "", INT64_C(1763800000000)};
    size_t length = receipt_pack(&receipt, bytes);
    Kentongan__V1__Receipt *message = kentongan__v1__receipt__unpack(NULL, length, bytes);
    assert_non_null(message);
    assert_string_equal(message->source_message_id, "msg-1");
    assert_int_equal(message->status, KENTONGAN__V1__STATUS__STATUS_ACCEPTED);
    assert_string_equal(message->tracking_code, "JT-0000-0000-0");
    assert_string_equal(message->reason, "");
    assert_int_equal(message->received_at_ms, INT64_C(1763800000000));
    kentongan__v1__receipt__free_unpacked(message, NULL);
}

static void
leaves_out_what_is_empty(void **state)
{
    (void)state;
    uint8_t bytes[RECEIPT_SIZE];
    const struct receipt receipt = {"", KENTONGAN__V1__STATUS__STATUS_REJECTED, "", "text: is empty", 0};
    size_t length = receipt_pack(&receipt, bytes);
    assert_int_equal(length, 2 + 2 + 14);
    assert_memory_equal(bytes, "\x10\x03\x22\x0etext: is empty", length);
}

static void
takes_the_largest(void **state)
{
    (void)state;
    uint8_t bytes[RECEIPT_SIZE];
    char id[129], reason[201];
    memset(id, 'm', 128);
    memset(reason, 'r', 200);
    id[128] = reason[200] = '\0';
    const struct receipt receipt = {
        id, KENTONGAN__V1__STATUS__STATUS_RETRY_LATER, "JT-0000-0000-0", reason, INT64_MAX};
    assert_in_range(receipt_pack(&receipt, bytes), 350, RECEIPT_SIZE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packs_what_it_is_given),
        cmocka_unit_test(leaves_out_what_is_empty),
        cmocka_unit_test(takes_the_largest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
