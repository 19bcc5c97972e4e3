// kannel.c - what stands in an SMS that Kannel brings, and in its delivery reports.
#include "kannel.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { DIGITS_LEAST = 8, DIGITS_MOST = 15, INTEGER_MOST = 18, CODE_DIGITS = 9, CODE_MOST = 40 };

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// What stands before the digits that begin with a country; NULL: they are no number.  *rest: those digits.
static const char *
country_of(const char *digits, bool has_plus, const char **rest)
{
    bool has_zeros = !has_plus && strncmp(digits, "00", 2) == 0;
    bool is_national = !has_plus && !has_zeros && digits[0] == '0';

    *rest = digits + (has_zeros ? 2 : is_national ? 1 : 0);
    if ((*rest)[0] == '0' || (*rest)[0] == '\0')
        return NULL;
    return is_national ? "62" : "";
}

int
kannel_number(const char *text, char number[KANNEL_NUMBER_SIZE])
{
    char digits[DIGITS_MOST + 2] = "";
    const char *rest = NULL;
    size_t count = 0;
    bool has_plus = false;

    while (is_blank(*text))
        text++;
    if (*text == '+') {
        has_plus = true;
        text++;
    }
    for (; *text != '\0'; text++) {
        if (*text == '-' || *text == '.' || is_blank(*text))
            continue;
        if (!is_digit(*text) || count > DIGITS_MOST)
            return -1;
        digits[count++] = *text;
    }
    digits[count] = '\0';
    const char *country = country_of(digits, has_plus, &rest);
    size_t length = country != NULL ? strlen(country) + strlen(rest) : 0;
    if (length < DIGITS_LEAST || length > DIGITS_MOST)
        return -1;
    (void)snprintf(number, KANNEL_NUMBER_SIZE, "+%s%s", country, rest);
    return 0;
}

int64_t
kannel_integer(const char *text, size_t length)
{
    int64_t value = 0;

    if (length == 0 || length > INTEGER_MOST)
        return -1;
    for (size_t i = 0; i < length; i++) {
        if (!is_digit(text[i]))
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value > 0 ? value : -1;
}

// Bytes of what looks like a code from here on; 0: nothing does.  Dashes and blanks may stand between its
// nine signs.
static size_t
code_length(const char *text)
{
    size_t signs = 0;
    size_t length = 2;

    if (strncasecmp(text, "JT", 2) != 0)
        return 0;
    for (; signs < CODE_DIGITS && length < CODE_MOST; length++) {
        char c = text[length];

        if (is_digit(c) || is_letter(c))
            signs++;
        else if (c != '-' && c != ' ')
            return 0;
    }
    return signs == CODE_DIGITS && !is_digit(text[length]) && !is_letter(text[length]) ? length : 0;
}

// What stands behind a number or code and the signs after it; NULL: they go on, or more figures follow.
static const char *
rest_after(const char *text)
{
    if (is_digit(*text) || is_letter(*text))
        return NULL;
    while (*text != '\0' && (is_blank(*text) || strchr(".,;:!-", *text) != NULL))
        text++;
    return *text == '\0' || is_letter(*text) ? text : NULL;
}

bool
kannel_accept(const uint8_t key[ID_KEY_SIZE], const char *text, struct kannel_accept *accept)
{
    static const char word[] = "terima";
    const char *rest = NULL;

    *accept = (struct kannel_accept){0};
    while (is_blank(*text))
        text++;
    if (strncasecmp(text, word, strlen(word)) != 0 || !is_blank(text[strlen(word)]))
        return false;
    text += strlen(word);
    while (is_blank(*text))
        text++;
    if (*text == '#')
        text++;
    size_t figures = strspn(text, "0123456789");
    size_t length = figures > 0 ? figures : code_length(text);
    int64_t named = figures > 0  ? kannel_integer(text, length)
                    : length > 0 ? id_parse(key, text, length)
                                 : -1;
    if (named <= 0 || (rest = rest_after(text + length)) == NULL)
        return false;
    if (figures > 0)
        accept->notice = named;
    else
        accept->report = named;
    accept->says_more = *rest != '\0';
    return true;
}

int64_t
kannel_find_code(const uint8_t key[ID_KEY_SIZE], const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        size_t length = at == text || (!is_digit(at[-1]) && !is_letter(at[-1])) ? code_length(at) : 0;
        int64_t report = length > 0 ? id_parse(key, at, length) : -1;

        if (report > 0)
            return report;
    }
    return -1;
}

int
kannel_reference(const char *text, struct kannel_reference *reference)
{
    const char *dot = strchr(text, '.');

    *reference = (struct kannel_reference){0};
    if (text[0] == 'n' && dot != NULL) {
        reference->notice = kannel_integer(text + 1, (size_t)(dot - text - 1));
        reference->device = kannel_integer(dot + 1, strlen(dot + 1));
        return reference->notice > 0 && reference->device > 0 ? 0 : -1;
    }
    if (text[0] == 'r') {
        reference->reply =
            kannel_integer(text + 1, dot != NULL ? (size_t)(dot - text - 1) : strlen(text + 1));
        reference->earlier = dot != NULL ? kannel_integer(dot + 1, strlen(dot + 1)) : 0;
        return reference->reply > 0 && (dot == NULL || reference->earlier > 0) ? 0 : -1;
    }
    return -1;
}
