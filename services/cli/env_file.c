// env_file.c - reads KEY=value lines into the environment; what is set already wins.
#include "env_file.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *
skip_blanks(char *text)
{
    while (*text == ' ' || *text == '\t')
        text++;
    return text;
}

static void
trim_end(char *text)
{
    size_t length = strlen(text);

    while (length > 0 && isspace((unsigned char)text[length - 1]))
        text[--length] = '\0';
}

// Takes the quotes off in place.  Returns false when the closing one is missing or something follows it.
static bool
unquote(char *text, char quote)
{
    char *out = text;
    char *in = text + 1;

    while (*in != quote) {
        if (*in == '\0')
            return false;
        // As in a shell: within double quotes a backslash protects these four.
        if (quote == '"' && *in == '\\' && in[1] != '\0' && strchr("\"\\$`", in[1]) != NULL)
            in++;
        *out++ = *in++;
    }
    in = skip_blanks(in + 1);
    *out = '\0';
    return *in == '\0' || *in == '#';
}

int
env_file_line(char *line, const char **name, const char **value)
{
    trim_end(line);
    char *text = skip_blanks(line);

    if (*text == '\0' || *text == '#')
        return 0;
    if (strncmp(text, "export ", 7) == 0)
        text = skip_blanks(text + 7);
    size_t length = 0;
    while (isalnum((unsigned char)text[length]) || text[length] == '_')
        length++;
    if (length == 0 || isdigit((unsigned char)text[0]) || text[length] != '=')
        return -1;
    text[length] = '\0';
    char *rest = text + length + 1;
    if ((*rest == '"' || *rest == '\'') && !unquote(rest, *rest))
        return -1;
    *name = text;
    *value = rest;
    return 1;
}

int
env_file_load(const char *path, char *reason, size_t size)
{
    FILE *file = fopen(path, "re");
    char line[4096];
    int number = 0;
    int rc = 0;

    if (file == NULL) {
        snprintf(reason, size, "%s: %s", path, strerror(errno));
        return errno == ENOENT ? 1 : -1;
    }
    while (rc == 0 && fgets(line, sizeof(line), file) != NULL) {
        const char *name = NULL;
        const char *value = NULL;

        number++;
        int found = env_file_line(line, &name, &value);
        if (found < 0) {
            snprintf(reason, size, "%s: line %d: is not KEY=value", path, number);
            rc = -1;
        } else if (found > 0 && strncmp(name, "KENTONGAN_", 10) == 0 && setenv(name, value, 0) != 0) {
            snprintf(reason, size, "%s: line %d: %s", path, number, strerror(errno));
            rc = -1;
        }
    }
    fclose(file);
    return rc;
}
