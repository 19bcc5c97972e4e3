// ring_words.c - a ladder as a person writes it.
#include "ring_words.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MOST = 3, WAIT_MOST_S = 7 * 86400 };

static const char *const legs[] = {"webpush", "ntfy", "sms", "whatsapp", "email"};
static const char *const whoms[] = {"same", "deputy", "head", "desk", "sekda", "call"};

// A wait in seconds; -1: it is none.
static int64_t
read_wait(const char *word)
{
    static const struct {
        char letter;
        int64_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
    char *end = NULL;
    int64_t number = strspn(word, "0123456789") == 0 ? -1 : strtoll(word, &end, 10);

    if (number < 0 || number > WAIT_MOST_S)
        return -1;
    if (*end == '\0')
        return number == 0 ? 0 : -1; // 5 of what?
    for (size_t i = 0; i < LENGTH(units); i++)
        if (end[0] == units[i].letter && end[1] == '\0' && number * units[i].seconds <= WAIT_MOST_S)
            return number * units[i].seconds;
    return -1;
}

static bool
is_one_of(const char *word, size_t length, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(words[i]) == length && memcmp(words[i], word, length) == 0)
            return true;
    return false;
}

// What is wrong with a list of legs; NULL: nothing.
static const char *
wrong_legs(const char *list)
{
    unsigned said = 0;

    for (const char *word = list;; word++) {
        size_t length = strcspn(word, ",");

        if (!is_one_of(word, length, legs, LENGTH(legs)))
            return "give webpush, ntfy, sms, whatsapp, email, separated by commas";
        for (unsigned i = 0; i < LENGTH(legs); i++)
            if (strlen(legs[i]) == length && memcmp(legs[i], word, length) == 0) {
                if ((said & 1U << i) != 0)
                    return "one of them is named twice";
                said |= 1U << i;
            }
        word += length;
        if (*word == '\0')
            return NULL;
    }
}

// Splits a step into words.  Returns how many there are, WORDS_MOST + 1 for more.
static size_t
split(char *text, char *words[WORDS_MOST])
{
    size_t count = 0;
    char *rest = text;
    char *word = NULL;

    while ((word = strsep(&rest, " \t\n")) != NULL)
        if (*word != '\0') {
            if (count == WORDS_MOST)
                return WORDS_MOST + 1;
            words[count++] = word;
        }
    return count;
}

// Reads one step that is not empty.  -1: wrong says what.
static int
read_step(char *text, struct ring_words_step *step, struct str *wrong)
{
    char *words[WORDS_MOST] = {0};
    size_t count = split(text, words);
    const char *whom = count == 0 || count > WORDS_MOST ? "" : words[count - 1];
    bool calls = strcmp(whom, "call") == 0;
    const char *fault = NULL;

    *step = (struct ring_words_step){0};
    if (count < 2 || count > WORDS_MOST) {
        str_add_text(wrong, "give a wait, legs and whom, as in 5m sms,whatsapp head");
        return -1;
    }
    step->wait_s = read_wait(words[0]);
    if (step->wait_s < 0)
        str_format(wrong, "wait: %s: give 0, 90s, 5m, 2h or 1d, a week at most", words[0]);
    else if (!is_one_of(whom, strlen(whom), whoms, LENGTH(whoms)))
        str_format(wrong, "whom: %s: give same, deputy, head, desk, sekda or call", whom);
    else if (calls != (count == 2))
        str_add_text(
            wrong, calls ? "legs: call has none: it is a list that people read" : "legs: none are named");
    else if (!calls && (fault = wrong_legs(words[1])) != NULL)
        str_format(wrong, "legs: %s: %s", words[1], fault);
    if (wrong->length > 0)
        return -1;
    str_copy(step->legs, sizeof(step->legs), calls ? "" : words[1]);
    str_copy(step->whom, sizeof(step->whom), whom);
    return 0;
}

int
ring_words_read(const char *text, struct ring_words_step steps[RING_WORDS_STEPS_MOST], struct str *wrong)
{
    struct str copy = {0};
    struct str fault = {0};
    char *rest = NULL;
    char *part = NULL;
    int count = 0;

    str_add_text(&copy, text);
    rest = copy.data;
    while (fault.length == 0 && (part = strsep(&rest, ";")) != NULL) {
        struct ring_words_step step;

        if (rest == NULL && part[strspn(part, " \t\n")] == '\0' && count > 0)
            break; // a semicolon at the end
        if (count == RING_WORDS_STEPS_MOST) {
            str_format(&fault, "there are at most %d", RING_WORDS_STEPS_MOST);
            break;
        }
        if (read_step(part, &step, &fault) < 0)
            break;
        if (count == 0 && step.wait_s != 0)
            str_add_text(&fault, "wait: the first step is at once: give 0");
        else if (count > 0 && step.wait_s <= steps[count - 1].wait_s)
            str_add_text(&fault, "wait: waits count from the notice: give more than the step before has");
        else
            steps[count++] = step;
    }
    if (fault.length > 0)
        str_format(wrong, "step %d: %s", count, fault.data);
    str_free(&copy);
    count = fault.length > 0 ? -1 : count;
    str_free(&fault);
    return count;
}
