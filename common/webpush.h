// webpush.h - the cryptography of Web Push: message encryption (RFC 8291, RFC 8188) and VAPID (RFC 8292).
//
// Pure computation on P-256, AES-128-GCM and SHA-256; no network, no files.  Not for use by several threads
// at once.
#ifndef KENTONGAN_WEBPUSH_H
#define KENTONGAN_WEBPUSH_H

#include "check.h"
#include "str.h"

#include <stddef.h>
#include <stdint.h>

enum {
    WEBPUSH_POINT_SIZE = 65,  // uncompressed point, what browsers call p256dh
    WEBPUSH_AUTH_SIZE = 16,   // the subscription's shared secret
    WEBPUSH_SCALAR_SIZE = 32, // private key
    WEBPUSH_SALT_SIZE = 16,
    WEBPUSH_PLAIN_MOST = 3993, // push services need not take a body above 4,096 bytes (RFC 8291 §4)
    WEBPUSH_BODY_MOST = 4096,
};

struct webpush_key;  // a key pair: the application server's, or a phone's
struct webpush_peer; // what we know of a phone: its public key and its secret

// A new random key pair.  Returns new; NULL when OpenSSL cannot make one.
struct webpush_key *webpush_key_new(void);

// The key pair of a private scalar, big-endian, 1 .. order - 1.  Returns new; NULL when it is not such a
// scalar.
struct webpush_key *webpush_key_import(const uint8_t scalar[WEBPUSH_SCALAR_SIZE]);
void webpush_key_destroy(struct webpush_key **key);

// The public point.  Borrows, as long as key lives.
const uint8_t *webpush_key_point(const struct webpush_key *key);

// Writes the private scalar.  Returns 0 or -1.
MUST_USE int webpush_key_scalar(const struct webpush_key *key, uint8_t scalar[WEBPUSH_SCALAR_SIZE]);

// Checks a subscription's keys: point has 65 bytes and lies on the curve, auth has 16 bytes.  Copies both.
// Returns new; NULL when a key is wrong.
struct webpush_peer *webpush_peer_new(
    const uint8_t *point, size_t point_length, const uint8_t *auth, size_t auth_length);
void webpush_peer_destroy(struct webpush_peer **peer);

// Encrypts length (0 .. WEBPUSH_PLAIN_MOST) bytes to peer under a fresh key and a fresh salt.  Returns the
// length of the body or -1.
MUST_USE int webpush_encrypt(
    const struct webpush_peer *peer, const void *plain, size_t length, uint8_t body[WEBPUSH_BODY_MOST]);

// The same under a given key and salt, for test vectors.  Never send two messages under one pair of them.
struct webpush_seed {
    const struct webpush_key *key;
    const uint8_t *salt; // WEBPUSH_SALT_SIZE bytes
};
MUST_USE int webpush_encrypt_seeded(const struct webpush_peer *peer, const struct webpush_seed *seed,
    const void *plain, size_t length, uint8_t body[WEBPUSH_BODY_MOST]);

// Decrypts a body on the phone's side.  Returns the length of the plaintext, or -1 when it is not for this
// key or was changed.
MUST_USE int webpush_decrypt(const struct webpush_key *key, const uint8_t auth[WEBPUSH_AUTH_SIZE],
    const uint8_t *body, size_t length, uint8_t plain[WEBPUSH_BODY_MOST]);

// Appends the value of the Authorization header, "vapid t=.., k=..".  audience: the origin of the endpoint;
// subject: mailto: or https: URL that reaches the operator; expires_s: Unix seconds, at most 24 h ahead.
// Returns 0, or -1 when a text has characters that do not belong into a URL.
MUST_USE int webpush_vapid(const struct webpush_key *key, const char *audience, const char *subject,
    int64_t expires_s, struct str *header);

#endif
