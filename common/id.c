// id.c - tracking codes: how a report's id is told to a person.
//
// The permutation is a Feistel network over two halves of 20 bits whose round function is SipHash-2-4:
// whatever the round function, the network is a bijection, so that no two ids share a code.  It hides how
// many reports there are and which code comes next; it is not there to keep a determined attacker with many
// codes out (40 bits are too few for that).
#include "id.h"

#include <sodium.h>
#include <string.h>

enum {
    HALF_BITS = 20,
    HALF_MASK = (1 << HALF_BITS) - 1,
    // Four rounds of a strong function already look random (Luby and Rackoff); the halves are short, so two
    // more.
    ROUNDS = 6,
    DIGITS = 8, // of 5 bits
};

// Crockford's 32 digits, then the five that only a check character can be.
static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U";

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

void
id_code(const uint8_t key[ID_KEY_SIZE], int64_t id, char code[ID_CODE_SIZE])
{
    CHECK(id >= 1 && id <= ID_MOST);
    uint64_t number = permute(key, (uint64_t)id);
    uint64_t rest = number;
    char *digit = code;
    memcpy(code, "JT-....-....-.", ID_CODE_SIZE);
    digit[13] = digits[number % 37];
    for (int i = DIGITS - 1; i >= 0; i--) {
        digit[i < 4 ? 3 + i : 4 + i] = digits[rest & 31];
        rest >>= 5;
    }
}

// What a character stands for: 0 .. 36, or -1.
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
    for (int i = 0; i < DIGITS; i++) {
        if (value[i] > 31)
            return -1;
        number = number << 5 | (uint64_t)value[i];
    }
    if (number % 37 != (uint64_t)value[DIGITS])
        return -1;
    int64_t id = (int64_t)unpermute(key, number);
    return id == 0 ? -1 : id;
}
