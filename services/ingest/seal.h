// seal.h - who reported, sealed so that this cluster cannot read it again.
//
// An identity is encrypted to the office's public key, whose secret key is on none of these machines.  Each
// process makes a key pair of its own, keeps only what it shares with the office, and makes a new one every
// ten minutes: identities sealed before that cannot be opened with anything the process still holds.
//
//     sealed = our public key (32) | nonce (24) | crypto_box (16 + the packed Reporter)
//
// The length of a sealed identity tells the length of what is in it.
#ifndef KENTONGAN_SEAL_H
#define KENTONGAN_SEAL_H

#include "check.h"
#include "ingest.pb-c.h"
#include "str.h"

#include <stddef.h>
#include <stdint.h>

enum { SEAL_KEY_SIZE = 32, SEAL_OVERHEAD = 32 + 24 + 16 };

struct seal;

// Reads a key of 64 hexadecimal digits.  Returns 0 or -1.
MUST_USE int seal_parse_key(const char *hex, uint8_t key[SEAL_KEY_SIZE]);

// Starts sealing to the office's public key.  Returns new, or NULL when that is no key one can encrypt to.
struct seal *seal_new(const uint8_t office_key[SEAL_KEY_SIZE]);
void seal_destroy(struct seal **seal);

// Appends the sealed identity to out.  Seals nothing and appends nothing when reporter is NULL.  Borrows.
void seal_identity(struct seal *seal, const Kentongan__V1__Reporter *reporter, struct str *out);

// Opens a sealed identity with the office's secret key: for those who may, and for tests.  Appends the packed
// Reporter to out. Returns 0, or -1 when it was not sealed to this key or was changed.
MUST_USE int seal_open(
    const uint8_t secret_key[SEAL_KEY_SIZE], const void *sealed, size_t length, struct str *out);

#endif
