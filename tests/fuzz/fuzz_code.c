// fuzz_code.c - anything that people may type as a tracking code: what is read must be the code of what it is
// read as.
#include "fuzz.h"

#include "id.h"

#include <string.h>

// The nine digits of a code as typed, upper case, without dashes, blanks and JT.
static void
tidy(const char *text, size_t length, char digits[9])
{
    char kept[11];
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (c == '-' || c == ' ')
            continue;
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (c == 'I' || c == 'L')
            c = '1';
        if (c == 'O')
            c = '0';
        CHECK(count < sizeof(kept));
        kept[count++] = c;
    }
    CHECK(count == 9 || count == 11);
    memcpy(digits, kept + count - 9, 9);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t key[ID_KEY_SIZE] = "sixteen  bytes!";
    char code[ID_CODE_SIZE], typed[9], made[9];
    const char *text = (const char *)data;
    int64_t id = id_parse(key, text, size);
    CHECK(id == -1 || (id >= 1 && id <= ID_MOST));
    if (id != -1) {
        id_code(key, id, code);
        tidy(text, size, typed);
        tidy(code, sizeof(code) - 1, made);
        CHECK(memcmp(typed, made, sizeof(made)) == 0);
    }

    // The other way: any id there and back.
    uint64_t number = 0;
    memcpy(&number, data, size < sizeof(number) ? size : sizeof(number));
    id = (int64_t)(number % (uint64_t)ID_MOST) + 1;
    id_code(key, id, code);
    CHECK(id_parse(key, code, sizeof(code) - 1) == id);
    return 0;
}
