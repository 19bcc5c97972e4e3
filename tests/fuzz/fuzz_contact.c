// fuzz_contact.c - any text as an officer's number and e-mail address: what is stored reads the same again,
// is the number that Kannel will say the officer has, and is an address that mail can go to.
#include "fuzz.h"

#include "contact.h"
#include "kannel.h"
#include "leg.h"
#include "mail.h"
#include "texts.h"

#include <string.h>

static void
check_number(const char *text)
{
    char number[CONTACT_NUMBER_SIZE], again[CONTACT_NUMBER_SIZE], kannel[KANNEL_NUMBER_SIZE];

    if (contact_number(text, number) != NULL)
        return;
    const char *wrong = contact_number(number, again);
    CHECK(wrong == NULL && strcmp(number, again) == 0);
    int rc = kannel_number(number, kannel);
    CHECK(rc == 0 && strcmp(number, kannel) == 0);
    CHECK(kannel_number(text, kannel) < 0 || strcmp(number, kannel) == 0);
    CHECK(leg_is_number(number));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct texts texts;

    texts_cut(&texts, data, size, 1);
    check_number(texts.text[0]);
    if (contact_email(texts.text[0]) == NULL)
        CHECK(mail_is_address(texts.text[0]));
    texts_free(&texts);
    return 0;
}
