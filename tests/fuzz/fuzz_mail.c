// fuzz_mail.c - any texts as a mail: address, subject, text, link and id, parted by NUL.
//
// Whatever they are, the headers are ours and no others, each on a line of visible ASCII that is not too
// long, with no CR or LF but at its end; subject and text are what was given.
#include "fuzz.h"

#include "check.h"
#include "mail.h"
#include "texts.h"

#include <openssl/evp.h>
#include <string.h>

enum { LINE_MOST = 998, SUBJECT_MOST = 400 };

static const char *const names[] = {"From: ", "To: ", "Subject:", "Date: ", "Message-ID: ", "References: ",
    "Auto-Submitted: ", "MIME-Version: ", "Content-Type: ", "Content-Transfer-Encoding: "};

// Appends what base64 stands for.
static void
decode(struct str *out, const char *text, size_t length)
{
    unsigned char bytes[LINE_MOST];

    CHECK(length > 0 && length % 4 == 0 && length < LINE_MOST);
    int count = EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)length);
    CHECK(count > 0);
    count -= (text[length - 1] == '=') + (text[length - 2] == '=');
    str_add(out, bytes, (size_t)count);
}

// A line of the subject: one encoded word.
static void
read_word(struct str *subject, const char *line, size_t length)
{
    static const char prefix[] = " =?UTF-8?B?";

    CHECK(length > strlen(prefix) + 2 && strncmp(line, prefix, strlen(prefix)) == 0);
    CHECK(memcmp(line + length - 2, "?=", 2) == 0);
    decode(subject, line + strlen(prefix), length - strlen(prefix) - 2);
}

// Returns the bytes of a line with its CR LF.
static size_t
line_length(const char *mail)
{
    const char *end = strstr(mail, "\r\n");

    CHECK(end != NULL && end - mail <= LINE_MOST);
    for (const char *c = mail; c < end; c++)
        CHECK(*c >= ' ' && *c < 0x7f);
    return (size_t)(end - mail) + 2;
}

// Reads all headers, which have to come in their order.  Returns where the body begins.
static const char *
check_headers(const char *mail, struct str *subject)
{
    size_t next = 0;
    size_t at = 0; // the header that the line belongs to

    for (size_t length = line_length(mail); length > 2; mail += length, length = line_length(mail)) {
        if (*mail == ' ') {
            CHECK(next > 0 && strcmp(names[at], "Subject:") == 0);
            read_word(subject, mail, length - 2);
            continue;
        }
        while (next < LENGTH(names) && strncmp(mail, names[next], strlen(names[next])) != 0)
            next++;
        CHECK(next < LENGTH(names));
        at = next++;
        if (strcmp(names[at], "Subject:") == 0 && length > strlen(names[at]) + 2)
            read_word(subject, mail + strlen(names[at]), length - strlen(names[at]) - 2);
    }
    CHECK(next == LENGTH(names));
    return mail + 2;
}

// Is this the subject, its controls blanks, cut where it is too long?
static void
check_subject(const struct str *subject, const char *given)
{
    const char *read = subject->data != NULL ? subject->data : "";

    CHECK(strlen(given) <= SUBJECT_MOST
              ? subject->length == strlen(given)
              : subject->length <= SUBJECT_MOST &&
                    (subject->length > SUBJECT_MOST - 4 || !str_is_text(given, strlen(given))));
    for (size_t i = 0; i < subject->length; i++)
        CHECK(read[i] == given[i] || (read[i] == ' ' && ((unsigned char)given[i] < ' ' || given[i] == 0x7f)));
    // Each encoded word has whole characters, so that all of them have.
    if (str_is_text(given, strlen(given)))
        CHECK(subject->length == 0 || str_is_text(read, subject->length));
}

// The same text but for its line breaks, then the link.
static void
check_text(const struct str *text, const struct mail *mail)
{
    const char *read = text->data;
    const char *given = mail->text;

    for (; *given != '\0'; given++) {
        if (*given == '\r' && given[1] == '\n')
            continue;
        if (*given == '\r' || *given == '\n') {
            CHECK(strncmp(read, "\r\n", 2) == 0);
            read += 2;
        } else {
            CHECK(*read == *given);
            read++;
        }
    }
    if (mail->link[0] != '\0') {
        CHECK(strncmp(read, "\r\n\r\n", 4) == 0 && strncmp(read + 4, mail->link, strlen(mail->link)) == 0);
        read += 4 + strlen(mail->link);
    }
    CHECK(strcmp(read, "\r\n") == 0 && read + 2 == text->data + text->length);
}

static void
check_address(const char *text)
{
    const char *at = strchr(text, '@');

    CHECK(at != NULL && at != text && strchr(at + 1, '@') == NULL && strlen(text) <= 254);
    CHECK(text[0] != '-' && strpbrk(text, " \t\r\n<>,;:()[]\\\"") == NULL && strchr(at, '.') != NULL);
    for (const char *c = text; *c != '\0'; c++)
        CHECK(*c > ' ' && *c < 0x7f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct texts texts;
    struct str out = {0}, subject = {0}, text = {0};
    struct mail mail = {.from = "kentongan@example.org", .to = "officer@example.org", .reference = "n42.7"};

    texts_cut(&texts, data, size, 4);
    if (mail_is_address(texts.text[0])) {
        check_address(texts.text[0]);
        mail.to = texts.text[0];
    }
    mail.subject = texts.text[1];
    mail.text = texts.text[2];
    mail.link = texts.text[3];
    mail.thread = "JT-7K2M-04QF-9";
    mail.now_ms = INT64_C(1795323600000) + (int64_t)size * 86400000;
    mail_write(&out, &mail);
    for (const char *line = check_headers(out.data, &subject); *line != '\0';) {
        size_t length = line_length(line);

        CHECK(length <= 78);
        decode(&text, line, length - 2);
        line += length;
    }
    check_subject(&subject, mail.subject);
    check_text(&text, &mail);
    str_free(&out);
    str_free(&subject);
    str_free(&text);
    texts_free(&texts);
    return 0;
}
