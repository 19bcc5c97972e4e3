// test_language.c - language.h and kind.h.
#include "check.h"
#include "cmocka_all.h"
#include "kind.h"
#include "language.h"

#include <string.h>

static void
tells_languages_apart(void **state)
{
    static const struct {
        enum triage_language language;
        const char *text;
    } cases[] = {
        {LANGUAGE_INDONESIAN, "Mohon lampu jalan yang mati segera diperbaiki"},
        {LANGUAGE_INDONESIAN, "jalan rusak parah"},
        {LANGUAGE_JAVANESE, "dalane bodhol ora ono sing ndandani"},
        {LANGUAGE_JAVANESE, "nyuwun tulung toya PDAM mboten mili sampun tigang dinten"},
        {LANGUAGE_JAVANESE, "inyong arep takon kepriwe carane nggawe KTP"},
        {LANGUAGE_MIXED, "lampu jalan mati wes suwe ora diganti, mohon segera diperbaiki pak"},
        {LANGUAGE_OTHER, "12345 !!!"},
        {LANGUAGE_OTHER, ""},
    };
    struct languages *languages = languages_new();
    struct text text = {0};

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        text_clear(&text);
        text_add(&text, NULL, cases[i].text, strlen(cases[i].text));
        if (languages_find(languages, &text) != cases[i].language)
            fail_msg("%s: %s", cases[i].text, language_name(languages_find(languages, &text)));
    }
    text_free(&text);
    languages_destroy(&languages);
}

static void
names_kinds(void **state)
{
    enum triage_kind kind = KIND_COMPLAINT;

    (void)state;
    for (size_t i = 0; i < KINDS; i++) {
        assert_true(kind_from_name(kind_name((enum triage_kind)i), &kind));
        assert_int_equal(kind, i);
    }
    assert_false(kind_from_name("Complaint", &kind));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_languages_apart),
        cmocka_unit_test(names_kinds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
