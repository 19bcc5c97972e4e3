// test_whatsapp.c - webhooks of the WhatsApp Cloud API.
#include "cmocka_all.h"
#include "whatsapp.h"

#include <stdio.h>
#include <string.h>

struct seen {
    char lines[20][160];
    size_t count;
};

static void
on_message(void *self, const struct whatsapp_message *message)
{
    struct seen *seen = self;

    assert_true(seen->count < LENGTH(seen->lines));
    snprintf(seen->lines[seen->count++], sizeof(seen->lines[0]), "%s %s/%s %s|%s|%s|%s|%s %d %d %lld",
        message->id, message->phone, message->user, message->name, message->text, message->payload,
        message->media, message->address, message->has_sha256, message->has_point,
        (long long)message->sent_at_ms);
}

static void
on_status(void *self, const struct whatsapp_status *status)
{
    struct seen *seen = self;

    assert_true(seen->count < LENGTH(seen->lines));
    snprintf(
        seen->lines[seen->count++], sizeof(seen->lines[0]), "%s %d", status->reference, status->delivered);
}

static size_t
read(const char *text, struct seen *seen)
{
    const struct whatsapp_handler handler = {on_message, on_status, seen};
    json_t *json = json_loads(text, 0, NULL);
    size_t left_out = 0;

    *seen = (struct seen){0};
    assert_non_null(json);
    left_out = whatsapp_each(json, &handler);
    json_decref(json);
    return left_out;
}

#define AROUND(value) "{\"entry\":[{\"changes\":[{\"field\":\"messages\",\"value\":" value "}]}]}"

static void
test_signatures(void **state)
{
    // RFC 4231, test case 2.
    static const char good[] = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    static const char body[] = "what do ya want for nothing?";
    char changed[sizeof(good)];

    (void)state;
    assert_true(whatsapp_is_signed("Jefe", good, body, strlen(body)));
    assert_false(whatsapp_is_signed("Jefe", good, body, strlen(body) - 1));
    assert_false(whatsapp_is_signed("jefe", good, body, strlen(body)));
    assert_false(whatsapp_is_signed("", good, body, strlen(body)));
    assert_false(whatsapp_is_signed("Jefe", NULL, body, strlen(body)));
    for (size_t i = 0; i < sizeof(good) - 1; i++) {
        memcpy(changed, good, sizeof(good));
        changed[i] = changed[i] == '0' ? '1' : '0';
        assert_false(whatsapp_is_signed("Jefe", changed, body, strlen(body)));
        memcpy(changed, good, sizeof(good));
        changed[i] = '\0';
        assert_false(whatsapp_is_signed("Jefe", changed, body, strlen(body)));
    }
}

static void
test_all_messages_of_all_changes(void **state)
{
    struct seen seen;

    (void)state;
    assert_int_equal(
        read("{\"entry\":[{\"changes\":[{\"field\":\"messages\",\"value\":{\"messages\":["
             "{\"id\":\"1\",\"type\":\"text\",\"from\":\"62\",\"timestamp\":\"5\",\"text\":{\"body\":\"a\"}},"
             "{\"id\":\"2\",\"type\":\"text\",\"text\":{\"body\":\"b\"}}]}},{\"field\":\"messages\","
             "\"value\":{\"messages\":["
             "{\"id\":\"3\",\"type\":\"text\",\"text\":{\"body\":\"c\"}}]}}]},{\"changes\":[{\"field\":"
             "\"other\",\"value\":"
             "{\"messages\":[{\"id\":\"4\",\"type\":\"text\",\"text\":{\"body\":\"d\"}}]}},{\"field\":"
             "\"messages\",\"value\":"
             "{\"messages\":[{\"id\":\"5\",\"type\":\"text\",\"text\":{\"body\":\"e\"}}],\"statuses\":["
             "{\"status\":\"read\",\"biz_opaque_callback_data\":\"n1.2\"}]}}]}]}",
            &seen),
        0);
    assert_int_equal(seen.count, 5);
    assert_string_equal(seen.lines[0], "1 62/ |a||| 0 0 5000");
    assert_string_equal(seen.lines[1], "2 / |b||| 0 0 0");
    assert_string_equal(seen.lines[2], "3 / |c||| 0 0 0");
    assert_string_equal(seen.lines[3], "5 / |e||| 0 0 0");
    assert_string_equal(seen.lines[4], "n1.2 1");
}

static void
test_each_type(void **state)
{
    static const struct {
        const char *message, *line; // NULL: it says nothing
    } rows[] = {
        {"\"type\":\"button\",\"button\":{\"text\":\"Terima\",\"payload\":\"ACK:x\"}",
            "1 / |Terima|ACK:x|| 0 0 0"},
        {"\"type\":\"interactive\",\"interactive\":{\"type\":\"list_reply\",\"list_reply\":{\"id\":\"i\","
         "\"title\":\"t\"}}",
            "1 / |t|i|| 0 0 0"},
        {"\"type\":\"image\",\"image\":{\"id\":\"9\",\"caption\":\"c\",\"sha256\":"
         "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}",
            "1 / |c||9| 1 0 0"},
        {"\"type\":\"document\",\"document\":{\"id\":\"9\",\"sha256\":\"AAAA\"}", "1 / |||9| 0 0 0"},
        {"\"type\":\"location\",\"location\":{\"latitude\":-7,\"longitude\":110.5,\"name\":\"n\",\"address\":"
         "\"a\"}",
            "1 / |n|||a 0 1 0"},
        {"\"type\":\"location\",\"location\":{\"latitude\":\"-7\",\"longitude\":110.5}", NULL},
        {"\"type\":\"location\",\"location\":{\"latitude\":-7,\"longitude\":181}", NULL},
        {"\"type\":\"location\",\"location\":{\"latitude\":91,\"longitude\":110,\"name\":\"n\"}",
            "1 / |n||| 0 0 0"},
        {"\"type\":\"image\",\"image\":{}", NULL},
        {"\"type\":\"button\",\"button\":{}", NULL},
        {"\"type\":\"text\",\"text\":{\"body\":\"\"}", NULL},
        {"\"type\":\"reaction\",\"reaction\":{\"emoji\":\"x\"}", NULL},
        {"\"type\":\"system\",\"system\":{}", NULL},
        {"\"type\":5", NULL},
        {"\"text\":{\"body\":\"b\"}", NULL},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct seen seen;
        char text[400];

        snprintf(text, sizeof(text), AROUND("{\"messages\":[{\"id\":\"1\",%s}]}"), rows[i].message);
        assert_int_equal(read(text, &seen), rows[i].line == NULL);
        assert_int_equal(seen.count, rows[i].line != NULL);
        if (rows[i].line != NULL)
            assert_string_equal(seen.lines[0], rows[i].line);
    }
}

static void
test_who_wrote(void **state)
{
    struct seen seen;

    (void)state;
    read(AROUND("{\"contacts\":[{\"profile\":{\"name\":\"A\"},\"wa_id\":\"1\"},{\"profile\":{\"name\":\"B\"},"
                "\"user_id\":\"ID.2\"}],"
                "\"messages\":[{\"id\":\"1\",\"from\":\"1\",\"type\":\"text\",\"text\":{\"body\":\"a\"}},"
                "{\"id\":\"2\",\"from_user_id\":\"ID.2\",\"type\":\"text\",\"text\":{\"body\":\"b\"}},"
                "{\"id\":\"3\",\"from\":\"3\",\"type\":\"text\",\"text\":{\"body\":\"c\"}}]}"),
        &seen);
    assert_string_equal(seen.lines[0], "1 1/ A|a||| 0 0 0");
    assert_string_equal(seen.lines[1], "2 /ID.2 B|b||| 0 0 0");
    assert_string_equal(seen.lines[2], "3 3/ |c||| 0 0 0");
}

static void
test_statuses(void **state)
{
    static const struct {
        const char *status, *line;
    } rows[] = {{"\"status\":\"delivered\",\"biz_opaque_callback_data\":\"r1\"", "r1 1"},
        {"\"status\":\"read\",\"biz_opaque_callback_data\":\"r1\"", "r1 1"},
        {"\"status\":\"failed\",\"biz_opaque_callback_data\":\"r1\"", "r1 0"},
        {"\"status\":\"sent\",\"biz_opaque_callback_data\":\"r1\"", NULL},
        {"\"status\":\"deleted\",\"biz_opaque_callback_data\":\"r1\"", NULL}, {"\"status\":\"read\"", NULL},
        {"\"status\":5,\"biz_opaque_callback_data\":5", NULL}};

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct seen seen;
        char text[300];

        snprintf(text, sizeof(text), AROUND("{\"statuses\":[{%s}]}"), rows[i].status);
        assert_int_equal(read(text, &seen), rows[i].line == NULL);
        if (rows[i].line != NULL)
            assert_string_equal(seen.lines[0], rows[i].line);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_signatures),
        cmocka_unit_test(test_all_messages_of_all_changes), cmocka_unit_test(test_each_type),
        cmocka_unit_test(test_who_wrote), cmocka_unit_test(test_statuses)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
