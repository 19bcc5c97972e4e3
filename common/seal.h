// seal.h - bytes sealed to somebody's public key, so that who sealed them cannot read them again.
//
// What is sealed can only be opened with the secret key, which is not here.  Each process makes a key pair of
// its own, keeps only what it shares with the reader, and makes a new one every ten minutes: what was sealed
// before that cannot be opened with anything the process still holds.
//
//     sealed = our public key (32) | nonce (24) | crypto_box (16 + the bytes)
//
// The length of what is sealed tells the length of what is in it.
#ifndef KENTONGAN_SEAL_H
#define KENTONGAN_SEAL_H

#include "check.h"
#include "str.h"

#include <stddef.h>
#include <stdint.h>

enum { SEAL_KEY_SIZE = 32, SEAL_OVERHEAD = 32 + 24 + 16 };

struct seal;

// Reads a key of 64 hexadecimal digits.  Returns 0 or -1.
MUST_USE int seal_parse_key(const char *hex, uint8_t key[SEAL_KEY_SIZE]);

// Starts sealing to a public key.  Returns new, or NULL when that is no key one can encrypt to.
struct seal *seal_new(const uint8_t public_key[SEAL_KEY_SIZE]);
void seal_destroy(struct seal **seal);

// Appends the sealed bytes to out.  The plain ones, which it borrows, are the caller's to wipe.
void seal_add(struct seal *seal, const void *plain, size_t length, struct str *out);

// Overwrites memory in a way that the compiler keeps.
void seal_wipe(void *memory, size_t length);

struct seal_opener;

// Opens what was sealed to the public half of this key; remembers the last keys of senders, because each
// serves for many.  Returns new.
struct seal_opener *seal_opener_new(const uint8_t secret_key[SEAL_KEY_SIZE]);
void seal_opener_destroy(struct seal_opener **opener);

// Appends what was sealed to out.  Returns 0, or -1 when it was not sealed to this key or was changed.
MUST_USE int seal_open(struct seal_opener *opener, const void *sealed, size_t length, struct str *out);

#endif
