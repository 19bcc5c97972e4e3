// gsm7.c - the alphabet of a short message: what fits, and how much.
#include "gsm7.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { PART = 160, JOINED = 153, WIDE_PART = 70, WIDE_JOINED = 67 };

// The basic table but for what ASCII shares with it, and of ASCII what it has not.
static const char others[] = "£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà";
static const char not_ascii[] = "`";
static const char extension[] = "^{}\\[~]|";
static const char euro[] = "€";

static const struct {
    const char *from, *to; // each character of from becomes to
} nearest[] = {
    {"‘’‚‛´", "'"},
    {"“”„«»", "\""},
    {"`", "'"},
    {"‐‑‒–—―−•", "-"},
    {"·", "."},
    {"…", "..."},
    {"\t\n\r\v\f", " "},
    {"\u00a0", " "},
    {"\u2002\u2003\u2009\u202f\u3000", " "},
    {"\u200b\u200c\u200d\u2060\ufeff", ""},
    {"áâãāă", "a"},
    {"ÀÁÂÃĀ", "A"},
    {"ç", "c"},
    {"êëēĕě", "e"},
    {"ÈÊËĒĔĚ", "E"},
    {"íîïī", "i"},
    {"ÌÍÎÏĪ", "I"},
    {"óôõō", "o"},
    {"ÒÓÔÕŌ", "O"},
    {"úûū", "u"},
    {"ÙÚÛŪ", "U"},
    {"ṭ", "t"},
    {"ḍ", "d"},
    {"×", "x"},
    {"°", " derajat"},
    {"½", "1/2"},
    {"²", "2"},
    {"³", "3"},
    {"№", "No."},
};

// Bytes of the character at p, which begins well-formed UTF-8.
static size_t
width(const char *p)
{
    uint8_t lead = (uint8_t)*p;

    return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

static bool
is_in(const char *set, const char *p, size_t bytes)
{
    for (const char *at = set; *at != '\0'; at += width(at))
        if (width(at) == bytes && memcmp(at, p, bytes) == 0)
            return true;
    return false;
}

// Septets of one character; 0: it is not in the alphabet.
static size_t
septets(const char *p, size_t bytes)
{
    if (bytes == 1 && (*p == '\n' || *p == '\r' || ((uint8_t)*p >= 0x20 && (uint8_t)*p < 0x7f)))
        return strchr(not_ascii, *p) != NULL ? 0 : strchr(extension, *p) != NULL ? 2 : 1;
    if (bytes == sizeof(euro) - 1 && memcmp(p, euro, bytes) == 0)
        return 2;
    return bytes > 1 && is_in(others, p, bytes) ? 1 : 0;
}

static const char *
nearest_to(const char *p, size_t bytes)
{
    // Pictures: four bytes from U+1F000 on, and the signs of U+2600 to U+27BF; U+FE0F says how one is drawn.
    bool picture = (bytes == 4 && (uint8_t)p[0] == 0xf0 && (uint8_t)p[1] >= 0x9f) ||
                   (bytes == 3 && (uint8_t)p[0] == 0xe2 && (uint8_t)p[1] >= 0x98 && (uint8_t)p[1] <= 0x9e) ||
                   (bytes == 3 && memcmp(p, "\xef\xb8\x8f", 3) == 0);

    for (size_t i = 0; i < LENGTH(nearest); i++)
        if (is_in(nearest[i].from, p, bytes))
            return nearest[i].to;
    return picture || (uint8_t)*p < 0x20 || *p == 0x7f ? "" : "?";
}

void
gsm7_add(struct str *out, const char *text)
{
    str_add(out, "", 0);
    for (const char *p = text; *p != '\0'; p += width(p)) {
        size_t bytes = width(p);
        bool fits = septets(p, bytes) > 0 && *p != '\n' && *p != '\r';

        if (fits)
            str_add(out, p, bytes);
        else
            str_add_text(out, nearest_to(p, bytes));
    }
}

size_t
gsm7_length(const char *text)
{
    size_t length = 0;

    for (const char *p = text; *p != '\0'; p += width(p)) {
        size_t some = septets(p, width(p));

        length += some > 0 ? some : 1;
    }
    return length;
}

const char *
gsm7_stranger(const char *text, size_t *length)
{
    for (const char *p = text; *p != '\0'; p += width(p)) {
        *length = width(p);
        if (septets(p, *length) == 0)
            return p;
    }
    return NULL;
}

size_t
gsm7_parts(const char *text)
{
    size_t length = 0;
    bool wide = gsm7_stranger(text, &length) != NULL;
    size_t most = wide ? WIDE_JOINED : JOINED;
    size_t units = 0; // of the whole text
    size_t end = 0;   // where the last part that was begun is full
    size_t parts = 0;

    for (const char *p = text; *p != '\0'; p += width(p)) {
        // In UTF-16, or in septets.
        size_t some = wide ? (width(p) == 4 ? 2 : 1) : septets(p, width(p));

        // A character that does not fit any more begins the next part, and leaves the rest of this one empty.
        if (units + some > end) {
            end = units + most;
            parts++;
        }
        units += some;
    }
    return units > 0 && units <= (size_t)(wide ? WIDE_PART : PART) ? 1 : parts;
}
