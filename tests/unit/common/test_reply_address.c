// test_reply_address.c - which of what a reporter left is an address, and that it is packed and unpacked
// whole.
#include "reply_address.h"

#include "cmocka_all.h"
#include "ingest.pb-c.h"

#include <stdlib.h>
#include <string.h>

enum { SMS = KENTONGAN__V1__CHANNEL__CHANNEL_SMS, WHATSAPP = KENTONGAN__V1__CHANNEL__CHANNEL_WHATSAPP };

static void
reads_phones(void **state)
{
    static const struct {
        int channel;
        const char *phone, *handle, *made;
    } rows[] = {
        {SMS, "081234567890", "", "+6281234567890"},
        {SMS, "+6281234567890", "", "+6281234567890"},
        {SMS, "+12025550123", "", "+12025550123"},
        {SMS, "08123456", "", "+628123456"},
        {SMS, "", "6281234567890", ""},
        {WHATSAPP, "", "6281234567890", "+6281234567890"},
        {WHATSAPP, "", "+6281234567890", "+6281234567890"},
        {WHATSAPP, "", "081234567890", "+6281234567890"},
        {WHATSAPP, "081200000000", "6281234567890", "+6281200000000"},
        {WHATSAPP, "", "ID.13491208655302741918", ""},
        {WHATSAPP, "", "123456", ""},
        {WHATSAPP, "", "1234567890123456", ""},
        {WHATSAPP, "", "0274123456", ""},
        {WHATSAPP, "", "+081234567890", ""},
        {WHATSAPP, "", "62812 34567890", ""},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct reply_source source = {
            .channel = rows[i].channel, .phone = rows[i].phone, .handle = rows[i].handle, .email = ""};
        struct reply_address address;

        assert_true(reply_address_of(&address, &source));
        assert_string_equal(address.phone, rows[i].made);
        assert_string_equal(address.handle, rows[i].handle);
    }
}

static void
takes_one_mailbox_and_nothing_else(void **state)
{
    static const char *const good[] = {"warga@example.org", "a.b+c_d-e@sub.example.co.id", "x@y"};
    static const char *const bad[] = {"", "warga", "@example.org", "warga@", "a@b@c", "a@b, c@d",
        "Warga <a@b>", "a@b\r\nBcc: c@d", "a b@c", "\"a\"@b", "a@[127.0.0.1]", "a@b;c", "a@b\\c", "-oX@b",
        "a@-b", "a@.b", "wärga@example.org"};
    char longest[REPLY_EMAIL_SIZE + 1];

    (void)state;
    for (size_t i = 0; i < LENGTH(good) + LENGTH(bad); i++) {
        const char *email = i < LENGTH(good) ? good[i] : bad[i - LENGTH(good)];
        struct reply_address address;

        assert_int_equal(reply_address_of(&address, &(struct reply_source){SMS, false, false, "", "", email}),
            i < LENGTH(good));
        assert_string_equal(address.email, i < LENGTH(good) ? email : "");
    }
    memset(longest, 'a', sizeof(longest));
    longest[1] = '@';
    longest[REPLY_EMAIL_SIZE] = '\0';
    struct reply_address address;
    assert_false(reply_address_of(&address, &(struct reply_source){SMS, false, false, "", "", longest}));
    longest[REPLY_EMAIL_SIZE - 1] = '\0';
    assert_true(reply_address_of(&address, &(struct reply_source){SMS, false, false, "", "", longest}));
}

static void
only_here_for_who_asked_for_both(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        struct reply_address address;

        assert_true(reply_address_of(
            &address, &(struct reply_source){SMS, (i & 1) != 0, (i & 2) != 0, "081234567890", "", ""}));
        assert_int_equal(address.only_here, i == 3);
    }
}

static void
unpacks_what_it_packed(void **state)
{
    const struct reply_source source = {
        WHATSAPP, true, true, "081234567890", "@warga \xf0\x9f\x98\x80", "warga@example.org"};
    struct reply_address address, same;
    struct str packed = {0};

    (void)state;
    assert_true(reply_address_of(&address, &source));
    reply_address_pack(&address, &packed);
    assert_int_equal(reply_address_unpack(&same, packed.data, packed.length), 0);
    assert_int_equal(same.channel, WHATSAPP);
    assert_true(same.only_here);
    assert_string_equal(same.phone, "+6281234567890");
    assert_string_equal(same.handle, "@warga \xf0\x9f\x98\x80");
    assert_string_equal(same.email, "warga@example.org");
    // Cut anywhere, or longer, it is none.  A copy of its own length lets sanitizers see a step beyond.
    for (size_t length = 0; length < packed.length; length++) {
        char *cut = check_alloc(length + 1);

        memcpy(cut, packed.data, length);
        assert_int_equal(reply_address_unpack(&same, cut, length), -1);
        free(cut);
    }
    str_add(&packed, "", 1);
    assert_int_equal(reply_address_unpack(&same, packed.data, packed.length), -1);
    packed.length--;
    packed.data[0] = 2;
    assert_int_equal(reply_address_unpack(&same, packed.data, packed.length), -1);
    str_free(&packed);
}

static void
one_key_for_one_phone(void **state)
{
    struct reply_address by_sms, by_chat, other;
    char key[REPLY_KEY_SIZE], same[REPLY_KEY_SIZE];

    (void)state;
    assert_true(reply_address_of(&by_sms, &(struct reply_source){SMS, false, false, "081234567890", "", ""}));
    assert_true(reply_address_of(
        &by_chat, &(struct reply_source){WHATSAPP, false, false, "", "6281234567890", "a@b"}));
    assert_true(reply_address_of(&other, &(struct reply_source){SMS, false, false, "081234567891", "", ""}));
    reply_address_key(&by_sms, key);
    reply_address_key(&by_chat, same);
    assert_string_equal(key, same);
    reply_address_key(&other, same);
    assert_string_not_equal(key, same);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_phones),
        cmocka_unit_test(takes_one_mailbox_and_nothing_else),
        cmocka_unit_test(only_here_for_who_asked_for_both),
        cmocka_unit_test(unpacks_what_it_packed),
        cmocka_unit_test(one_key_for_one_phone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
