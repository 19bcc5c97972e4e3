// fuzz_settings.c - anything that an environment can hold as the values of settings, one a line.
#include "fuzz.h"

#include "settings.h"

#include <stdlib.h>
#include <string.h>

static struct {
    const char *text, *secret;
    int64_t number;
    bool flag;
} got;

static const struct setting table[] = {
    {"F_TEXT", SETTING_TEXT, "", 0, 0, false, "some text", &got.text},
    {"F_SECRET", SETTING_TEXT, "", 0, 0, true, "a secret", &got.secret},
    {"F_NUMBER", SETTING_INTEGER, "5", -10, 1000000, false, "a number", &got.number},
    {"F_FLAG", SETTING_FLAG, "no", 0, 0, false, "a flag", &got.flag},
};
static const char *const names[] = {
    "KENTONGAN_F_TEXT", "KENTONGAN_F_SECRET", "KENTONGAN_F_NUMBER", "KENTONGAN_F_FLAG"};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct settings settings = {"kentongan-fuzz", "fuzzes the settings", table, LENGTH(table)};
    char lines[4096], reason[128], *line = lines;
    if (size >= sizeof(lines))
        return 0;
    if (size > 0)
        memcpy(lines, data, size);
    lines[size] = '\0';
    for (size_t i = 0; i < LENGTH(names); i++) {
        char *end = line ? strchr(line, '\n') : NULL;
        if (end)
            *end++ = '\0';
        CHECK(line ? setenv(names[i], line, 1) == 0 : unsetenv(names[i]) == 0);
        line = end;
    }

    memset(reason, 'x', sizeof(reason));
    if (settings_read(&settings, reason, sizeof(reason)) == 0) {
        CHECK(got.number >= -10 && got.number <= 1000000);
        CHECK(got.text && got.secret);
        return 0;
    }
    CHECK(memchr(reason, '\0', sizeof(reason)) && strncmp(reason, "KENTONGAN_F_", 12) == 0 &&
          !strchr(reason, '\n'));
    // The one thing that can be wrong with a text, told without showing a secret.
    static const char about_secret[] = "KENTONGAN_F_SECRET: ";
    CHECK(strncmp(reason, about_secret, strlen(about_secret)) != 0 ||
          strcmp(reason + strlen(about_secret), "is not UTF-8 text") == 0);
    return 0;
}
