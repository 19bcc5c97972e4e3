// fuzz_kannel.c - any text as an SMS, as a sender's number and as the reference of a delivery report.
//
// What is read means the same when it is written as we write it; a tracking code is found behind any words.
#include "fuzz.h"

#include "kannel.h"
#include "str.h"
#include "texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t key[ID_KEY_SIZE] = "sixteen  bytes!";

static void
check_number(const char *text)
{
    char number[KANNEL_NUMBER_SIZE], again[KANNEL_NUMBER_SIZE];

    if (kannel_number(text, number) < 0)
        return;
    size_t digits = strspn(number + 1, "0123456789");
    CHECK(number[0] == '+' && number[1] != '0' && digits >= 8 && digits <= 15 && number[1 + digits] == '\0');
    int rc = kannel_number(number, again);
    CHECK(rc == 0 && strcmp(number, again) == 0);
}

static void
check_integer(const char *text)
{
    char *end = NULL;
    int64_t number = kannel_integer(text, strlen(text));

    CHECK(number == -1 || (number > 0 && strtoll(text, &end, 10) == number && *end == '\0'));
}

static void
check_accept(const char *text)
{
    struct kannel_accept accept, again;
    char ours[64], code[ID_CODE_SIZE];

    if (!kannel_accept(key, text, &accept)) {
        CHECK(accept.notice == 0 && accept.report == 0);
        return;
    }
    CHECK((accept.notice > 0) != (accept.report > 0) && accept.report <= ID_MOST);
    if (accept.notice > 0) {
        snprintf(ours, sizeof(ours), "TERIMA %lld", (long long)accept.notice);
    } else {
        id_code(key, accept.report, code);
        snprintf(ours, sizeof(ours), "terima %s", code);
    }
    CHECK(kannel_accept(key, ours, &again) && again.notice == accept.notice && again.report == accept.report);
}

static void
check_codes(const char *text, int64_t id)
{
    int64_t first = kannel_find_code(key, text);
    char code[ID_CODE_SIZE];
    struct str longer = {0};

    CHECK(first == -1 || (first >= 1 && first <= ID_MOST));
    id_code(key, id, code);
    str_format(&longer, "%s. %s", text, code);
    int64_t found = kannel_find_code(key, longer.data);
    CHECK(found == (first != -1 ? first : id));
    str_free(&longer);
}

static void
check_reference(const char *text)
{
    struct kannel_reference reference, again;
    char ours[64];

    if (kannel_reference(text, &reference) < 0)
        return;
    CHECK((reference.reply > 0) != (reference.notice > 0 && reference.device > 0));
    if (reference.earlier > 0)
        snprintf(ours, sizeof(ours), "r%lld.%lld", (long long)reference.reply, (long long)reference.earlier);
    else if (reference.reply > 0)
        snprintf(ours, sizeof(ours), "r%lld", (long long)reference.reply);
    else
        snprintf(ours, sizeof(ours), "n%lld.%lld", (long long)reference.notice, (long long)reference.device);
    int rc = kannel_reference(ours, &again);
    CHECK(rc == 0 && again.reply == reference.reply && again.notice == reference.notice &&
          again.device == reference.device && again.earlier == reference.earlier);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct texts texts;
    uint64_t number = 0;

    texts_cut(&texts, data, size, 1);
    if (size > 0)
        memcpy(&number, data, size < sizeof(number) ? size : sizeof(number));
    check_number(texts.text[0]);
    check_integer(texts.text[0]);
    check_accept(texts.text[0]);
    check_codes(texts.text[0], (int64_t)(number % (uint64_t)ID_MOST) + 1);
    check_reference(texts.text[0]);
    texts_free(&texts);
    return 0;
}
