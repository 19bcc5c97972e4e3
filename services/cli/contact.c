// contact.c - numbers and addresses of officers as people write them.
#include "contact.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { DIGITS_LEAST = 8, DIGITS_MOST = 15, HOME_LEAST = 11, HOME_MOST = 14, LOCAL_MOST = 64 };

// Copies the digits of text.  Returns how many, or -1: there is something else in it, or too much.
static int
take_digits(const char *text, char digits[DIGITS_MOST + 3])
{
    int count = 0;

    for (; *text != '\0'; text++) {
        if (strchr(" -.()", *text) != NULL)
            continue;
        if (*text < '0' || *text > '9' || count > DIGITS_MOST)
            return -1;
        digits[count++] = *text;
    }
    digits[count] = '\0';
    return count;
}

const char *
contact_number(const char *text, char number[CONTACT_NUMBER_SIZE])
{
    bool has_plus = text[0] == '+';
    char digits[DIGITS_MOST + 3];
    int count = take_digits(has_plus ? text + 1 : text, digits);
    const char *rest = digits;
    bool is_home = true;

    if (count < DIGITS_LEAST)
        return "is no telephone number";
    if (!has_plus && digits[0] == '0')
        rest = digits + 1;
    else if (strncmp(digits, "62", 2) == 0)
        rest = digits + 2;
    else if (has_plus)
        is_home = false;
    else
        return "begins neither with 0 nor with 62 nor with +";
    if (is_home && (rest[0] != '8' || strlen(rest) < HOME_LEAST - 2 || strlen(rest) > HOME_MOST - 2))
        return "is no Indonesian mobile number";
    if (!is_home && (digits[0] == '0' || count > DIGITS_MOST))
        return "is no telephone number";
    snprintf(number, CONTACT_NUMBER_SIZE, "+%s%.15s", is_home ? "62" : "", is_home ? rest : digits);
    return NULL;
}

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_letter_or_digit(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9');
}

// The name of a host in some domain; no address, no name in the office's own network.
static bool
is_host(const char *text)
{
    const char *dot = strrchr(text, '.');

    for (const char *c = text; *c != '\0'; c++)
        if (!is_letter_or_digit(*c) && *c != '-' && *c != '.')
            return false;
    return dot != NULL && is_letter(dot[1]) && is_letter_or_digit(text[0]) &&
           is_letter_or_digit(text[strlen(text) - 1]);
}

const char *
contact_email(const char *text)
{
    const char *at = strchr(text, '@');
    const char *host = at != NULL ? at + 1 : "";

    if (at == NULL || at == text || strchr(host, '@') != NULL || at - text > LOCAL_MOST ||
        strlen(text) > CONTACT_EMAIL_MOST)
        return "is no e-mail address";
    for (const char *c = text; *c != '\0'; c++)
        if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f || strchr("\"(),:;<>[]\\", *c) != NULL)
            return "has characters that an e-mail address cannot have";
    // Mail goes to no other ones.
    if (text[0] == '.' || text[0] == '-' || at[-1] == '.')
        return "begins or ends with a sign before the @";
    if (!is_host(host) || strstr(text, "..") != NULL)
        return "names no host behind the @";
    return NULL;
}
