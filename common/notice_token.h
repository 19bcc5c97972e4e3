// notice_token.h - one-time tokens of notices: what lets a phone say received, seen or acknowledged without a
// session.
//
// A token is notice id and device id (8 bytes each, big-endian) and the first 16 bytes of their HMAC-SHA256
// (RFC 2104).  Only the notifier makes them; who gets one back asks PostgreSQL (notice_use() in
// deploy/postgres/006_people.sql), which checks it and keeps it to one use.  Pure.
#ifndef KENTONGAN_NOTICE_TOKEN_H
#define KENTONGAN_NOTICE_TOKEN_H

#include "check.h"

#include <stddef.h>
#include <stdint.h>

enum { NOTICE_TOKEN_SIZE = 32, NOTICE_TOKEN_TEXT_SIZE = 44, NOTICE_PAD_SIZE = 64 }; // 43 characters and NUL

// The key as the table notice_key has it.
struct notice_key {
    uint8_t inner_pad[NOTICE_PAD_SIZE], outer_pad[NOTICE_PAD_SIZE];
};

// Writes the token as base64url.
void notice_token(
    const struct notice_key *key, int64_t notice_id, int64_t device_id, char text[NOTICE_TOKEN_TEXT_SIZE]);

// Reads 43 characters of base64url.  0, or -1: that is no token.  Whether it is a true one is for PostgreSQL
// to say.
MUST_USE int notice_token_read(const char *text, size_t length, uint8_t token[NOTICE_TOKEN_SIZE]);

#endif
