// settings.c - one table a program: it drives the environment, --help, --show-settings and the drift tests.
//
// Where a value comes from, first found wins: KENTONGAN_FOO; for a secret the first line of the file that
// KENTONGAN_FOO_FILE names; the fallback.  The fallback passes the same checks as any other value.  A
// secret's value is never printed, not even in a complaint about it.
#include "settings.h"

#include "log.h"
#include "str.h"
#include "version.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX "KENTONGAN_"

enum {
    EXIT_ARGUMENT = 64, // EX_USAGE of sysexits.h
    NAME_ROOM = 100,
    SECRET_ROOM = 4096,
};

// What one setting turned out to be.
struct found {
    const char *value; // lives as long as the process
    const char *from;  // environment, file, default
};

// Values read from files.  They are never freed, as somebody may still look at them.
struct kept {
    struct kept *next;
    char text[];
};
static struct kept *kept;

static const char *
keep(const char *text)
{
    for (const struct kept *k = kept; k; k = k->next)
        if (strcmp(k->text, text) == 0)
            return k->text;
    size_t size = strlen(text) + 1;
    struct kept *new = check_alloc(sizeof(*new) + size);
    memcpy(new->text, text, size);
    new->next = kept;
    kept = new;
    return new->text;
}

static const char *
read_environment(const struct setting *setting, const char *suffix)
{
    char name[NAME_ROOM];
    int length = snprintf(name, sizeof(name), PREFIX "%s%s", setting->name, suffix);
    CHECK(length > 0 && (size_t)length < sizeof(name));
    return getenv(name);
}

// Reads the first line of a setting's file.  Returns 0, or -1 with reason.
static int
read_file(const struct setting *setting, const char *path, const char **value, char *reason, size_t size)
{
    char line[SECRET_ROOM];
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        snprintf(reason, size, PREFIX "%s_FILE: cannot open %s: %s", setting->name, path, strerror(errno));
        return -1;
    }
    size_t length = fread(line, 1, sizeof(line), file);
    int error = ferror(file) ? errno : 0;
    fclose(file);
    if (error) {
        snprintf(reason, size, PREFIX "%s_FILE: cannot read %s: %s", setting->name, path, strerror(error));
        return -1;
    }
    const char *line_end = memchr(line, '\n', length);
    if (line_end != NULL)
        length = (size_t)(line_end - line);
    if (length > 0 && line[length - 1] == '\r')
        length--;
    if (length == 0 || length == sizeof(line) || !str_is_text(line, length)) {
        snprintf(reason, size, PREFIX "%s_FILE: the first line of %s is %s", setting->name, path,
            length == 0              ? "empty"
            : length == sizeof(line) ? "too long"
                                     : "not UTF-8 text");
        return -1;
    }
    line[length] = '\0';
    *value = keep(line);
    return 0;
}

// Finds the value of a setting, unchecked.  Returns 0, or -1 with reason.
static int
find(const struct setting *setting, struct found *found, char *reason, size_t size)
{
    const char *value = read_environment(setting, "");
    const char *path = setting->type == SETTING_TEXT ? read_environment(setting, "_FILE") : NULL;
    *found = (struct found){setting->fallback, "default"};
    // An empty variable sets a text to "", which turns some things off; an empty secret is none.
    if (value != NULL && setting->secret && !*value)
        value = NULL;
    if (value != NULL && path != NULL && *path) {
        snprintf(reason, size, PREFIX "%s: is set twice, here and by " PREFIX "%s_FILE", setting->name,
            setting->name);
        return -1;
    }
    if (value != NULL) {
        *found = (struct found){value, "environment"};
    } else if (path != NULL && *path) {
        found->from = "file";
        return read_file(setting, path, &found->value, reason, size);
    }
    return 0;
}

// How a value is quoted in a complaint: in one line, not too long, and a secret not at all.
static void
quote(const struct setting *setting, const char *value, char *text, size_t size)
{
    if (setting->secret) {
        str_copy(text, size, "the value");
        return;
    }
    char shown[60];
    str_copy(shown, sizeof(shown), value);
    for (char *c = shown; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 127)
            *c = '?';
    snprintf(text, size, "\"%s\"", shown);
}

// Checks a value and puts it where the table says.  Returns 0, or -1 with reason.
static int
store(const struct setting *setting, const char *value, char *reason, size_t size)
{
    if (!str_is_text(value, strlen(value))) {
        snprintf(reason, size, PREFIX "%s: is not UTF-8 text", setting->name);
        return -1;
    }
    char shown[80];
    quote(setting, value, shown, sizeof(shown));
    switch (setting->type) {
    case SETTING_TEXT: {
        const char **into = setting->into;
        *into = value;
        return 0;
    }
    case SETTING_INTEGER: {
        int64_t *into = setting->into;
        char *rest = NULL;
        errno = 0;
        long long number = strtoll(value, &rest, 10);
        bool digits = (*value >= '0' && *value <= '9') || *value == '-';
        if (!digits || errno != 0 || *rest || number < setting->least || number > setting->most) {
            snprintf(reason, size, PREFIX "%s: %s is not a whole number from %" PRId64 " to %" PRId64,
                setting->name, shown, setting->least, setting->most);
            return -1;
        }
        *into = number;
        return 0;
    }
    case SETTING_FLAG: {
        bool *into = setting->into;
        if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0) {
            snprintf(reason, size, PREFIX "%s: %s is neither yes nor no", setting->name, shown);
            return -1;
        }
        *into = *value == 'y';
        return 0;
    }
    }
    check_failed("a setting has a type", __FILE__, __LINE__);
}

int
settings_read(const struct settings *settings, char *reason, size_t size)
{
    for (size_t i = 0; i < settings->count; i++) {
        const struct setting *setting = &settings->table[i];
        struct found found;
        if (find(setting, &found, reason, size) != 0 || store(setting, found.value, reason, size) != 0)
            return -1;
    }
    return 0;
}

static void
read_or_exit(const struct settings *settings)
{
    char reason[512];
    if (settings_read(settings, reason, sizeof(reason)) == 0)
        return;
    log_open(settings->program, LOG_LEVEL_INFO);
    log_error(EV_SETTING_WRONG, "%s", reason);
    exit(EXIT_SETTINGS);
}

static void
print_help(const struct settings *settings)
{
    printf("%s - %s\n\nusage: %s [--help | --version | --show-settings | --settings-table]\n\n"
           "Settings are environment variables:\n",
        settings->program, settings->summary, settings->program);
    for (size_t i = 0; i < settings->count; i++) {
        const struct setting *setting = &settings->table[i];
        printf("\n  " PREFIX "%s", setting->name);
        if (setting->secret)
            printf(" (secret; or " PREFIX "%s_FILE names a file, its first line counts)", setting->name);
        else if (setting->type == SETTING_INTEGER)
            printf(" (default %s; %" PRId64 " .. %" PRId64 ")", setting->fallback, setting->least,
                setting->most);
        else if (setting->type == SETTING_FLAG)
            printf(" (default %s; yes or no)", setting->fallback);
        else
            printf(" (default %s)", *setting->fallback ? setting->fallback : "\"\"");
        printf("\n      %s\n", setting->help);
    }
    printf("\nA wrong setting ends the program with exit code %d, a wrong argument with %d.\n", EXIT_SETTINGS,
        EXIT_ARGUMENT);
}

static void
print_values(const struct settings *settings)
{
    read_or_exit(settings);
    for (size_t i = 0; i < settings->count; i++) {
        const struct setting *setting = &settings->table[i];
        struct found found;
        char reason[512];
        CHECK(find(setting, &found, reason, sizeof(reason)) == 0);
        const char *shown = setting->secret && *found.value ? "********" : found.value;
        printf(PREFIX "%s=%s    # %s\n", setting->name, shown, found.from);
    }
}

// A cell of a Markdown table: a bar inside would end it.
static void
print_cell(const char *text)
{
    for (; *text; text++)
        printf(*text == '|' ? "\\%c" : "%c", *text);
}

static void
print_table(const struct settings *settings)
{
    printf("| setting | default | what |\n|---|---|---|\n");
    for (size_t i = 0; i < settings->count; i++) {
        const struct setting *setting = &settings->table[i];
        printf("| `" PREFIX "%s` | ", setting->name);
        if (setting->secret)
            printf("none (secret)");
        else if (*setting->fallback)
            print_cell(setting->fallback);
        else
            printf("none");
        printf(" | ");
        print_cell(setting->help);
        if (setting->type == SETTING_INTEGER)
            printf(" (%" PRId64 " .. %" PRId64 ")", setting->least, setting->most);
        else if (setting->type == SETTING_FLAG)
            printf(" (yes or no)");
        printf(" |\n");
    }
}

void
settings_load(const struct settings *settings, int argc, char **argv)
{
    if (argc <= 1) {
        read_or_exit(settings);
        return;
    }
    const char *argument = argv[1];
    bool known = argc == 2;
    if (known && strcmp(argument, "--help") == 0)
        print_help(settings);
    else if (known && strcmp(argument, "--version") == 0)
        printf("%s %s\n", settings->program, KENTONGAN_VERSION);
    else if (known && strcmp(argument, "--show-settings") == 0)
        print_values(settings);
    else if (known && strcmp(argument, "--settings-table") == 0)
        print_table(settings);
    else {
        fprintf(stderr, "%s: cannot use the argument \"%s\"; see %s --help\n", settings->program,
            argc > 2 ? argv[2] : argument, settings->program);
        exit(EXIT_ARGUMENT);
    }
    exit(fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

void
settings_wrong(const struct settings *settings, const char *name, const char *reason)
{
    log_open(settings->program, LOG_LEVEL_INFO);
    log_error(EV_SETTING_WRONG, "setting=KENTONGAN_%s reason=\"%s\"", name, reason);
    exit(EXIT_SETTINGS);
}
