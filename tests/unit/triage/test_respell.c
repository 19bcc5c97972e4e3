// test_respell.c - respell.h.
#include "cmocka_all.h"
#include "respell.h"

#include <string.h>

static struct respell *respell = NULL;

static int
set_up(void **state)
{
    static const char *const words[] = {"pompa", "benar", "timbun", "kartu", "penerangan", "padam", "paling"};

    (void)state;
    respell = respell_new();
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        respell_add(respell, words[i], strlen(words[i]));
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    respell_destroy(&respell);
    assert_null(respell);
    return 0;
}

static void
check(const char *word, const char *meant)
{
    size_t length = 0;
    const char *found = respell_find(respell, word, strlen(word), &length);

    if (meant == NULL) {
        assert_null(found);
        return;
    }
    assert_non_null(found);
    assert_int_equal(length, strlen(meant));
    assert_memory_equal(found, meant, length);
}

static void
takes_beginnings_and_endings_off(void **state)
{
    (void)state;
    check("pompane", "pompa");
    check("benerin", NULL); // another vowel: no list tells that it is benar
    check("ketimbun", "timbun");
    check("nimbun", "timbun");
    check("dibenarkan", "benar");
}

static void
puts_vowels_back(void **state)
{
    (void)state;
    check("krtu", "kartu");
    check("pnerangn", "penerangan");
    check("kertu", NULL); // it has its vowels, so it is no short form
}

static void
forgives_a_slip(void **state)
{
    (void)state;
    check("padaam", "padam");
    check("plaing", "paling");
    check("padma", "padam");
    check("pagilan", NULL);
}

static void
leaves_names_alone(void **state)
{
    (void)state;
    check("slarang", NULL);
    check("kalisabuk", NULL);
    check("x", NULL);
    check("", NULL);
}

static void
knows_verbs(void **state)
{
    (void)state;
    assert_true(respell_is_derived("menggelembung", strlen("menggelembung")));
    assert_true(respell_is_derived("membocorkan", strlen("membocorkan")));
    assert_false(respell_is_derived("slarang", strlen("slarang")));
    assert_false(respell_is_derived("mbu", strlen("mbu")));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_beginnings_and_endings_off),
        cmocka_unit_test(puts_vowels_back),
        cmocka_unit_test(forgives_a_slip),
        cmocka_unit_test(leaves_names_alone),
        cmocka_unit_test(knows_verbs),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
