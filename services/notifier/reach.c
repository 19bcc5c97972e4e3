// reach.c - which phones a step of a ring means, and which of them are not told yet.
#include "reach.h"

#include <stdio.h>
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
reach_of(struct devices *devices, const char *code, enum step_role role, const struct ring_step *step,
    unsigned legs)
{
    struct reach reach = {.agency = devices_agency(devices, code), .legs = step->legs & legs};

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
reach_of_one(struct devices *devices, const char *code, int64_t device_id)
{
    return (struct reach){
        .agency = devices_agency(devices, code), .roles = ANYBODY, .legs = BIT(LEGS) - 1, .only = device_id};
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

size_t
reach_told(const char *text, struct told *told, size_t room)
{
    size_t count = 0;

    while (*text != '\0' && count < room) {
        char outcome[16];
        long long device = 0;
        long long wait = 0;
        int attempt = 0;

        if (sscanf(text, "%lld %d %15s %lld", &device, &attempt, outcome, &wait) != 4)
            break;
        told[count++] = (struct told){.device_id = device,
            .attempt = attempt,
            .again = strcmp(outcome, "retry") == 0,
            .wait_ms = wait,
            .gone = strcmp(outcome, "gone") == 0};
        text += strcspn(text, ",");
        text += *text == ',';
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
