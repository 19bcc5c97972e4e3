// fuzz_reply.c - a template of any editor with any officer's words in it, and any bytes as an address: what
// is sent is text within its limits, and an address is what it was packed from.
//
// The input is a template and words, parted by the first NUL; and all of it an address.
#include "fuzz.h"

#include "gsm7.h"
#include "reply_address.h"
#include "reply_template.h"

#include <string.h>

static void
check_text(const struct str *text, enum reply_form form, const char *body)
{
    char wrong[REPLY_WRONG_SIZE];
    size_t length = 0;

    CHECK(text->length == 0 || str_is_text(text->data, text->length));
    if (form != REPLY_FORM_MAIL)
        CHECK(text->length == 0 || strchr(text->data, '\n') == NULL);
    // A template may be too long by itself, or have strangers; words never make it so.
    if (form == REPLY_FORM_SMS && gsm7_stranger(body, &length) == NULL && strlen(body) < 60 &&
        reply_template_check(body, wrong) == 0 && strchr(body, '{') == strrchr(body, '{')) {
        CHECK(gsm7_stranger(text->data, &length) == NULL);
        CHECK(gsm7_parts(text->data) <= REPLY_SMS_PARTS_MOST);
    }
}

static void
fuzz_address(const uint8_t *data, size_t size)
{
    struct reply_address address;
    struct str packed = {0};

    if (reply_address_unpack(&address, data, size) < 0)
        return;
    reply_address_pack(&address, &packed);
    CHECK(packed.length == size && memcmp(packed.data, data, size) == 0);
    str_free(&packed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str input = {0};
    const char *words[REPLY_WORDS];
    size_t body = 0;

    fuzz_address(data, size);
    str_add(&input, data, size);
    body = strlen(input.data);
    const char *said = body < input.length ? input.data + body + 1 : "";
    if ((body > 0 && !str_is_text(input.data, body)) ||
        (said[0] != '\0' && !str_is_text(said, strlen(said)))) {
        str_free(&input);
        return 0;
    }
    for (size_t i = 0; i < REPLY_WORDS; i++)
        words[i] = i == REPLY_ANSWER || i == REPLY_QUESTION || i == REPLY_WHY ? said : "JT-7K2M-04QF-9";
    for (enum reply_form form = REPLY_FORM_SMS; form <= REPLY_FORM_MAIL; form++) {
        struct str text = {0};

        reply_template_fill(input.data, words, form, &text);
        check_text(&text, form, input.data);
        str_free(&text);
    }
    str_free(&input);
    return 0;
}
