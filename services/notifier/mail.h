// mail.h - a mail as it is sent: RFC 5322 and MIME, UTF-8, one part of plain text.  Pure.
#ifndef KENTONGAN_MAIL_H
#define KENTONGAN_MAIL_H

#include "str.h"

#include <stdbool.h>
#include <stdint.h>

// All borrowed, "" where there is none.
struct mail {
    const char *from, *to;   // addresses for which mail_is_address() is true
    const char *subject;     // one line of UTF-8; a line break in it becomes a space
    const char *text, *link; // link: a last paragraph
    const char *reference;   // [A-Za-z0-9.-]: the same one is the same mail, its Message-ID
    const char *thread;      // [A-Za-z0-9.-]: mails with the same one belong together
    int64_t now_ms;          // Unix ms
};

// Is this one address, such as can stand in a command and in a header as it is?  No display name, no quoted
// part, no comment.
bool mail_is_address(const char *text);

// Appends the whole mail, with CR LF.  No line is longer than 998 characters (RFC 5322 §2.1.1).
void mail_write(struct str *out, const struct mail *mail);

#endif
