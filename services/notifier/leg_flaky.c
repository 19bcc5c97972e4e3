// leg_flaky.c - answers as a bad service does: for tests.  The same seed gives the same answers, whatever the
// letters.
#include "leg.h"

#include "answer.h"

// How often each comes, of 16.  Nothing is sent: a time-out is only said, and comes at once.
static const struct http_answer answers[16] = {
    {201, ANSWER_NO_DELAY, "", ""},
    {201, ANSWER_NO_DELAY, "", ""},
    {201, ANSWER_NO_DELAY, "", ""},
    {201, ANSWER_NO_DELAY, "", ""},
    {201, ANSWER_NO_DELAY, "", ""},
    {201, ANSWER_NO_DELAY, "", ""},
    {429, 7, "", ""},
    {429, 7, "", ""},
    {429, ANSWER_NO_DELAY, "", ""},
    {500, ANSWER_NO_DELAY, "", ""},
    {500, ANSWER_NO_DELAY, "", ""},
    {503, 6, "", ""},
    {0, ANSWER_NO_DELAY, "Timeout was reached", ""},
    {0, ANSWER_NO_DELAY, "Timeout was reached", ""},
    {0, ANSWER_NO_DELAY, "Couldn't connect to server", ""},
    {410, ANSWER_NO_DELAY, "", ""},
};

// Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014; its mixing function.
static uint64_t
mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U;
    x = (x ^ x >> 27) * 0x94d049bb133111ebU;
    return x ^ x >> 31;
}

static const char *
compose(const struct letter *letter, const struct leg_context *context, struct http_request *request)
{
    uint64_t step = context->number * LEGS + (uint64_t)letter->leg + 1;
    uint64_t random = mix((uint64_t)context->settings->flaky_seed + step * 0x9e3779b97f4a7c15U);

    request->kind = HTTP_MADE_UP;
    request->made_up = answers[random % LENGTH(answers)];
    return NULL;
}

static void
judge(const struct http_answer *came, struct leg_verdict *verdict)
{
    verdict->answer.ending = answer_ending(came->status);
}

const struct leg_way leg_flaky = {compose, judge};
