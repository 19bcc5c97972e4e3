// ntfy_since.h - from where on a phone wants messages, and the ids by which it names them.  Pure.
#ifndef KENTONGAN_PORTAL_NTFY_SINCE_H
#define KENTONGAN_PORTAL_NTFY_SINCE_H

#include "check.h"

#include <stddef.h>
#include <stdint.h>

enum { NTFY_ID_SIZE = 13 }; // 12 characters and NUL

enum ntfy_since_kind { NTFY_SINCE_NONE, NTFY_SINCE_ALL, NTFY_SINCE_ID, NTFY_SINCE_TIME };

struct ntfy_since {
    enum ntfy_since_kind kind;
    int64_t id;    // NTFY_SINCE_ID: what comes after this one
    int64_t at_ms; // NTFY_SINCE_TIME: what came at or after this time, Unix ms
};

// Reads all, none, a message's id, Unix seconds, or a time span until now such as 10m, 1h30m, 2d.  now_ms:
// Unix ms.  0 or -1.
MUST_USE int ntfy_since_parse(const char *text, int64_t now_ms, struct ntfy_since *since);

// Ids as ntfy has them: 12 of [0-9A-Za-z], in the order of the numbers.
void ntfy_since_id(int64_t id, char text[NTFY_ID_SIZE]);

#endif
