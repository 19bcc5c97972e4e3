// test_mail.c - a mail as it is sent: its headers are ours, whatever the subject is.
#include "mail.h"

#include "check.h"
#include "cmocka_all.h"

#include <string.h>

static const char *
written(const char *subject)
{
    static struct str out;
    const struct mail mail = {.from = "kentongan@example.org",
        .to = "sri@example.org",
        .subject = subject,
        .text = "a\nb",
        .link = "https://k.example/",
        .reference = "n42.7",
        .thread = "",
        .now_ms = 1795323600000};

    str_clear(&out);
    mail_write(&out, &mail);
    return out.data;
}

static void
a_subject_is_one_header(void **state)
{
    static const struct {
        const char *subject, *header;
    } rows[] = {
        {"Tiket baru", "\r\nSubject: =?UTF-8?B?VGlrZXQgYmFydQ==?=\r\nDate:"},
        {"a\r\nBcc: x@y.z", "\r\nSubject: =?UTF-8?B?YSAgQmNjOiB4QHkueg==?=\r\nDate:"},
        {"", "\r\nSubject:\r\nDate:"},
        // Cut between characters, to words of at most 42 bytes.
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\u00e9",
            "\r\nSubject: =?UTF-8?B?YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=?=\r\n"
            " =?UTF-8?B?w6k=?=\r\nDate:"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        if (strstr(written(rows[i].subject), rows[i].header) == NULL)
            fail_msg("%s: %s", rows[i].subject, written(rows[i].subject));
}

static void
what_is_no_text_ends_as_well(void **state)
{
    char subject[200];

    (void)state;
    memset(subject, 0x80, sizeof(subject) - 1);
    subject[sizeof(subject) - 1] = '\0';
    assert_non_null(strstr(written(subject), "?=\r\n =?UTF-8?B?"));
}

static void
addresses(void **state)
{
    static const struct {
        const char *text;
        int is_one;
    } rows[] = {
        {"sri@example.org", 1},
        {"sri.w+t@dishub.example.go.id", 1},
        {"sri@example.org\r\nBcc: x@y.z", 0},
        {"<sri@example.org>", 0},
        {"a@b.id,c@d.id", 0},
        {"-sri@example.org", 0},
        {"sri@localhost", 0},
        {"sri@127.0.0.1", 0},
        {"", 0},
        {"@", 0},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        if (mail_is_address(rows[i].text) != (rows[i].is_one == 1))
            fail_msg("%s", rows[i].text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_subject_is_one_header),
        cmocka_unit_test(what_is_no_text_ends_as_well),
        cmocka_unit_test(addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
