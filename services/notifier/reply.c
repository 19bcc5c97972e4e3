// reply.c - what reporters are told, by which way, and when.
#include "reply.h"

#include "ingest.pb-c.h"

#include <stdio.h>
#include <string.h>

enum {
    HOUR_MS = 3600 * 1000,
    DAY_MS = 24 * HOUR_MS,
    WIB_MS = 7 * HOUR_MS, // Asia/Jakarta, no summer time
    QUIET_FROM_MS = 21 * HOUR_MS,
    QUIET_UNTIL_MS = 6 * HOUR_MS,
    AWAKE_MS = HOUR_MS,
    WINDOW_MARGIN_MS = 5 * 60 * 1000, // a text that WhatsApp gets as the window shuts
    WAYS_MOST = 4,
};

static bool
is(const char *text, const char *wanted)
{
    return strcmp(text, wanted) == 0;
}

bool
reply_tells_words(const char *actor_kind)
{
    return is(actor_kind, "officer") || is(actor_kind, "system");
}

// Did the ticket get this stage by it?  acts_done says "received -> verifying", "verifying -> rejected:
// spam".
static bool
gave_stage(const char *done, const char *stage)
{
    const char *arrow = strstr(done, " -> ");
    size_t length = strlen(stage);

    return arrow != NULL && strncmp(arrow + 4, stage, length) == 0 &&
           (arrow[4 + length] == '\0' || arrow[4 + length] == ':');
}

void
reply_event(const struct reply_act *act, char event[REPLY_EVENT_SIZE])
{
    static const char *const stages[] = {
        "verifying", "field_check", "in_progress", "awaiting_validation", "done", "rejected", "reopened"};
    bool tells = act->has_words && reply_tells_words(act->actor_kind);
    bool is_stage = false;

    event[0] = '\0';
    if (is(act->actor_kind, "bot"))
        return;
    for (size_t i = 0; i < LENGTH(stages); i++)
        is_stage = is_stage || is(act->act, stages[i]);
    if (is_stage && gave_stage(act->done, act->act))
        snprintf(event, REPLY_EVENT_SIZE, "stage_%s", act->act);
    else if (tells && is(act->act, "ask"))
        snprintf(event, REPLY_EVENT_SIZE, "%s", REPLY_QUESTION_EVENT);
    else if (tells && (is(act->act, "reply") || (is_stage && strncmp(act->done, "stays ", 6) == 0)))
        snprintf(event, REPLY_EVENT_SIZE, "%s", REPLY_ANSWER_EVENT);
}

// The ways that are open to a reporter, best first.  Returns how many.
static size_t
ways_of(const struct reply_case *reply_case, enum reply_way ways[WAYS_MOST])
{
    bool by_phone = reply_case->has_phone && !reply_case->only_here;
    bool is_sms = reply_case->channel == KENTONGAN__V1__CHANNEL__CHANNEL_SMS;
    bool is_whatsapp = reply_case->channel == KENTONGAN__V1__CHANNEL__CHANNEL_WHATSAPP;
    bool is_email = reply_case->channel == KENTONGAN__V1__CHANNEL__CHANNEL_EMAIL;
    bool by_whatsapp = is_whatsapp && (reply_case->has_phone || reply_case->has_handle);
    bool is_free = !reply_case->shut && reply_case->since_ms < REPLY_WINDOW_MS - WINDOW_MARGIN_MS;
    size_t count = 0;

    if (is_email && reply_case->has_email)
        ways[count++] = REPLY_EMAIL;
    if (by_whatsapp && is_free)
        ways[count++] = REPLY_WHATSAPP;
    if (by_whatsapp && reply_case->has_template)
        ways[count++] = REPLY_WHATSAPP_TEMPLATE;
    if (by_phone || (is_sms && reply_case->has_phone))
        ways[count++] = REPLY_SMS;
    // Typed into a form, or passed on by another: what he left is his.
    if (!is_email && !is_sms && !is_whatsapp && reply_case->has_email && !reply_case->only_here)
        ways[count++] = REPLY_EMAIL;
    return count;
}

enum reply_way
reply_way(const struct reply_case *reply_case)
{
    enum reply_way ways[WAYS_MOST];
    size_t count = ways_of(reply_case, ways);
    enum reply_way best = REPLY_PAGE;

    for (size_t i = 0; i < count; i++) {
        enum leg leg = reply_way_leg(ways[i]);

        if (reply_case->failed[leg] || reply_case->states[leg] == LEG_OFF)
            continue;
        if (reply_case->states[leg] == LEG_UP)
            return ways[i];
        if (best == REPLY_PAGE)
            best = ways[i];
    }
    return best;
}

enum leg
reply_way_leg(enum reply_way way)
{
    switch (way) {
    case REPLY_SMS:
        return LEG_SMS;
    case REPLY_WHATSAPP:
    case REPLY_WHATSAPP_TEMPLATE:
        return LEG_WHATSAPP;
    case REPLY_EMAIL:
        return LEG_EMAIL;
    case REPLY_PAGE:
        break;
    }
    return LEGS;
}

const char *
reply_way_name(enum reply_way way)
{
    return way == REPLY_PAGE ? "page" : leg_name(reply_way_leg(way));
}

int64_t
reply_wait_ms(int64_t now_ms, int64_t received_at_ms, bool urgent)
{
    int64_t day_ms = (now_ms + WIB_MS) % DAY_MS;

    if (urgent || now_ms - received_at_ms < AWAKE_MS)
        return 0;
    if (day_ms >= QUIET_FROM_MS)
        return DAY_MS - day_ms + QUIET_UNTIL_MS;
    return day_ms < QUIET_UNTIL_MS ? QUIET_UNTIL_MS - day_ms : 0;
}

const char *
reply_language(const char *language)
{
    return is(language, "javanese") || is(language, "mixed") ? "jv" : "id";
}
