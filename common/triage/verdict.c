// verdict.c - what a reporter says of the answer that was given.
#include "verdict.h"

#include "check.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

enum { CODE_SIGNS = 9 }; // of a tracking code, behind JT

const char *
verdict_name(enum verdict verdict)
{
    static const char *const names[VERDICTS] = {
        [VERDICT_NONE] = "", [VERDICT_SATISFIED] = "satisfied", [VERDICT_UNSATISFIED] = "unsatisfied"};

    CHECK(verdict < VERDICTS);
    return names[verdict];
}

// What is no ASCII is a letter, so that it is part of a word that is none of ours.
static bool
is_sign(char c)
{
    return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

static const char *
skip_between(const char *at)
{
    while (*at != '\0' && !is_sign(*at))
        at++;
    return at;
}

static size_t
word_length(const char *at)
{
    size_t length = 0;

    while (is_sign(at[length]))
        length++;
    return length;
}

// What stands behind a tracking code that may stand here, and behind what is between words.
static const char *
skip_code(const char *text)
{
    const char *begin = skip_between(text);
    const char *at = NULL;
    int signs = 0;

    if (strncasecmp(begin, "JT", 2) != 0)
        return begin;
    for (at = begin + 2; signs < CODE_SIGNS && (is_sign(*at) || *at == '-' || *at == ' '); at++)
        signs += is_sign(*at);
    return signs == CODE_SIGNS && !is_sign(*at) ? skip_between(at) : begin;
}

// Is the word that begins here one of the list, whose words have a blank on both sides?
static bool
is_one_of(const char *at, const char *list)
{
    size_t length = word_length(at);

    for (const char *word = list + 1; length > 0 && *word != '\0'; word += strcspn(word, " ") + 1)
        if (strcspn(word, " ") == length && strncasecmp(at, word, length) == 0)
            return true;
    return false;
}

// "Belum lama ini": not long ago.
static bool
begins_a_date(const char *at)
{
    return is_one_of(at, " lama dangu suwe ");
}

static bool
is_only_thanks(const char *at)
{
    while (is_one_of(at, " sangat sekali banget terima kasih terimakasih makasih matur nuwun suwun pak bu "))
        at = skip_between(at + word_length(at));
    return *at == '\0';
}

enum verdict
verdict_of(const char *text)
{
    const char *at = skip_code(text);

    if (is_one_of(at, " belum blm dereng durung "))
        return begins_a_date(skip_between(at + word_length(at))) ? VERDICT_NONE : VERDICT_UNSATISFIED;
    at = is_one_of(at, " sangat ") ? skip_between(at + word_length(at)) : at;
    if (!is_one_of(at, " puas marem "))
        return VERDICT_NONE;
    return is_only_thanks(skip_code(at + word_length(at))) ? VERDICT_SATISFIED : VERDICT_NONE;
}
