// password.h - passwords of officers as argon2id (RFC 9106), in libsodium's text form.
#ifndef KENTONGAN_PASSWORD_H
#define KENTONGAN_PASSWORD_H

#include "check.h"

#include <stdbool.h>

enum {
    PASSWORD_LEAST = 12, // bytes
    PASSWORD_MOST = 128,
    PASSWORD_HASH_SIZE = 128,   // with its NUL
    PASSWORD_MEMORY = 32 << 20, // bytes that one computation takes
};

// Writes the hash of password under a fresh salt.  0, or -1: no memory for it.
MUST_USE int password_hash(const char *password, char hash[PASSWORD_HASH_SIZE]);

// Is hash that of password?  Takes as long for a wrong one.
bool password_is(const char *password, const char *hash);

// Writes a random password of 16 characters (80 bits) that can be read out: groups of four, no l, o, 0, 1.
enum { PASSWORD_RANDOM_SIZE = 20 };
void password_random(char password[PASSWORD_RANDOM_SIZE]);

#endif
