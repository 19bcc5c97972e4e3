// webpush.c - the cryptography of Web Push, on OpenSSL 3.
//
// The key schedule of RFC 8291 §3.4 is five HMACs.  HKDF's expand step (RFC 5869) is a single HMAC here,
// because no output is longer than one SHA-256 block.  One record only: a push message has to fit into one
// (RFC 8291 §4).
//
//     body = salt 16 | record size 4 | key length 1 | sender's point 65 | ciphertext and tag
#include "webpush.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    HASH_SIZE = 32,
    CEK_SIZE = 16,
    NONCE_SIZE = 12,
    TAG_SIZE = 16,
    HEADER_SIZE = WEBPUSH_SALT_SIZE + 4 + 1 + WEBPUSH_POINT_SIZE,
    LAST_RECORD = 2, // the delimiter that ends the last record (RFC 8188 §2)
};

struct webpush_key {
    EVP_PKEY *pair;
    uint8_t point[WEBPUSH_POINT_SIZE];
};

struct webpush_peer {
    EVP_PKEY *public;
    uint8_t point[WEBPUSH_POINT_SIZE];
    uint8_t auth[WEBPUSH_AUTH_SIZE];
};

// What both sides know of one message.
struct message {
    const uint8_t *phone;  // its point
    const uint8_t *sender; // its point
    const uint8_t *auth;
    const uint8_t *salt;
};

// A P-256 key from its parts; scalar NULL: the public half only.  Returns new or NULL.
static EVP_PKEY *
build_key(const uint8_t point[WEBPUSH_POINT_SIZE], const BIGNUM *scalar)
{
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    OSSL_PARAM *params = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_PKEY *key = NULL;
    int selection = scalar != NULL ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY;

    CHECK(builder != NULL && context != NULL);
    if (OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, SN_X9_62_prime256v1, 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, WEBPUSH_POINT_SIZE) == 1 &&
        (scalar == NULL || OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_PRIV_KEY, scalar) == 1) &&
        (params = OSSL_PARAM_BLD_to_param(builder)) != NULL && EVP_PKEY_fromdata_init(context) == 1 &&
        EVP_PKEY_fromdata(context, &key, selection, params) != 1)
        key = NULL;
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(builder);
    EVP_PKEY_CTX_free(context);
    ERR_clear_error();
    return key;
}

// Multiplies the curve's base point.  Returns 0, or -1 when scalar is not in 1 .. order - 1.
static int
point_of(const BIGNUM *scalar, uint8_t point[WEBPUSH_POINT_SIZE])
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    EC_POINT *product = NULL;
    int rc = -1;

    CHECK(group != NULL);
    product = EC_POINT_new(group);
    CHECK(product != NULL);
    if (!BN_is_zero(scalar) && BN_cmp(scalar, EC_GROUP_get0_order(group)) < 0 &&
        EC_POINT_mul(group, product, scalar, NULL, NULL, NULL) == 1 &&
        EC_POINT_point2oct(group, product, POINT_CONVERSION_UNCOMPRESSED, point, WEBPUSH_POINT_SIZE, NULL) ==
            WEBPUSH_POINT_SIZE)
        rc = 0;
    EC_POINT_free(product);
    EC_GROUP_free(group);
    return rc;
}

// Returns new or NULL.
static struct webpush_key *
wrap(EVP_PKEY *pair)
{
    struct webpush_key *key = NULL;
    size_t length = 0;

    if (pair == NULL)
        return NULL;
    key = check_zalloc(1, sizeof(*key));
    key->pair = pair;
    if (EVP_PKEY_get_octet_string_param(
            pair, OSSL_PKEY_PARAM_PUB_KEY, key->point, sizeof(key->point), &length) != 1 ||
        length != sizeof(key->point))
        webpush_key_destroy(&key);
    return key;
}

struct webpush_key *
webpush_key_new(void)
{
    return wrap(EVP_EC_gen(SN_X9_62_prime256v1));
}

struct webpush_key *
webpush_key_import(const uint8_t scalar[WEBPUSH_SCALAR_SIZE])
{
    BIGNUM *number = BN_secure_new();
    uint8_t point[WEBPUSH_POINT_SIZE];
    EVP_PKEY *pair = NULL;

    CHECK(number != NULL && BN_bin2bn(scalar, WEBPUSH_SCALAR_SIZE, number) != NULL);
    if (point_of(number, point) == 0)
        pair = build_key(point, number);
    BN_clear_free(number);
    return wrap(pair);
}

void
webpush_key_destroy(struct webpush_key **key)
{
    if (*key == NULL)
        return;
    EVP_PKEY_free((*key)->pair);
    free(*key);
    *key = NULL;
}

const uint8_t *
webpush_key_point(const struct webpush_key *key)
{
    return key->point;
}

int
webpush_key_scalar(const struct webpush_key *key, uint8_t scalar[WEBPUSH_SCALAR_SIZE])
{
    BIGNUM *number = NULL;
    int rc = -1;

    if (EVP_PKEY_get_bn_param(key->pair, OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1 &&
        BN_bn2binpad(number, scalar, WEBPUSH_SCALAR_SIZE) == WEBPUSH_SCALAR_SIZE)
        rc = 0;
    BN_clear_free(number);
    return rc;
}

struct webpush_peer *
webpush_peer_new(const uint8_t *point, size_t point_length, const uint8_t *auth, size_t auth_length)
{
    struct webpush_peer *peer = NULL;
    EVP_PKEY *public = NULL;

    if (point_length != WEBPUSH_POINT_SIZE || point[0] != 0x04 || auth_length != WEBPUSH_AUTH_SIZE)
        return NULL;
    public = build_key(point, NULL); // refuses a point that is not on the curve
    if (public == NULL)
        return NULL;
    peer = check_zalloc(1, sizeof(*peer));
    peer->public = public;
    memcpy(peer->point, point, sizeof(peer->point));
    memcpy(peer->auth, auth, sizeof(peer->auth));
    return peer;
}

void
webpush_peer_destroy(struct webpush_peer **peer)
{
    if (*peer == NULL)
        return;
    EVP_PKEY_free((*peer)->public);
    OPENSSL_cleanse((*peer)->auth, sizeof((*peer)->auth));
    free(*peer);
    *peer = NULL;
}

static void
hmac(const uint8_t *key, size_t key_length, const uint8_t *data, size_t length, uint8_t hash[HASH_SIZE])
{
    unsigned size = HASH_SIZE;

    CHECK(HMAC(EVP_sha256(), key, (int)key_length, data, length, hash, &size) != NULL && size == HASH_SIZE);
}

// x coordinate of ours times theirs.  Returns 0 or -1.
static int
agree(EVP_PKEY *ours, EVP_PKEY *theirs, uint8_t shared[HASH_SIZE])
{
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(ours, NULL);
    size_t length = HASH_SIZE;
    int rc = -1;

    CHECK(context != NULL);
    // Whether the point lies on the curve was checked when the peer was made: not again for each message.
    if (EVP_PKEY_derive_init(context) == 1 && EVP_PKEY_derive_set_peer_ex(context, theirs, 0) == 1 &&
        EVP_PKEY_derive(context, shared, &length) == 1 && length == HASH_SIZE)
        rc = 0;
    EVP_PKEY_CTX_free(context);
    ERR_clear_error();
    return rc;
}

// RFC 8291 §3.4.
static void
schedule(const uint8_t shared[HASH_SIZE], const struct message *message, uint8_t cek[HASH_SIZE],
    uint8_t nonce[HASH_SIZE])
{
    // Each info ends with its own NUL, which the RFCs ask for, and the block counter 1.
    static const char who[] = "WebPush: info";
    static const uint8_t cek_info[] = "Content-Encoding: aes128gcm\0\x01";
    static const uint8_t nonce_info[] = "Content-Encoding: nonce\0\x01";
    uint8_t info[sizeof(who) + (size_t)2 * WEBPUSH_POINT_SIZE + 1];
    uint8_t hash[HASH_SIZE];
    uint8_t ikm[HASH_SIZE];

    memcpy(info, who, sizeof(who));
    memcpy(info + sizeof(who), message->phone, WEBPUSH_POINT_SIZE);
    memcpy(info + sizeof(who) + WEBPUSH_POINT_SIZE, message->sender, WEBPUSH_POINT_SIZE);
    info[sizeof(info) - 1] = 1;
    hmac(message->auth, WEBPUSH_AUTH_SIZE, shared, HASH_SIZE, hash);
    hmac(hash, HASH_SIZE, info, sizeof(info), ikm);
    hmac(message->salt, WEBPUSH_SALT_SIZE, ikm, HASH_SIZE, hash);
    hmac(hash, HASH_SIZE, cek_info, sizeof(cek_info) - 1, cek);
    hmac(hash, HASH_SIZE, nonce_info, sizeof(nonce_info) - 1, nonce);
}

// Writes ciphertext and tag of plain and its delimiter.
static void
seal(const uint8_t *cek, const uint8_t *nonce, const void *plain, size_t length, uint8_t *out)
{
    static const uint8_t delimiter = LAST_RECORD;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int size = 0;

    CHECK(context != NULL);
    CHECK(EVP_EncryptInit_ex2(context, EVP_aes_128_gcm(), cek, nonce, NULL) == 1);
    CHECK(length == 0 || EVP_EncryptUpdate(context, out, &size, plain, (int)length) == 1);
    CHECK(EVP_EncryptUpdate(context, out + length, &size, &delimiter, 1) == 1);
    CHECK(EVP_EncryptFinal_ex(context, out + length + 1, &size) == 1);
    CHECK(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, out + length + 1) == 1);
    EVP_CIPHER_CTX_free(context);
}

int
webpush_encrypt_seeded(const struct webpush_peer *peer, const struct webpush_seed *seed, const void *plain,
    size_t length, uint8_t body[WEBPUSH_BODY_MOST])
{
    static const uint8_t frame[] = {0, 0, WEBPUSH_BODY_MOST >> 8, 0, WEBPUSH_POINT_SIZE};
    const struct message message = {
        .phone = peer->point, .sender = seed->key->point, .auth = peer->auth, .salt = seed->salt};
    uint8_t shared[HASH_SIZE];
    uint8_t cek[HASH_SIZE];
    uint8_t nonce[HASH_SIZE];

    if (length > WEBPUSH_PLAIN_MOST || agree(seed->key->pair, peer->public, shared) < 0)
        return -1;
    schedule(shared, &message, cek, nonce);
    memcpy(body, seed->salt, WEBPUSH_SALT_SIZE);
    memcpy(body + WEBPUSH_SALT_SIZE, frame, sizeof(frame));
    memcpy(body + WEBPUSH_SALT_SIZE + sizeof(frame), seed->key->point, WEBPUSH_POINT_SIZE);
    seal(cek, nonce, plain, length, body + HEADER_SIZE);
    OPENSSL_cleanse(shared, sizeof(shared));
    OPENSSL_cleanse(cek, sizeof(cek));
    return (int)(HEADER_SIZE + length + 1 + TAG_SIZE);
}

int
webpush_encrypt(
    const struct webpush_peer *peer, const void *plain, size_t length, uint8_t body[WEBPUSH_BODY_MOST])
{
    struct webpush_key *key = webpush_key_new();
    uint8_t salt[WEBPUSH_SALT_SIZE];
    int rc = -1;

    if (key != NULL && RAND_bytes(salt, sizeof(salt)) == 1)
        rc = webpush_encrypt_seeded(peer, &(struct webpush_seed){key, salt}, plain, length, body);
    webpush_key_destroy(&key);
    return rc;
}

// Opens ciphertext and tag.  Returns 0, or -1 when the tag is not theirs.
static int
unseal(const uint8_t *cek, const uint8_t *nonce, const uint8_t *sealed, size_t length, uint8_t *plain)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    uint8_t tag[TAG_SIZE];
    int size = 0;
    int rc = -1;

    CHECK(context != NULL);
    memcpy(tag, sealed + length, sizeof(tag));
    CHECK(EVP_DecryptInit_ex2(context, EVP_aes_128_gcm(), cek, nonce, NULL) == 1);
    CHECK(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, sizeof(tag), tag) == 1);
    if (EVP_DecryptUpdate(context, plain, &size, sealed, (int)length) == 1 &&
        EVP_DecryptFinal_ex(context, plain + length, &size) == 1)
        rc = 0;
    EVP_CIPHER_CTX_free(context);
    return rc;
}

int
webpush_decrypt(const struct webpush_key *key, const uint8_t auth[WEBPUSH_AUTH_SIZE], const uint8_t *body,
    size_t length, uint8_t plain[WEBPUSH_BODY_MOST])
{
    const struct message message = {
        .phone = key->point, .sender = body + HEADER_SIZE - WEBPUSH_POINT_SIZE, .auth = auth, .salt = body};
    struct webpush_peer *sender = NULL;
    size_t left = 0;
    uint8_t shared[HASH_SIZE];
    uint8_t cek[HASH_SIZE];
    uint8_t nonce[HASH_SIZE];
    int rc = -1;

    if (length < HEADER_SIZE + 1 + TAG_SIZE || length > WEBPUSH_BODY_MOST || body[20] != WEBPUSH_POINT_SIZE)
        return -1;
    left = length - HEADER_SIZE - TAG_SIZE;
    sender = webpush_peer_new(message.sender, WEBPUSH_POINT_SIZE, auth, WEBPUSH_AUTH_SIZE);
    if (sender == NULL || agree(key->pair, sender->public, shared) < 0)
        goto done;
    schedule(shared, &message, cek, nonce);
    if (unseal(cek, nonce, body + HEADER_SIZE, left, plain) < 0)
        goto done;

    // Padding is zeros after the delimiter.
    while (left > 0 && plain[left - 1] == 0)
        left--;
    if (left > 0 && plain[left - 1] == LAST_RECORD)
        rc = (int)left - 1;
done:
    webpush_peer_destroy(&sender);
    return rc;
}

// May this stand inside a JSON string as it is?
static bool
is_plain(const char *text)
{
    for (const char *c = text; *c != '\0'; c++)
        if (*c <= ' ' || *c > '~' || *c == '"' || *c == '\\')
            return false;
    return true;
}

// ES256: r and s, 32 bytes each, instead of OpenSSL's DER (RFC 7518 §3.4).  Returns 0 or -1.
static int
sign(EVP_PKEY *pair, const char *text, size_t length, uint8_t signature[64])
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    ECDSA_SIG *numbers = NULL;
    uint8_t der[128];
    const uint8_t *cursor = der;
    size_t der_length = sizeof(der);
    int rc = -1;

    CHECK(context != NULL);
    if (EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, pair) == 1 &&
        EVP_DigestSign(context, der, &der_length, (const uint8_t *)text, length) == 1 &&
        (numbers = d2i_ECDSA_SIG(NULL, &cursor, (long)der_length)) != NULL &&
        BN_bn2binpad(ECDSA_SIG_get0_r(numbers), signature, 32) == 32 &&
        BN_bn2binpad(ECDSA_SIG_get0_s(numbers), signature + 32, 32) == 32)
        rc = 0;
    ECDSA_SIG_free(numbers);
    EVP_MD_CTX_free(context);
    return rc;
}

int
webpush_vapid(const struct webpush_key *key, const char *audience, const char *subject, int64_t expires_s,
    struct str *header)
{
    static const char head[] = "{\"typ\":\"JWT\",\"alg\":\"ES256\"}";
    struct str claims = {0};
    struct str token = {0};
    uint8_t signature[64];
    int rc = -1;

    if (!is_plain(audience) || !is_plain(subject))
        return -1;
    str_format(
        &claims, "{\"aud\":\"%s\",\"exp\":%lld,\"sub\":\"%s\"}", audience, (long long)expires_s, subject);
    str_base64url(&token, head, sizeof(head) - 1);
    str_add_text(&token, ".");
    str_base64url(&token, claims.data, claims.length);
    if (sign(key->pair, token.data, token.length, signature) < 0)
        goto done;
    str_add_text(&token, ".");
    str_base64url(&token, signature, sizeof(signature));
    str_format(header, "vapid t=%s, k=", token.data);
    str_base64url(header, key->point, sizeof(key->point));
    rc = 0;
done:
    str_free(&claims);
    str_free(&token);
    return rc;
}
