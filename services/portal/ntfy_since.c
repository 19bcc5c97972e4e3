// ntfy_since.c - from where on a phone wants messages.
//
// An id has 12 characters, Unix seconds have 10, and a span ends with a letter: each is one of them only.
#include "ntfy_since.h"

#include <string.h>

static const char signs[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

enum {
    BASE = sizeof(signs) - 1,
    ID_LENGTH = NTFY_ID_SIZE - 1,
    SECONDS_DIGITS_MOST = 11,
    SPAN_MOST_S = 366 * 86400
};

void
ntfy_since_id(int64_t id, char text[NTFY_ID_SIZE])
{
    CHECK(id >= 0);
    for (int i = ID_LENGTH; i-- > 0; id /= BASE)
        text[i] = signs[id % BASE];
    text[ID_LENGTH] = '\0';
}

static int
parse_id(const char *text, int64_t *id)
{
    *id = 0;
    for (int i = 0; i < ID_LENGTH; i++) {
        const char *sign = strchr(signs, text[i]);

        if (sign == NULL || *id > (INT64_MAX - (sign - signs)) / BASE)
            return -1;
        *id = *id * BASE + (sign - signs);
    }
    return 0;
}

// Seconds of a unit; 0: it is none.
static int64_t
unit_seconds(char unit)
{
    return unit == 's' ? 1 : unit == 'm' ? 60 : unit == 'h' ? 3600 : unit == 'd' ? 86400 : 0;
}

// Reads digits; returns their number, or -1 when there are none or too many.  *rest: what follows.
static int64_t
parse_digits(const char *text, const char **rest)
{
    int64_t value = 0;
    size_t count = strspn(text, "0123456789");

    if (count == 0 || count > SECONDS_DIGITS_MOST)
        return -1;
    for (size_t i = 0; i < count; i++)
        value = value * 10 + (text[i] - '0');
    *rest = text + count;
    return value;
}

static int
parse_span(const char *text, int64_t *seconds)
{
    *seconds = 0;
    while (*text != '\0') {
        int64_t count = parse_digits(text, &text);

        if (count < 0 || count > SPAN_MOST_S || unit_seconds(*text) == 0)
            return -1;
        *seconds += count * unit_seconds(*text++);
        if (*seconds > SPAN_MOST_S)
            return -1;
    }
    return 0;
}

int
ntfy_since_parse(const char *text, int64_t now_ms, struct ntfy_since *since)
{
    const char *rest = text;
    int64_t seconds = 0;

    *since = (struct ntfy_since){.kind = NTFY_SINCE_NONE};
    if (strcmp(text, "none") == 0)
        return 0;
    if (strcmp(text, "all") == 0) {
        since->kind = NTFY_SINCE_ALL;
        return 0;
    }
    if (strlen(text) == ID_LENGTH && parse_id(text, &since->id) == 0) {
        since->kind = NTFY_SINCE_ID;
        return 0;
    }
    seconds = parse_digits(text, &rest);
    if (seconds < 0)
        return -1;
    since->kind = NTFY_SINCE_TIME;
    if (*rest == '\0') {
        since->at_ms = seconds * 1000;
        return 0;
    }
    if (parse_span(text, &seconds) < 0)
        return -1;
    since->at_ms = now_ms - seconds * 1000;
    return 0;
}
