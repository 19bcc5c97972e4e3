// fuzz_text.c - any bytes at all as a report's text: words that keep the promises of text.h.
#include "fuzz.h"

#include "check.h"
#include "str.h"
#include "triage/text.h"

#include <stdbool.h>
#include <string.h>

enum { SPAN_MOST = 64 };

static struct lexicon *
make_lexicon(void)
{
    static const char *const words[][2] = {{"jln", "jalan"}, {"dalan", "jalan"}, {"dgn", "dengan"},
        {"dengan", ""}, {"yang", ""}, {"gk", "tidak"}, {"r", "t"}, {"rt", "rt"}};
    struct lexicon *lexicon = lexicon_new();

    for (size_t i = 0; i < LENGTH(words); i++)
        lexicon_add(lexicon, words[i][0], words[i][1]);
    lexicon_ready(lexicon);
    return lexicon;
}

static void
check_span(const struct text *text, size_t i)
{
    const struct text_span *span = &text->spans[i];
    bool is_break = text->raw[i] == 0;

    CHECK(is_break == (span->kind == TEXT_BREAK));
    CHECK(is_break == (span->length == 0));
    CHECK(span->length <= SPAN_MOST && span->at <= text->plain_length);
    CHECK(span->length <= text->plain_length - span->at);
    CHECK(!is_break || i == 0 || text->raw[i - 1] != 0);
    if (is_break)
        return;
    CHECK(text->plain[span->at - 1] == ' ');
    CHECK(word_hash(text->plain + span->at, span->length) == text->raw[i]);
    for (size_t k = 0; k < span->length; k++) {
        char c = text->plain[span->at + k];

        CHECK(c != ' ' && c != '\0' && !(c >= 'A' && c <= 'Z'));
        CHECK(span->kind != TEXT_NUMBER || (c >= '0' && c <= '9'));
    }
}

static void
check_text(const struct text *text)
{
    CHECK(text->plain_length == 0 || str_is_text(text->plain, text->plain_length));
    CHECK(text->raw_count == 0 || text->raw[text->raw_count - 1] == 0);
    for (size_t i = 0; i < text->raw_count; i++)
        check_span(text, i);
    for (size_t i = 1; i < text->word_count; i++)
        CHECK(text->words[i] != 0 || text->words[i - 1] != 0);
}

static void
check_equal(const struct text *one, const struct text *other)
{
    CHECK(one->raw_count == other->raw_count && one->word_count == other->word_count);
    CHECK(one->raw_count == 0 || memcmp(one->raw, other->raw, one->raw_count * sizeof(*one->raw)) == 0);
    CHECK(
        one->word_count == 0 || memcmp(one->words, other->words, one->word_count * sizeof(*one->words)) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct lexicon *lexicon;
    static struct text text, again;
    const char *bytes = (const char *)data;
    size_t half = size / 2;

    if (lexicon == NULL)
        lexicon = make_lexicon();
    text_clear(&text);
    text_add(&text, lexicon, bytes, size);
    check_text(&text);
    CHECK(str_is_text(bytes, size) || memchr(bytes, '\0', size) != NULL || text.raw_count == 0);
    text_clear(&again);
    text_add(&again, lexicon, bytes, size);
    check_equal(&text, &again);

    text_clear(&text);
    text_add(&text, lexicon, bytes, half);
    text_add(&text, lexicon, bytes + half, size - half);
    check_text(&text);
    text_clear(&text);
    text_add(&text, NULL, bytes, size);
    check_text(&text);
    return 0;
}
