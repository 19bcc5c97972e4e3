// test_writer.c - what stands in a letter and on it, by leg.
#include "writer.h"

#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

static const struct notice_key key = {.inner_pad = {1}, .outer_pad = {2}};
static struct names *names;

static struct notice
make_notice(int64_t id)
{
    struct notice notice = {.id = id, .kind = NOTICE_TICKET_OPENED, .created_at_ms = 1795323600000};

    snprintf(notice.ticket, sizeof(notice.ticket), "JT-%04d-ABCD-X", (int)id);
    snprintf(notice.topic, sizeof(notice.topic), "jalan_rusak");
    return notice;
}

static struct letter
write_one(struct writer *writer, const struct device *device, const struct notice *notice)
{
    writer_begin(writer, device);
    assert_true(writer_add(writer, notice));
    return writer_letter(writer);
}

static struct writer *
make_writer(const char *portal_url)
{
    struct writer *writer = writer_new(portal_url, "pemberitahuan");

    assert_false(writer_is_ready(writer));
    writer_use(writer, names, &key);
    assert_true(writer_is_ready(writer));
    return writer;
}

static void
test_a_push(void **state)
{
    static char endpoint[] = "https://push.example.org/x";
    struct writer *writer = make_writer("https://portal.example.org");
    struct device device = {.id = 7, .leg = LEG_WEBPUSH, .endpoint = endpoint};
    struct notice notice = make_notice(42);
    struct letter letter = write_one(writer, &device, &notice);
    char tag[40];

    (void)state;
    assert_string_equal(letter.to, endpoint);
    assert_non_null(strstr(letter.payload, "\"id\":42"));
    assert_non_null(strstr(letter.payload, letter.token));
    assert_int_equal(strlen(letter.tag), 32);
    assert_string_equal(letter.reference, "n42.7");
    assert_string_equal(letter.link, "https://portal.example.org/#/tiket/JT-0042-ABCD-X");
    assert_int_equal(letter.priority, 3);
    snprintf(tag, sizeof(tag), "%s", letter.tag);

    // A later step takes the place of the one before; another notice does not, nor does the same on another
    // phone.
    notice.ring_step = 1;
    notice.severity = SEVERITY_DARURAT;
    letter = write_one(writer, &device, &notice);
    assert_string_equal(letter.tag, tag);
    assert_int_equal(letter.priority, 5);
    letter = writer_hush(writer, &device, &notice, "sri");
    assert_string_equal(letter.tag, tag);
    assert_non_null(strstr(letter.payload, "\"acknowledged\""));
    assert_true(letter.priority < 3);
    notice.id = 43;
    assert_string_not_equal(write_one(writer, &device, &notice).tag, tag);
    notice.id = 42;
    device.id = 8;
    assert_string_not_equal(write_one(writer, &device, &notice).tag, tag);

    // Several: no token and no reference of one of them, and a link to the list.
    writer_begin(writer, &device);
    for (int64_t id = 1; id <= 3; id++) {
        notice = make_notice(id);
        assert_true(writer_add(writer, &notice));
    }
    letter = writer_letter(writer);
    assert_string_equal(letter.token, "");
    assert_string_equal(letter.reference, "");
    assert_string_equal(letter.link, "https://portal.example.org/#/");
    assert_string_equal(letter.subject, "3 pemberitahuan");
    writer_destroy(&writer);
}

static void
test_an_sms_is_of_one_notice_and_says_how_to_answer(void **state)
{
    static char number[] = "+6281200000001";
    struct writer *writer = make_writer("");
    struct device device = {.id = 7, .leg = LEG_SMS, .endpoint = number};
    struct notice notice = make_notice(42);
    struct letter letter = write_one(writer, &device, &notice);

    (void)state;
    assert_string_equal(
        letter.text, "Tiket baru: JT-0042-ABCD-X. Jalan rusak, Lokasi belum diketahui. Balas TERIMA 42");
    assert_string_equal(letter.payload, "");
    assert_string_equal(letter.link, "");
    assert_string_equal(letter.template, "pemberitahuan");
    assert_false(writer_add(writer, &notice));
    writer_destroy(&writer);
}

static void
test_a_mail_lists_all(void **state)
{
    static char address[] = "sekda@example.org";
    struct writer *writer = make_writer("https://portal.example.org");
    struct device device = {.id = 7, .leg = LEG_EMAIL, .endpoint = address};
    struct letter letter;
    int64_t id = 0;

    (void)state;
    writer_begin(writer, &device);
    for (;; id++) {
        struct notice notice = make_notice(id + 1);

        if (!writer_add(writer, &notice))
            break;
    }
    assert_int_equal(id, 100);
    letter = writer_letter(writer);
    assert_string_equal(letter.subject, "100 pemberitahuan");
    assert_non_null(strstr(letter.text, "\nJT-0001-ABCD-X  Jalan rusak, Lokasi belum diketahui\n"));
    assert_non_null(strstr(letter.text, "\nJT-0100-ABCD-X  "));
    writer_destroy(&writer);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_push),
        cmocka_unit_test(test_an_sms_is_of_one_notice_and_says_how_to_answer),
        cmocka_unit_test(test_a_mail_lists_all),
    };
    int rc = 0;

    names = names_new();
    names_add_topic(names, "jalan_rusak", "Jalan rusak");
    names_ready(names);
    rc = cmocka_run_group_tests(tests, NULL, NULL);
    names_destroy(&names);
    return rc;
}
