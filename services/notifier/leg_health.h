// leg_health.h - is a leg dead?  Pure: the caller says what time it is.
//
// Dead: LEGS_DEAD_AFTER letters in a row failed, and not for one address or one service alone: all services
// that were asked within the last hour failed, and at least three addresses, or all that there are.
//
//     UP --fails, and that holds--> DEAD --a letter gets through--> UP
#ifndef KENTONGAN_LEG_HEALTH_H
#define KENTONGAN_LEG_HEALTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LEG_HEALTH_PLACES = 16 };

// Services or addresses that were tried last; an older one gives way.
struct leg_places {
    struct leg_place {
        uint32_t hash; // of its name
        int64_t tried_ms;
        bool fails;
    } places[LEG_HEALTH_PLACES];
    size_t count;
};

// All zero is that of a leg that is UP.
struct leg_health {
    int failures; // in a row
    struct leg_places services, addresses;
    bool dead;
    bool probing;     // a letter is out that finds out whether it is back
    int64_t probe_ms; // when the last one went
    char reason[128]; // of the last failure; says nothing when it is not dead
};

// A letter by this service (webpush: origin; others: "") to this address got through, or failed with reason,
// at now_ms (monotonic).
void leg_health_passed(struct leg_health *health, const char *service, const char *address, int64_t now_ms);
void leg_health_failed(
    struct leg_health *health, const char *service, const char *address, const char *reason, int64_t now_ms);

// May a letter go out at now_ms?  Of a dead leg one does in LEGS_PROBE_MS; then it is marked as out until
// leg_health_returned().
bool leg_health_lets_out(struct leg_health *health, int64_t now_ms);

// An answer came, good or bad or neither.
void leg_health_returned(struct leg_health *health);

// Milliseconds until a dead leg lets out a letter again, at least 1.
int64_t leg_health_wait_ms(const struct leg_health *health, int64_t now_ms);

#endif
