// answer.c - what a push service's answer means, and when to come again.
#include "answer.h"

const char *
answer_text(enum ending ending)
{
    switch (ending) {
    case ENDING_ACCEPTED:
        return "accepted";
    case ENDING_RETRY:
        return "retry";
    case ENDING_GONE:
        return "gone";
    case ENDING_REFUSED:
        return "refused";
    case ENDING_EXPIRED:
        return "expired";
    case ENDING_NO_DEVICE:
        return "no_device";
    }
    return "";
}

enum ending
answer_ending(int status)
{
    if (status >= 200 && status <= 299)
        return ENDING_ACCEPTED;
    switch (status) {
    case 404: // RFC 8030 §7.3
    case 410: // what push services answer instead
        return ENDING_GONE;
    case 408: // the service gave up waiting for us
    case 425:
    case 429:
        return ENDING_RETRY;
    default:
        // What remains below 500 is wrong with the request, a redirect included: we follow none.
        return status >= 300 && status <= 499 ? ENDING_REFUSED : ENDING_RETRY;
    }
}

int64_t
answer_backoff_ms(int failures, int64_t retry_after_s, uint32_t random)
{
    int64_t window = (int64_t)2 * BACKOFF_LEAST_MS;
    int64_t wait = 0;

    if (retry_after_s != ANSWER_NO_DELAY) {
        // Never earlier than asked for, unless that is beyond our bound; up to a second later.
        int64_t asked = retry_after_s < BACKOFF_MOST_MS / 1000 ? retry_after_s * 1000 : BACKOFF_MOST_MS;

        wait = asked + random % 1000;
    } else {
        // Anywhere in the upper half of a window that doubles.
        for (int i = 1; i < failures && window < BACKOFF_MOST_MS; i++)
            window *= 2;
        if (window > BACKOFF_MOST_MS)
            window = BACKOFF_MOST_MS;
        wait = window / 2 + random % (window / 2 + 1);
    }
    if (wait < BACKOFF_LEAST_MS)
        return BACKOFF_LEAST_MS;
    return wait > BACKOFF_MOST_MS ? BACKOFF_MOST_MS : wait;
}
