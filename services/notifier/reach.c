// reach.c - which phones a step of a ring means, and which of them are not told yet.
#include "reach.h"

#include <stdlib.h>
#include <string.h>

// Agencies of deploy/data/agencies.tsv that are no agencies.
static const char desk_agency[] = "TRIAGE";
static const char sekda_agency[] = "SEKDA";

#define BIT(n) (1U << (n))
#define ANYBODY (BIT(PERSON_ROLES) - 1)

static const enum person_role person_of[STEP_ROLES] = {
    [STEP_ROLE_NONE] = PERSON_OFFICER,
    [STEP_ROLE_OFFICER] = PERSON_OFFICER,
    [STEP_ROLE_HEAD] = PERSON_HEAD,
    [STEP_ROLE_DESK] = PERSON_DESK,
    [STEP_ROLE_SEKDA] = PERSON_SEKDA,
    [STEP_ROLE_GOVERNOR] = PERSON_GOVERNOR,
};

// The roles that stand in for this one: the first of whom anybody has a phone, by whatever leg, so that the
// steps of a ladder go to the same people.
static unsigned
stand_in(const struct agency *agency, enum person_role role)
{
    const unsigned wanted[] = {BIT(PERSON_NOBODY) | BIT(role), BIT(PERSON_DEPUTY), BIT(PERSON_HEAD)};
    unsigned there = 0;

    for (const struct device *device = agency_device(agency, NULL); device != NULL;
         device = agency_device(agency, device))
        there |= BIT(device->role);
    for (size_t i = 0; i < LENGTH(wanted); i++)
        if ((there & wanted[i]) != 0)
            return wanted[i];
    return ANYBODY;
}

struct reach
reach_of(struct devices *devices, const char *agency, enum step_role role, const struct ring_step *step,
    unsigned legs)
{
    struct reach reach = {.agency = devices_agency(devices, agency), .legs = step->legs & legs};

    switch (step->whom) {
    case WHOM_SAME:
        reach.roles = stand_in(reach.agency, person_of[role]);
        break;
    case WHOM_DEPUTY:
        reach.roles = BIT(PERSON_DEPUTY);
        break;
    case WHOM_HEAD:
        reach.roles = BIT(PERSON_HEAD);
        break;
    case WHOM_DESK:
        reach.agency = devices_agency(devices, desk_agency);
        reach.roles = BIT(PERSON_DESK) | BIT(PERSON_NOBODY);
        break;
    case WHOM_SEKDA:
        reach.agency = devices_agency(devices, sekda_agency);
        reach.roles = BIT(PERSON_SEKDA) | BIT(PERSON_NOBODY);
        break;
    case WHOM_CALL:
    case WHOMS:
        reach.agency = NULL;
        break;
    }
    return reach;
}

struct reach
reach_of_one(struct devices *devices, const char *agency, int64_t device_id)
{
    return (struct reach){.agency = devices_agency(devices, agency),
        .roles = ANYBODY,
        .legs = BIT(LEGS) - 1,
        .only = device_id};
}

static bool
is_meant(const struct reach *reach, const struct device *device)
{
    return (reach->roles & BIT(device->role)) != 0 && (reach->legs & BIT(device->leg)) != 0 &&
           (reach->only == 0 || reach->only == device->id);
}

struct device *
reach_next(const struct reach *reach, const struct device *after)
{
    struct device *device = NULL;

    if (reach->agency == NULL)
        return NULL;
    device = agency_device(reach->agency, after);
    while (device != NULL && !is_meant(reach, device))
        device = agency_device(reach->agency, device);
    return device;
}

// The place of this device among those that were read, or the one behind them.
static size_t
place_of(const struct told *told, size_t count, int64_t device_id)
{
    size_t i = 0;

    while (i < count && told[i].device_id != device_id)
        i++;
    return i;
}

// Reads one attempt: "7 1 retry 500".  Returns what follows it, NULL: it is of another form.
static const char *
read_attempt(const char *text, struct told *attempt)
{
    char *end = NULL;
    const char *outcome = NULL;
    size_t length = 0;

    attempt->device_id = strtoll(text, &end, 10);
    if (end == text || *end != ' ')
        return NULL;
    attempt->attempt = (int)strtol(end, &end, 10);
    if (*end != ' ')
        return NULL;
    outcome = end + 1;
    length = strcspn(outcome, " ");
    attempt->again = length == 5 && memcmp(outcome, "retry", 5) == 0;
    attempt->gone = length == 4 && memcmp(outcome, "gone", 4) == 0;
    attempt->wait_ms = strtoll(outcome + length, &end, 10);
    if (*end != ',' && *end != '\0')
        return NULL;
    return *end == ',' ? end + 1 : end;
}

size_t
reach_told(const char *text, struct told *told, size_t room)
{
    size_t count = 0;

    while (text != NULL && *text != '\0') {
        struct told attempt;
        size_t place = 0;

        text = read_attempt(text, &attempt);
        if (text == NULL)
            break;
        place = place_of(told, count, attempt.device_id);
        if (place < count ? attempt.attempt > told[place].attempt : count < room) {
            told[place] = attempt;
            count += place == count;
        }
    }
    return count;
}

bool
reach_is_open(const struct told *told, size_t count, const struct device *device, int64_t created_at_ms,
    const struct told **last)
{
    int64_t id = device != NULL ? device->id : 0;
    const struct told *mine = NULL;
    bool somebody = false;

    for (size_t i = 0; i < count; i++) {
        if (told[i].device_id == id)
            mine = &told[i];
        somebody = somebody || (!told[i].again && !told[i].gone);
    }
    if (last != NULL)
        *last = mine;
    if (mine != NULL)
        return mine->again;
    if (device == NULL)
        return !somebody;
    return device->added_at_ms <= created_at_ms || !somebody;
}
