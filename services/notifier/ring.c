// ring.c - how long a notice rings, and what comes next.
#include "ring.h"

#include "legs.h"

#include <string.h>

enum { DAY_MINUTES = 24 * 60, MINUTE_MS = 60000, LOCAL_OFFSET_MINUTES = 7 * 60 }; // Asia/Jakarta

static const char *const severities[SEVERITIES] = {
    [SEVERITY_BIASA] = "biasa", [SEVERITY_SEGERA] = "segera", [SEVERITY_DARURAT] = "darurat"};
static const char *const whoms[WHOMS] = {[WHOM_SAME] = "same",
    [WHOM_DEPUTY] = "deputy",
    [WHOM_HEAD] = "head",
    [WHOM_DESK] = "desk",
    [WHOM_SEKDA] = "sekda",
    [WHOM_CALL] = "call"};

const char *
ring_severity_word(enum severity severity)
{
    return severities[severity];
}

enum severity
ring_severity_parse(const char *word)
{
    for (size_t i = 0; i < SEVERITIES; i++)
        if (strcmp(severities[i], word) == 0)
            return (enum severity)i;
    return SEVERITY_BIASA;
}

enum severity
ring_severity(enum notice_kind kind, bool urgent)
{
    if (urgent || kind == NOTICE_URGENT)
        return SEVERITY_DARURAT;
    if (kind == NOTICE_WARNING_80 || kind == NOTICE_BREACH || kind == NOTICE_ESCALATION)
        return SEVERITY_SEGERA;
    return SEVERITY_BIASA;
}

const char *
ring_whom_word(enum whom whom)
{
    CHECK(whom < WHOMS);
    return whoms[whom];
}

enum whom
ring_whom_parse(const char *word)
{
    size_t i = 0;

    while (i < WHOMS && strcmp(whoms[i], word) != 0)
        i++;
    return (enum whom)i;
}

// Legs that this program does not know are left out.
static unsigned
parse_legs(const char *words)
{
    unsigned legs = 0;

    while (*words != '\0') {
        char word[16] = "";
        size_t length = strcspn(words, ",");

        if (length < sizeof(word)) {
            memcpy(word, words, length);
            word[length] = '\0';
            if (leg_parse(word) != LEGS)
                legs |= 1U << leg_parse(word);
        }
        words += length;
        words += *words == ',';
    }
    return legs;
}

int
ring_add(struct ladders *ladders, const struct ring_row *row)
{
    enum severity severity = ring_severity_parse(row->severity);
    enum step_role role = step_role(row->role);
    enum whom whom = ring_whom_parse(row->whom);
    struct ladder *ladder = &ladders->of[severity][role];

    if (strcmp(severities[severity], row->severity) != 0 ||
        (role == STEP_ROLE_NONE && row->role[0] != '\0') || whom == WHOMS || row->step < 0 ||
        row->step >= RING_STEPS_MOST || (size_t)row->step != ladder->count)
        return -1;
    ladder->steps[ladder->count++] =
        (struct ring_step){.wait_ms = row->wait_ms, .legs = parse_legs(row->legs), .whom = whom};
    return 0;
}

const struct ladder *
ring_ladder(const struct ladders *ladders, enum severity severity, enum step_role role)
{
    const struct ladder *own = &ladders->of[severity][role == STEP_ROLE_NONE ? STEP_ROLE_OFFICER : role];

    return own->count > 0 ? own : &ladders->of[severity][STEP_ROLE_NONE];
}

int64_t
ring_quiet_until_ms(const struct ladders *ladders, const struct ring_facts *ring, int64_t now_ms)
{
    int64_t minute = now_ms / MINUTE_MS + LOCAL_OFFSET_MINUTES;
    int of_day = (int)(minute % DAY_MINUTES);
    int until_end = (ladders->quiet_until - of_day + DAY_MINUTES) % DAY_MINUTES;
    int since_begin = (of_day - ladders->quiet_from + DAY_MINUTES) % DAY_MINUTES;
    int length = (ladders->quiet_until - ladders->quiet_from + DAY_MINUTES) % DAY_MINUTES;
    int64_t end_ms = (now_ms / MINUTE_MS + until_end) * MINUTE_MS;

    if (!ladders->is_quiet || ring->severity != SEVERITY_BIASA || since_begin >= length)
        return 0;
    return ring->due_at_ms != 0 && ring->due_at_ms < end_ms ? 0 : end_ms;
}

int64_t
ring_due_ms(const struct ladders *ladders, const struct ring_facts *ring, int step)
{
    int64_t due_ms = 0;
    int64_t quiet_ms = 0;

    if (step < 0 || (size_t)step >= ring->ladder->count)
        return 0;
    due_ms = ring->started_at_ms + ring->ladder->steps[step].wait_ms;
    if (step > 0 && ring->ladder->steps[step].whom != WHOM_CALL)
        quiet_ms = ring_quiet_until_ms(ladders, ring, due_ms);
    return quiet_ms > due_ms ? quiet_ms : due_ms;
}

int64_t
ring_again_ms(const struct ladders *ladders, const struct ring_facts *ring, int step, unsigned leg)
{
    const struct ladder *ladder = ring->ladder;

    if (step < 0 || (size_t)step >= ladder->count)
        return 0;
    for (size_t i = (size_t)step + 1; i < ladder->count; i++)
        if (ladder->steps[i].whom == ladder->steps[step].whom && (ladder->steps[i].legs & 1U << leg) != 0)
            return ring_due_ms(ladders, ring, (int)i);
    return 0;
}
