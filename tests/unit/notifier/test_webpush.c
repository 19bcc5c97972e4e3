// test_webpush.c - Web Push cryptography against the vector of RFC 8291, and against OpenSSL from the other
// side.
#include "webpush.h"

#include "clock.h"
#include "cmocka_all.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// RFC 8291 §5 and appendix A.
static const char plain_text[] = "When I grow up, I want to be a watermelon";
static const char phone_private[] = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
static const char phone_public[] =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
static const char auth_secret[] = "BTBZMqHH6r4Tts7J_aSIgg";
static const char sender_private[] = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
static const char salt_text[] = "DGv6ra1nlYgDCS1FRnbzlw";
static const char body_text[] =
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLoc"
    "InmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLV"
    "WGNWQexSgSxsj_Qulcy4a-fN";

static void
decode(const char *text, uint8_t *out, size_t length)
{
    assert_int_equal(str_unbase64url(text, strlen(text), out, length), (int)length);
}

// A phone: its keys, and what we know of it.
struct phone {
    struct webpush_key *key;
    uint8_t auth[WEBPUSH_AUTH_SIZE];
    struct webpush_peer *peer;
};

static void
phone_init(struct phone *phone, struct webpush_key *key)
{
    phone->key = key;
    assert_non_null(key);
    assert_int_equal(RAND_bytes(phone->auth, sizeof(phone->auth)), 1);
    phone->peer =
        webpush_peer_new(webpush_key_point(key), WEBPUSH_POINT_SIZE, phone->auth, sizeof(phone->auth));
    assert_non_null(phone->peer);
}

static void
phone_free(struct phone *phone)
{
    webpush_key_destroy(&phone->key);
    webpush_peer_destroy(&phone->peer);
}

static struct webpush_key *
import(const char *text)
{
    uint8_t scalar[WEBPUSH_SCALAR_SIZE];

    decode(text, scalar, sizeof(scalar));
    return webpush_key_import(scalar);
}

static void
test_vector(void **state)
{
    struct webpush_key *sender = import(sender_private);
    struct webpush_key *phone = import(phone_private);
    struct webpush_peer *peer = NULL;
    uint8_t point[WEBPUSH_POINT_SIZE];
    uint8_t auth[WEBPUSH_AUTH_SIZE];
    uint8_t salt[WEBPUSH_SALT_SIZE];
    uint8_t want[144];
    uint8_t body[WEBPUSH_BODY_MOST];
    uint8_t plain[WEBPUSH_BODY_MOST];

    (void)state;
    decode(phone_public, point, sizeof(point));
    decode(auth_secret, auth, sizeof(auth));
    decode(salt_text, salt, sizeof(salt));
    decode(body_text, want, sizeof(want));
    assert_memory_equal(webpush_key_point(phone), point, sizeof(point));
    peer = webpush_peer_new(point, sizeof(point), auth, sizeof(auth));
    assert_int_equal(webpush_encrypt_seeded(
                         peer, &(struct webpush_seed){sender, salt}, plain_text, strlen(plain_text), body),
        sizeof(want));
    assert_memory_equal(body, want, sizeof(want));
    assert_int_equal(webpush_decrypt(phone, auth, want, sizeof(want), plain), (int)strlen(plain_text));
    assert_memory_equal(plain, plain_text, strlen(plain_text));
    webpush_key_destroy(&sender);
    webpush_key_destroy(&phone);
    webpush_peer_destroy(&peer);
}

static void
test_round_trips(void **state)
{
    struct phone phone;
    uint8_t text[WEBPUSH_PLAIN_MOST + 1];
    uint8_t body[WEBPUSH_BODY_MOST];
    uint8_t plain[WEBPUSH_BODY_MOST];

    (void)state;
    phone_init(&phone, webpush_key_new());
    assert_int_equal(RAND_bytes(text, sizeof(text)), 1);
    for (size_t length = 0; length <= WEBPUSH_PLAIN_MOST; length += length < 40 ? 1 : 79) {
        int size = webpush_encrypt(phone.peer, text, length, body);

        assert_int_equal(size, (int)length + 103);
        assert_int_equal(webpush_decrypt(phone.key, phone.auth, body, (size_t)size, plain), (int)length);
        assert_memory_equal(plain, text, length);
    }
    assert_int_equal(webpush_encrypt(phone.peer, text, WEBPUSH_PLAIN_MOST, body), WEBPUSH_BODY_MOST);
    assert_int_equal(webpush_encrypt(phone.peer, text, WEBPUSH_PLAIN_MOST + 1, body), -1);
    phone_free(&phone);
}

static void
test_each_message_has_its_own_key_and_salt(void **state)
{
    struct phone phone;
    uint8_t one[WEBPUSH_BODY_MOST];
    uint8_t two[WEBPUSH_BODY_MOST];

    (void)state;
    phone_init(&phone, webpush_key_new());
    assert_int_equal(webpush_encrypt(phone.peer, "x", 1, one), 104);
    assert_int_equal(webpush_encrypt(phone.peer, "x", 1, two), 104);
    assert_memory_not_equal(one, two, WEBPUSH_SALT_SIZE);
    assert_memory_not_equal(one + 21, two + 21, WEBPUSH_POINT_SIZE);
    phone_free(&phone);
}

// Whatever bit of a message changes, it does not open; nor does it with another secret or key.
static void
test_changed_messages_are_refused(void **state)
{
    struct phone phone;
    struct phone other;
    uint8_t body[WEBPUSH_BODY_MOST];
    uint8_t plain[WEBPUSH_BODY_MOST];
    int size = 0;

    (void)state;
    phone_init(&phone, webpush_key_new());
    phone_init(&other, webpush_key_new());
    size = webpush_encrypt(phone.peer, "Tiket baru", 10, body);
    assert_int_equal(size, 113);
    for (int i = 0; i < size; i++) {
        if (i >= 16 && i < 20)
            continue; // the record size is not part of what is sealed
        body[i] ^= 1;
        assert_int_equal(webpush_decrypt(phone.key, phone.auth, body, (size_t)size, plain), -1);
        body[i] ^= 1;
    }
    for (int length = 0; length < size; length++)
        assert_int_equal(webpush_decrypt(phone.key, phone.auth, body, (size_t)length, plain), -1);
    assert_int_equal(webpush_decrypt(other.key, phone.auth, body, (size_t)size, plain), -1);
    assert_int_equal(webpush_decrypt(phone.key, other.auth, body, (size_t)size, plain), -1);
    assert_int_equal(webpush_decrypt(phone.key, phone.auth, body, (size_t)size, plain), 10);
    phone_free(&phone);
    phone_free(&other);
}

static void
test_wrong_subscriptions_are_refused(void **state)
{
    uint8_t point[WEBPUSH_POINT_SIZE];
    uint8_t auth[WEBPUSH_AUTH_SIZE] = {0};

    (void)state;
    decode(phone_public, point, sizeof(point));
    assert_null(webpush_peer_new(point, sizeof(point) - 1, auth, sizeof(auth)));
    assert_null(webpush_peer_new(point, sizeof(point), auth, sizeof(auth) - 1));
    point[0] = 0x02; // compressed
    assert_null(webpush_peer_new(point, sizeof(point), auth, sizeof(auth)));
    point[0] = 0x06; // hybrid
    assert_null(webpush_peer_new(point, sizeof(point), auth, sizeof(auth)));
    point[0] = 0x04;
    point[64] ^= 1; // beside the curve
    assert_null(webpush_peer_new(point, sizeof(point), auth, sizeof(auth)));
    memset(point + 1, 0, sizeof(point) - 1);
    assert_null(webpush_peer_new(point, sizeof(point), auth, sizeof(auth)));
}

static void
test_scalars(void **state)
{
    // The order of P-256, and the largest scalar below it.
    static const uint8_t order[WEBPUSH_SCALAR_SIZE] = {0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2,
        0xfc, 0x63, 0x25, 0x51};
    uint8_t scalar[WEBPUSH_SCALAR_SIZE] = {0};
    uint8_t back[WEBPUSH_SCALAR_SIZE];
    struct webpush_key *key = NULL;

    (void)state;
    assert_null(webpush_key_import(scalar));
    assert_null(webpush_key_import(order));
    memcpy(scalar, order, sizeof(scalar));
    scalar[31]--;
    key = webpush_key_import(scalar);
    assert_non_null(key);
    assert_int_equal(webpush_key_scalar(key, back), 0);
    assert_memory_equal(back, scalar, sizeof(back));
    webpush_key_destroy(&key);
    memset(scalar, 0, sizeof(scalar));
    scalar[31] = 1; // its leading zeros have to come back
    key = webpush_key_import(scalar);
    assert_int_equal(webpush_key_scalar(key, back), 0);
    assert_memory_equal(back, scalar, sizeof(back));
    webpush_key_destroy(&key);
}

// Verifies raw r and s with OpenSSL's own ECDSA.
static int
verify(const uint8_t point[WEBPUSH_POINT_SIZE], const char *text, size_t length, const uint8_t signature[64])
{
    char group[] = "P-256";
    uint8_t copy[WEBPUSH_POINT_SIZE];
    OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, copy, sizeof(copy)),
        OSSL_PARAM_construct_end()};
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    EVP_PKEY *key = NULL;
    ECDSA_SIG *numbers = ECDSA_SIG_new();
    uint8_t *der = NULL;
    int der_length = 0;
    int rc = 0;

    memcpy(copy, point, sizeof(copy));
    assert_int_equal(EVP_PKEY_fromdata_init(context), 1);
    assert_int_equal(EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params), 1);
    assert_int_equal(
        ECDSA_SIG_set0(numbers, BN_bin2bn(signature, 32, NULL), BN_bin2bn(signature + 32, 32, NULL)), 1);
    der_length = i2d_ECDSA_SIG(numbers, &der);
    assert_true(der_length > 0);
    assert_int_equal(EVP_DigestVerifyInit(digest, NULL, EVP_sha256(), NULL, key), 1);
    rc = EVP_DigestVerify(digest, der, (size_t)der_length, (const uint8_t *)text, length);
    OPENSSL_free(der);
    ECDSA_SIG_free(numbers);
    EVP_PKEY_free(key);
    EVP_MD_CTX_free(digest);
    EVP_PKEY_CTX_free(context);
    return rc;
}

static void
check_token(const struct webpush_key *key, const char *header, const char *claims)
{
    uint8_t point[WEBPUSH_POINT_SIZE];
    uint8_t signature[64];
    char json[512] = {0};
    const char *token = header + strlen("vapid t=");
    const char *middle = strchr(token, '.') + 1;
    const char *end = strchr(middle, '.');
    const char *comma = strchr(end, ',');

    assert_memory_equal(header, "vapid t=", strlen("vapid t="));
    assert_memory_equal(comma, ", k=", 4);
    assert_true(str_unbase64url(token, (size_t)(middle - 1 - token), (uint8_t *)json, sizeof(json) - 1) > 0);
    assert_string_equal(json, "{\"typ\":\"JWT\",\"alg\":\"ES256\"}");
    memset(json, 0, sizeof(json));
    assert_true(str_unbase64url(middle, (size_t)(end - middle), (uint8_t *)json, sizeof(json) - 1) > 0);
    assert_string_equal(json, claims);
    decode(comma + 4, point, sizeof(point));
    assert_memory_equal(point, webpush_key_point(key), sizeof(point));
    assert_int_equal(str_unbase64url(end + 1, (size_t)(comma - end - 1), signature, sizeof(signature)), 64);
    assert_int_equal(verify(point, token, (size_t)(end - token), signature), 1);
    signature[63] ^= 1;
    assert_int_not_equal(verify(point, token, (size_t)(end - token), signature), 1);
}

static void
test_vapid(void **state)
{
    struct webpush_key *key = import(sender_private);
    struct str header = {0};

    (void)state;
    // One signature in 128 has an r or an s with a leading zero byte, which DER would drop.
    for (int i = 0; i < 400; i++) {
        char claims[128];

        snprintf(claims, sizeof(claims),
            "{\"aud\":\"https://fcm.googleapis.com\",\"exp\":%d,\"sub\":\"mailto:ops@example.org\"}",
            1800000000 + i);
        str_clear(&header);
        assert_int_equal(webpush_vapid(key, "https://fcm.googleapis.com", "mailto:ops@example.org",
                             1800000000 + i, &header),
            0);
        check_token(key, header.data, claims);
    }
    str_clear(&header);
    assert_int_equal(webpush_vapid(key, "https://a.example", "mailto:a\",\"x\":\"@b", 1, &header), -1);
    assert_int_equal(webpush_vapid(key, "https://a.example\n", "mailto:a@b.example", 1, &header), -1);
    assert_int_equal(header.length, 0);
    str_free(&header);
    webpush_key_destroy(&key);
}

// Not a test: says what one encryption costs.
static void
test_speed(void **state)
{
    enum { TIMES = 500 };
    struct phone phone;
    uint8_t text[WEBPUSH_PLAIN_MOST] = {0};
    uint8_t body[WEBPUSH_BODY_MOST];
    int64_t start = 0;

    (void)state;
    phone_init(&phone, webpush_key_new());
    start = clock_mono_us();
    for (int i = 0; i < TIMES; i++)
        assert_int_equal(webpush_encrypt(phone.peer, text, sizeof(text), body), WEBPUSH_BODY_MOST);
    print_message("one encryption of %d bytes: %lld us\n", WEBPUSH_PLAIN_MOST,
        (long long)((clock_mono_us() - start) / TIMES));
    phone_free(&phone);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vector),
        cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_each_message_has_its_own_key_and_salt),
        cmocka_unit_test(test_changed_messages_are_refused),
        cmocka_unit_test(test_wrong_subscriptions_are_refused),
        cmocka_unit_test(test_scalars),
        cmocka_unit_test(test_vapid),
        cmocka_unit_test(test_speed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
