// test_contact.c - numbers and addresses of officers as people write them.
#include "check.h"
#include "cmocka_all.h"
#include "contact.h"

#include <string.h>

static void
numbers_become_e164(void **state)
{
    static const struct {
        const char *text, *number; // number NULL: it is none
    } rows[] = {
        {"0812-3456-7890", "+6281234567890"},
        {"081234567890", "+6281234567890"},
        {"62 812 3456 7890", "+6281234567890"},
        {"+62 (812) 3456.7890", "+6281234567890"},
        {"0812345678", "+62812345678"},
        {"081234567", NULL},
        {"08123456789", "+628123456789"},
        {"0812345678901", "+62812345678901"},
        {"08123456789012345", NULL},
        {"024-8311174", NULL},
        {"81234567890", NULL},
        {"+31 6 12345678", "+31612345678"},
        {"+1234567890123456", NULL},
        {"+0812345678", NULL},
        {"0812x3456", NULL},
        {"", NULL},
        {"+", NULL},
        {"++6281234567890", NULL},
        {"0812345678901234567890123456789012345678901234567890", NULL},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        char number[CONTACT_NUMBER_SIZE] = "";
        const char *wrong = contact_number(rows[i].text, number);

        if ((wrong == NULL) != (rows[i].number != NULL) ||
            (wrong == NULL && strcmp(number, rows[i].number) != 0))
            fail_msg("%s: %s", rows[i].text, wrong != NULL ? wrong : number);
    }
}

static void
addresses_have_a_host(void **state)
{
    static const struct {
        const char *text;
        int is_one;
    } rows[] = {
        {"sri@dishub.jatengprov.go.id", 1},
        {"sri.wahyuni+tiket@example.org", 1},
        {"sri", 0},
        {"sri@", 0},
        {"@example.org", 0},
        {"sri@localhost", 0},
        {"sri@@example.org", 0},
        {"sri@example..org", 0},
        {"sri@example.org.", 0},
        {"sri@.org", 0},
        {"sri wahyuni@example.org", 0},
        {"sri@example.org\r\nBcc: x@y.z", 0},
        {"sri@example.org,tono@example.org", 0},
        {"\"sri\"@example.org", 0},
        {"s%i@dishub.jaten/v.go.id", 0},
        {"sri@example.12", 0},
        {"sri@192.168.1.1", 0},
        {"sri@example.org-", 0},
        {"sri@-example.org", 0},
        {".sri@example.org", 0},
        {"sri.@example.org", 0},
        {"-sri@example.org", 0},
        {"s%i!a@example-2.org", 1},
        {"s\xc3\xa9@example.org", 0},
        {"", 0},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++)
        if ((contact_email(rows[i].text) == NULL) != (rows[i].is_one == 1))
            fail_msg("%s", rows[i].text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_become_e164),
        cmocka_unit_test(addresses_have_a_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
