// mail.c - a mail as it is sent.
#include "mail.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
    ADDRESS_MOST = 254, // RFC 5321 §4.5.3.1, less the brackets
    LOCAL_MOST = 64,
    WORD_MOST = 42,  // bytes in an encoded word: a line stays below 78 characters (RFC 2047 §2)
    LINE_BYTES = 57, // bytes in a line of base64: 76 characters (RFC 2045 §6.8)
    SUBJECT_MOST = 400,
};

static void
base64(struct str *out, const char *data, size_t length)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *bytes = (const unsigned char *)data;

    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        unsigned long group = (unsigned long)bytes[i] << 16 |
                              (left > 1 ? (unsigned long)bytes[i + 1] << 8 : 0) |
                              (left > 2 ? (unsigned long)bytes[i + 2] : 0);
        char text[4] = {digits[group >> 18], digits[group >> 12 & 63],
            left > 1 ? digits[group >> 6 & 63] : '=', left > 2 ? digits[group & 63] : '='};

        str_add(out, text, sizeof(text));
    }
}

bool
mail_is_address(const char *text)
{
    static const char atoms[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.";
    size_t local = strspn(text, atoms);
    const char *domain = text + local + 1;
    size_t length = strlen(text);
    const char *dot = NULL;

    if (local == 0 || local > LOCAL_MOST || text[local] != '@' || length > ADDRESS_MOST || text[0] == '.' ||
        text[0] == '-' || text[local - 1] == '.' || strstr(text, "..") != NULL)
        return false;
    if (strspn(domain, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.") != strlen(domain))
        return false;
    dot = strrchr(domain, '.');
    return isalnum((unsigned char)domain[0]) != 0 && isalnum((unsigned char)text[length - 1]) != 0 &&
           dot != NULL && isalpha((unsigned char)dot[1]) != 0;
}

// Bytes of at most `most` that end at a character's border; anywhere in what is no UTF-8.
static size_t
cut(const char *text, size_t length, size_t most)
{
    size_t end = length < most ? length : most;

    while (end > 0 && end < length && ((unsigned char)text[end] & 0xc0) == 0x80)
        end--;
    return end > 0 || length < most ? end : most;
}

// A header of any text: encoded words (RFC 2047), one a line, whatever is in it.
static void
write_words(struct str *out, const char *name, const char *text)
{
    char line[SUBJECT_MOST + 1];
    size_t length = 0;
    size_t at = 0;

    str_copy(line, sizeof(line), text);
    length = strlen(line);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
            line[i] = ' ';
    str_format(out, "%s:", name);
    while (at < length) {
        size_t word = cut(line + at, length - at, WORD_MOST);

        str_add_text(out, " =?UTF-8?B?");
        base64(out, line + at, word);
        str_add_text(out, "?=");
        at += word;
        if (at < length)
            str_add_text(out, "\r\n");
    }
    str_add_text(out, "\r\n");
}

// RFC 5322 §3.3; always in UTC.
static void
write_date(struct str *out, int64_t now_ms)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    time_t seconds = (time_t)(now_ms / 1000);
    struct tm at;

    CHECK(gmtime_r(&seconds, &at) != NULL);
    str_format(out, "Date: %s, %02d %s %d %02d:%02d:%02d +0000\r\n", days[at.tm_wday], at.tm_mday,
        months[at.tm_mon], at.tm_year + 1900, at.tm_hour, at.tm_min, at.tm_sec);
}

static void
write_id(struct str *out, const char *name, const char *id, const char *from)
{
    if (id[0] != '\0')
        str_format(out, "%s: <%s%s>\r\n", name, id, strchr(from, '@'));
}

// The text with line breaks as mail has them, and the link below.
static void
write_text(struct str *out, const struct mail *mail)
{
    struct str text = {0};

    for (const char *c = mail->text; *c != '\0'; c++) {
        if (*c == '\r' && c[1] == '\n')
            continue;
        if (*c == '\n' || *c == '\r')
            str_add_text(&text, "\r\n");
        else
            str_add(&text, c, 1);
    }
    if (mail->link[0] != '\0')
        str_format(&text, "\r\n\r\n%s", mail->link);
    str_add_text(&text, "\r\n");
    for (size_t at = 0; at < text.length; at += LINE_BYTES) {
        base64(out, text.data + at, text.length - at < LINE_BYTES ? text.length - at : LINE_BYTES);
        str_add_text(out, "\r\n");
    }
    str_free(&text);
}

void
mail_write(struct str *out, const struct mail *mail)
{
    CHECK(mail_is_address(mail->from) && mail_is_address(mail->to));
    str_format(out, "From: <%s>\r\nTo: <%s>\r\n", mail->from, mail->to);
    write_words(out, "Subject", mail->subject);
    write_date(out, mail->now_ms);
    write_id(out, "Message-ID", mail->reference, mail->from);
    write_id(out, "References", mail->thread, mail->from);
    // So that no machine answers it (RFC 3834 §5).
    str_add_text(out, "Auto-Submitted: auto-generated\r\n"
                      "MIME-Version: 1.0\r\n"
                      "Content-Type: text/plain; charset=UTF-8\r\n"
                      "Content-Transfer-Encoding: base64\r\n"
                      "\r\n");
    write_text(out, mail);
}
