// test_reply_template.c - what is said to reporters: templates are filled in as they say, words stay words,
// and the shipped ones are good.
#include "reply_template.h"

#include "cmocka_all.h"
#include "gsm7.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *words[REPLY_WORDS];
static struct str text;

static int
start(void **state)
{
    (void)state;
    for (size_t i = 0; i < REPLY_WORDS; i++)
        words[i] = "";
    words[REPLY_CODE] = "JT-7K2M-04QF-9";
    words[REPLY_AGENCY] = "PLN";
    return 0;
}

static int
stop(void **state)
{
    (void)state;
    str_free(&text);
    return 0;
}

static const char *
fill(const char *body, enum reply_form form)
{
    str_clear(&text);
    reply_template_fill(body, words, form, &text);
    return text.data;
}

static void
names_stand_for_what_is_known(void **state)
{
    (void)state;
    words[REPLY_URL] = "https://x/lacak#JT";
    assert_string_equal(
        fill("Laporan {code} oleh {agency}.", REPLY_FORM_SMS), "Laporan JT-7K2M-04QF-9 oleh PLN.");
    assert_string_equal(fill("A[ lihat {url}]!", REPLY_FORM_SMS), "A lihat https://x/lacak#JT!");
    assert_string_equal(fill("A[ {agency} kata {answer}] B", REPLY_FORM_SMS), "A B");
    assert_string_equal(fill("A[ kata {answer}][ {code}]", REPLY_FORM_SMS), "A JT-7K2M-04QF-9");
    assert_string_equal(fill("Satu\\n\\nDua", REPLY_FORM_MAIL), "Satu\n\nDua");
    assert_string_equal(fill("Satu\\n\\nDua", REPLY_FORM_CHAT), "Satu Dua");
}

// What an officer wrote is never read as a template, nor as anything else.
static void
words_are_words(void **state)
{
    (void)state;
    words[REPLY_ANSWER] = "{code} [x] <b>\\n%s\nBcc: a@b\x01 {url}";
    assert_string_equal(fill("{answer}", REPLY_FORM_CHAT), "{code} [x] <b>\\n%s Bcc: a@b {url}");
    assert_string_equal(fill("{answer}", REPLY_FORM_MAIL), "{code} [x] <b>\\n%s\nBcc: a@b {url}");
    assert_string_equal(fill("{answer}", REPLY_FORM_SMS), "{code} [x] <b>\\n%s Bcc: a@b {url}");
    words[REPLY_ANSWER] = " \n ";
    assert_string_equal(fill("A[: {answer}]", REPLY_FORM_SMS), "A");
}

static void
long_words_are_cut(void **state)
{
    char longest[10001];
    size_t sizes[] = {1, 2, 3};
    const char *characters[] = {"a", "\u00e9", "\u20ac"};

    (void)state;
    for (size_t i = 0; i < LENGTH(sizes); i++) {
        size_t count = (sizeof(longest) - 1) / sizes[i];

        for (size_t k = 0; k < count; k++)
            memcpy(longest + k * sizes[i], characters[i], sizes[i]);
        longest[count * sizes[i]] = '\0';
        words[REPLY_ANSWER] = longest;
        fill("Laporan {code}: {answer} Terima kasih.", REPLY_FORM_SMS);
        assert_int_equal(gsm7_parts(text.data), 2);
        assert_true(gsm7_length(text.data) > 200);
        assert_non_null(strstr(text.data, "... Terima kasih."));
        assert_true(str_is_text(text.data, text.length));
        fill("{answer}", REPLY_FORM_CHAT);
        assert_in_range(text.length, 500, REPLY_CHAT_MOST);
        assert_true(str_is_text(text.data, text.length));
    }
}

// A character that would stand across two parts takes a third one: then some more is cut.
static void
long_words_take_no_third_part(void **state)
{
    char answer[400];

    (void)state;
    for (size_t letters = 140; letters < 160; letters++) {
        memset(answer, 'a', sizeof(answer) - 1);
        answer[sizeof(answer) - 1] = '\0';
        answer[letters] = '{';
        for (size_t length = letters + 1; length < 320; length++) {
            char rest = answer[length];

            answer[length] = '\0';
            words[REPLY_ANSWER] = answer;
            fill("{answer}", REPLY_FORM_SMS);
            assert_in_range(gsm7_parts(text.data), 1, REPLY_SMS_PARTS_MOST);
            answer[length] = rest;
        }
    }
}

static void
wrong_templates_are_named(void **state)
{
    static const struct {
        const char *body, *wrong;
    } rows[] = {
        {"", "is empty"},
        {"{kode}", "{kode}: stands for nothing"},
        {"{code", "{code: stands for nothing"},
        {"code}", "has a } without its {"},
        {"[ {url}", "has a [ without its ]"},
        {"{url}]", "has a ] without its ["},
        {"[[{url}]]", "has a [ within [..]"},
        {"[x]", "has [..] without a name in it"},
        {"a\\tb", "has a \\ that is not \\n"},
        {"a\nb", "has a control character"},
        {"{ code}", "{ code}: stands for nothing"},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char wrong[REPLY_WRONG_SIZE] = "";

        assert_int_equal(reply_template_check(rows[i].body, wrong), -1);
        if (strncmp(wrong, rows[i].wrong, strlen(rows[i].wrong)) != 0)
            fail_msg("'%s': said '%s', not '%s'", rows[i].body, wrong, rows[i].wrong);
        // It can be filled in all the same.
        fill(rows[i].body, REPLY_FORM_SMS);
    }
}

static void
the_most_fitting_row_is_found(void **state)
{
    static const struct reply_template all[] = {{"e", "id", "", "s", "any"}, {"e", "id", "sms", "", "sms"},
        {"e", "jv", "", "", "jv any"}, {"f", "id", "whatsapp", "approved_f", "f"},
        {"any", "id", "whatsapp", "approved", ""}, {"why_spam", "id", "", "", "spam"}};
    size_t n = LENGTH(all);

    (void)state;
    assert_string_equal(reply_template_find(all, n, "e", "id", "sms")->body, "sms");
    assert_string_equal(reply_template_find(all, n, "e", "id", "email")->body, "any");
    assert_string_equal(reply_template_find(all, n, "e", "jv", "sms")->body, "jv any");
    assert_string_equal(reply_template_find(all, n, "f", "jv", "whatsapp")->body, "f");
    assert_null(reply_template_find(all, n, "f", "id", "sms"));
    assert_string_equal(reply_template_approved(all, n, "f", "jv"), "approved_f");
    assert_string_equal(reply_template_approved(all, n, "e", "jv"), "approved");
    assert_string_equal(reply_template_approved(all, 3, "e", "jv"), "");
    assert_string_equal(reply_template_piece(all, n, "why", "spam", "jv"), "spam");
    assert_string_equal(reply_template_piece(all, n, "why", "", "id"), "");
}

// Every row that is shipped: right, and as a short message within the alphabet and two parts, with room for
// words.
static void
shipped_templates_are_good(void **state)
{
    char line[4096];
    FILE *file = fopen(SOURCE_DIR "/deploy/data/reply_templates.tsv", "re");
    size_t count = 0;

    (void)state;
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof(line), file));
    words[REPLY_AGENCY] = "PDAM/Perumda Air Minum";
    words[REPLY_WHY] = "belum memenuhi syarat sebagai laporan";
    words[REPLY_URL] = "https://lapor.jatengprov.go.id/lacak#JT-7K2M-04QF-9";
    while (fgets(line, sizeof(line), file) != NULL) {
        const char *fields[5] = {NULL};
        char wrong[REPLY_WRONG_SIZE] = "";
        char *rest = line;
        size_t length = 0;

        line[strcspn(line, "\n")] = '\0';
        for (size_t i = 0; i < 5; i++) {
            fields[i] = strsep(&rest, "\t");
            assert_non_null(fields[i]);
        }
        assert_null(rest);
        count++;
        if (reply_template_check(fields[4], wrong) < 0 ||
            (fields[3][0] != '\0' && reply_template_check(fields[3], wrong) < 0))
            fail_msg("%s %s %s: %s", fields[0], fields[1], fields[2], wrong);
        if (strcmp(fields[2], "sms") != 0)
            continue;
        assert_null(gsm7_stranger(fields[4], &length));
        words[REPLY_ANSWER] = words[REPLY_QUESTION] = "Petugas kami datang besok pagi.";
        fill(fields[4], REPLY_FORM_SMS);
        if (gsm7_parts(text.data) > REPLY_SMS_PARTS_MOST || strstr(text.data, "...") != NULL)
            fail_msg("%s %s: too long for words: %s", fields[0], fields[1], text.data);
    }
    fclose(file);
    assert_true(count > 60);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(names_stand_for_what_is_known, start, stop),
        cmocka_unit_test_setup_teardown(words_are_words, start, stop),
        cmocka_unit_test_setup_teardown(long_words_are_cut, start, stop),
        cmocka_unit_test_setup_teardown(long_words_take_no_third_part, start, stop),
        cmocka_unit_test_setup_teardown(wrong_templates_are_named, start, stop),
        cmocka_unit_test_setup_teardown(the_most_fitting_row_is_found, start, stop),
        cmocka_unit_test_setup_teardown(shipped_templates_are_good, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
