// fuzz_deadline_words.c - any words as a ladder, as moments and as a day: what is taken is written and read
// back.
#include "fuzz.h"

#include "check.h"
#include "deadline/calendar.h"
#include "deadline/policy.h"

#include <stdlib.h>
#include <string.h>

static void
check_ladder(const char *text)
{
    struct ladder ladder = {.count = 0}, again = {.count = 0};
    char first[512], second[512];
    const char *wrong = policy_parse_ladder(text, &ladder);

    if (wrong != NULL) {
        CHECK(strncmp(wrong, "ladder: ", 8) == 0 && ladder.count == 0);
        return;
    }
    CHECK(ladder.count <= LADDER_STEPS_MOST);
    for (size_t i = 0; i < ladder.count; i++) {
        const struct ladder_step *step = &ladder.steps[i];

        CHECK(step->percent >= 0 && step->percent <= 100 && step->wait_ms >= 0);
        CHECK((step->percent == 0) == (step->wait_ms > 0) && step->role < ROLES);
        CHECK(i == 0 || step[-1].percent > 0 || step->percent == 0);
        CHECK(i == 0 || step->percent == 0 || step[-1].percent <= step->percent);
        CHECK(i == 0 || step[-1].wait_ms <= step->wait_ms);
    }
    policy_format_ladder(&ladder, first, sizeof(first));
    CHECK(policy_parse_ladder(first, &again) == NULL);
    CHECK(strcmp(policy_format_ladder(&again, second, sizeof(second)), first) == 0);
}

static void
check_moments(const char *text)
{
    unsigned moments = 0, again = 0;
    char written[256];

    if (policy_parse_moments(text, &moments) != 0)
        return;
    CHECK(moments < MOMENT_REOPENED * 2);
    CHECK(policy_parse_moments(policy_format_moments(moments, written, sizeof(written)), &again) == 0);
    CHECK(again == moments);
}

static void
check_day(const char *text)
{
    int32_t day = 0;
    char written[16];

    if (calendar_parse_day(text, &day) != 0)
        return;
    CHECK(strcmp(calendar_format_day(day, written), text) == 0);
    CHECK(calendar_day(calendar_day_begins(day)) == day);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    // A block of its very size, so that a sanitizer sees a look behind its end.
    char *text = check_alloc(size + 1);

    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    check_ladder(text);
    check_moments(text);
    check_day(text);
    free(text);
    return 0;
}
