// options.c - reads the options of one sub-command.
#include "options.h"

#include "complain.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// Finds the option that "--name" or "--name=value" names.
static const struct option *
find(const struct options *options, const char *argument)
{
    size_t length = strcspn(argument, "=");

    for (size_t i = 0; i < options->count; i++)
        if (strlen(options->table[i].name) == length &&
            strncmp(options->table[i].name, argument, length) == 0)
            return &options->table[i];
    return NULL;
}

static int
take_integer(const struct options *options, const struct option *option, const char *value)
{
    char *end = NULL;

    errno = 0;
    long long number = strtoll(value, &end, 10);
    if (end == value || *end != '\0' || errno != 0 || number < option->least || number > option->most) {
        complain(options->command, "--%s %s: is not a whole number from %lld to %lld; see kentongan help %s",
            option->name, value, (long long)option->least, (long long)option->most, options->command);
        return -1;
    }
    *(int64_t *)option->into = number;
    return 0;
}

static int
take(const struct options *options, const struct option *option, const char *value)
{
    switch (option->type) {
    case OPTION_FLAG:
        *(bool *)option->into = true;
        return 0;
    case OPTION_TEXT:
        *(const char **)option->into = value;
        return 0;
    case OPTION_INTEGER:
        return take_integer(options, option, value);
    }
    return -1;
}

static int
take_word(const struct options *options, int words, const char *word)
{
    if ((size_t)words >= options->most_words) {
        complain(options->command, "%s: is one word too many; see kentongan help %s", word, options->command);
        return -1;
    }
    options->words[words] = word;
    return words + 1;
}

int
options_parse(const struct options *options, int argc, char **argv)
{
    int words = 0;
    bool only_words = false;

    for (int i = 1; i < argc && words >= 0; i++) {
        const char *argument = argv[i];
        const char *equals = strchr(argument, '=');

        if (!only_words && strcmp(argument, "--") == 0) {
            only_words = true;
            continue;
        }
        // A single dash is standard input, not an option.
        if (only_words || argument[0] != '-' || argument[1] == '\0') {
            words = take_word(options, words, argument);
            continue;
        }

        const struct option *option = argument[1] == '-' ? find(options, argument + 2) : NULL;
        if (option == NULL) {
            complain(options->command, "%s: is no option of it; see kentongan help %s", argument,
                options->command);
            return -1;
        }
        if (option->type == OPTION_FLAG && equals != NULL) {
            complain(options->command, "--%s: takes no value; leave it out", option->name);
            return -1;
        }
        if (option->type != OPTION_FLAG && equals == NULL && i + 1 == argc) {
            complain(options->command, "--%s: needs a value; see kentongan help %s", option->name,
                options->command);
            return -1;
        }
        const char *value = equals != NULL ? equals + 1 : NULL;
        if (option->type != OPTION_FLAG && value == NULL)
            value = argv[++i];
        if (take(options, option, value) < 0)
            return -1;
    }
    return words;
}
