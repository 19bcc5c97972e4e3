// leg_health.c - is a leg dead?
#include "leg_health.h"

#include "legs.h"
#include "str.h"

enum { ADDRESSES_LEAST = 3, KNOWN_MS = 3600 * 1000 };

// Fowler, Noll, Vo: FNV-1a.
static uint32_t
hash_of(const char *text)
{
    uint32_t hash = 2166136261U;

    for (const char *c = text; *c != '\0'; c++)
        hash = (hash ^ (unsigned char)*c) * 16777619U;
    return hash;
}

// Which one gives way to a new one: the one that was tried longest ago; where good ones are kept, a failing
// one before them, so that many names that fail cannot make us forget one that works.
static size_t
worst(const struct leg_places *places, bool keep_good)
{
    size_t at = 0;

    for (size_t i = 1; i < places->count; i++) {
        const struct leg_place *one = &places->places[i];
        const struct leg_place *other = &places->places[at];

        if (keep_good && one->fails != other->fails ? one->fails : one->tried_ms < other->tried_ms)
            at = i;
    }
    return at;
}

static void
note(struct leg_places *places, const char *name, int64_t now_ms, bool fails, bool keep_good)
{
    uint32_t hash = hash_of(name);
    size_t at = 0;

    while (at < places->count && places->places[at].hash != hash)
        at++;
    if (at == places->count && places->count < LEG_HEALTH_PLACES)
        places->count++;
    else if (at == places->count)
        at = worst(places, keep_good);
    places->places[at] = (struct leg_place){hash, now_ms, fails};
}

// How many were tried within the last hour, and how many of them fail.
static size_t
count_known(const struct leg_places *places, int64_t now_ms, size_t *failing)
{
    size_t known = 0;

    *failing = 0;
    for (size_t i = 0; i < places->count; i++)
        if (now_ms - places->places[i].tried_ms < KNOWN_MS) {
            known++;
            *failing += places->places[i].fails;
        }
    return known;
}

static void
forgive(struct leg_places *places)
{
    for (size_t i = 0; i < places->count; i++)
        places->places[i].fails = false;
}

void
leg_health_passed(struct leg_health *health, const char *service, const char *address, int64_t now_ms)
{
    health->failures = 0;
    health->dead = false;
    forgive(&health->services);
    forgive(&health->addresses);
    note(&health->services, service, now_ms, false, true);
    note(&health->addresses, address, now_ms, false, false);
}

void
leg_health_failed(
    struct leg_health *health, const char *service, const char *address, const char *reason, int64_t now_ms)
{
    size_t failing = 0;
    size_t known = 0;

    health->failures++;
    note(&health->services, service, now_ms, true, true);
    note(&health->addresses, address, now_ms, true, false);
    str_copy(health->reason, sizeof(health->reason), reason);
    if (health->dead || health->failures < LEGS_DEAD_AFTER ||
        count_known(&health->services, now_ms, &failing) > failing)
        return;
    known = count_known(&health->addresses, now_ms, &failing);
    if (failing < (known < ADDRESSES_LEAST ? known : ADDRESSES_LEAST))
        return;
    health->dead = true;
    health->probe_ms = now_ms;
}

bool
leg_health_lets_out(struct leg_health *health, int64_t now_ms)
{
    if (!health->dead)
        return true;
    if (health->probing || now_ms - health->probe_ms < LEGS_PROBE_MS)
        return false;
    health->probing = true;
    health->probe_ms = now_ms;
    return true;
}

void
leg_health_returned(struct leg_health *health)
{
    health->probing = false;
}

int64_t
leg_health_wait_ms(const struct leg_health *health, int64_t now_ms)
{
    int64_t wait_ms = health->probe_ms + LEGS_PROBE_MS - now_ms;

    return wait_ms < 1 ? 1 : wait_ms;
}
