// id.c - tracking codes: how a report's id is told to a person.
//
// The permutation is a Feistel network over two halves of 20 bits whose round function is SipHash-2-4:
// whatever the round function, the network is a bijection, so that no two ids share a code.  It hides how
// many reports there are and which code comes next; it is not there to keep a determined attacker with many
// codes out (40 bits are too few for that).
#include "id.h"

#include <sodium.h>
#include <stdbool.h>
#include <string.h>

enum {
    HALF_BITS = 20,
    HALF_MASK = (1 << HALF_BITS) - 1,
    // Four rounds of a strong function already look random (Luby and Rackoff); the halves are short, so two
    // more.
    ROUNDS = 6,
    DIGITS = 8, // of 5 bits
    CHECK_MODULUS = 37,
};

// Crockford's 32 digits.  The five more that a check character could be are never used, see sparse().
static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static uint32_t
round_function(const uint8_t key[ID_KEY_SIZE], uint32_t round, uint32_t half)
{
    const uint8_t in[4] = {(uint8_t)round, (uint8_t)half, (uint8_t)(half >> 8), (uint8_t)(half >> 16)};
    uint8_t out[crypto_shorthash_BYTES];
    _Static_assert(ID_KEY_SIZE == crypto_shorthash_KEYBYTES, "the key is SipHash's");
    crypto_shorthash(out, in, sizeof(in), key);
    return ((uint32_t)out[0] | (uint32_t)out[1] << 8 | (uint32_t)out[2] << 16) & HALF_MASK;
}

static uint64_t
permute(const uint8_t key[ID_KEY_SIZE], uint64_t number)
{
    uint32_t left = (uint32_t)(number >> HALF_BITS), right = (uint32_t)number & HALF_MASK;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint32_t next = left ^ round_function(key, round, right);
        left = right;
        right = next;
    }
    return (uint64_t)left << HALF_BITS | right;
}

static uint64_t
unpermute(const uint8_t key[ID_KEY_SIZE], uint64_t number)
{
    uint32_t left = (uint32_t)(number >> HALF_BITS), right = (uint32_t)number & HALF_MASK;
    for (uint32_t round = ROUNDS; round-- > 0;) {
        uint32_t before = right ^ round_function(key, round, left);
        right = left;
        left = before;
    }
    return (uint64_t)left << HALF_BITS | right;
}

// Spreads ids over the numbers whose check character is one of the 32 digits: nobody has to spell "$" on a
// phone.
static uint64_t
sparse(uint64_t id)
{
    return (id >> 5) * CHECK_MODULUS + (id & 31);
}

static uint64_t
dense(uint64_t number)
{
    return (number / CHECK_MODULUS) << 5 | number % CHECK_MODULUS;
}

static bool
is_speakable(uint64_t number)
{
    return number % CHECK_MODULUS < 32;
}

void
id_code(const uint8_t key[ID_KEY_SIZE], int64_t id, char code[ID_CODE_SIZE])
{
    CHECK(id >= 1 && id <= ID_MOST);
    // Permuting until the number is speakable again permutes the speakable numbers (cycle walking).
    uint64_t number = permute(key, sparse((uint64_t)id));
    while (!is_speakable(number))
        number = permute(key, number);
    uint64_t rest = number;
    char *digit = code;
    memcpy(code, "JT-....-....-.", ID_CODE_SIZE);
    digit[13] = digits[number % CHECK_MODULUS];
    for (int i = DIGITS - 1; i >= 0; i--) {
        digit[i < 4 ? 3 + i : 4 + i] = digits[rest & 31];
        rest >>= 5;
    }
}

// What a character stands for: 0 .. 31, or -1.
static int
digit_value(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c == 'I' || c == 'L')
        c = '1';
    else if (c == 'O')
        c = '0';
    const char *at = c ? strchr(digits, c) : NULL;
    return at != NULL ? (int)(at - digits) : -1;
}

int64_t
id_parse(const uint8_t key[ID_KEY_SIZE], const char *text, size_t length)
{
    // JT and nine digits; people leave JT out and put dashes and blanks where they like.
    int values[2 + DIGITS + 1];
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '-' || text[i] == ' ')
            continue;
        int value = digit_value(text[i]);
        if (value < 0 || count == LENGTH(values))
            return -1;
        values[count++] = value;
    }
    const int *value = values;
    if (count == LENGTH(values)) {
        if (value[0] != digit_value('J') || value[1] != digit_value('T'))
            return -1;
        value += 2;
    } else if (count != DIGITS + 1) {
        return -1;
    }

    uint64_t number = 0;
    for (int i = 0; i < DIGITS; i++)
        number = number << 5 | (uint64_t)value[i];
    if (number % CHECK_MODULUS != (uint64_t)value[DIGITS])
        return -1;
    number = unpermute(key, number);
    while (!is_speakable(number))
        number = unpermute(key, number);
    int64_t id = (int64_t)dense(number);
    return id >= 1 && id <= ID_MOST ? id : -1;
}
