// password.c - passwords of officers as argon2id.
#include "password.h"

#include <sodium.h>
#include <string.h>

// Above what OWASP asks for at least (19 MiB, two passes); about 50 ms.
enum { PASSES = 3 };

_Static_assert((int)PASSWORD_HASH_SIZE == (int)crypto_pwhash_STRBYTES, "the text form is libsodium's");

int
password_hash(const char *password, char hash[PASSWORD_HASH_SIZE])
{
    CHECK(sodium_init() >= 0);
    return crypto_pwhash_str_alg(
        hash, password, strlen(password), PASSES, PASSWORD_MEMORY, crypto_pwhash_ALG_ARGON2ID13);
}

bool
password_is(const char *password, const char *hash)
{
    CHECK(sodium_init() >= 0);
    return crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
}

void
password_random(char password[PASSWORD_RANDOM_SIZE])
{
    static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";
    _Static_assert(sizeof(letters) == 33, "five bits a letter");

    CHECK(sodium_init() >= 0);
    for (size_t i = 0; i < PASSWORD_RANDOM_SIZE - 1; i++)
        password[i] = i % 5 == 4 ? '-' : letters[randombytes_uniform(32)];
    password[PASSWORD_RANDOM_SIZE - 1] = '\0';
}
