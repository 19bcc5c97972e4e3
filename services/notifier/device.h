// device.h - the ways to reach the people of each agency, in memory: what the table devices says, and how
// each is doing now.  Most are phones, and called so; an e-mail address is one, too.
//
// A device once known stays in memory until the end, so that a push in flight may point to it.  Devices are
// few thousand.
#ifndef KENTONGAN_DEVICE_H
#define KENTONGAN_DEVICE_H

#include "endpoint.h"
#include "legs.h"
#include "webpush.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct agency;
struct delivery;

// Whose it is; persons.role.  A phone of the agency is told whatever its people are told.
enum person_role {
    PERSON_NOBODY, // of the agency
    PERSON_OFFICER,
    PERSON_DEPUTY,
    PERSON_HEAD,
    PERSON_DESK,
    PERSON_SEKDA,
    PERSON_GOVERNOR,
    PERSON_ROLES
};

struct device {
    int64_t id;
    enum leg leg;
    int64_t person_id; // 0: of the agency
    enum person_role role;
    int64_t added_at_ms;               // Unix ms
    char *endpoint;                    // where the leg sends to; a capability or a number: never in a log
    char origin[ENDPOINT_ORIGIN_SIZE]; // '' where the endpoint is refused
    uint8_t p256dh[WEBPUSH_POINT_SIZE], auth[WEBPUSH_AUTH_SIZE]; // LEG_WEBPUSH only
    struct webpush_peer *peer; // NULL where the keys are wrong, or not needed
    const char *unusable;      // why we may not push to it; NULL: we may
    bool removed;
    bool gone; // removed, and the table says so, too
    bool seen; // in the load that is going on

    // How whoever brings it treats us.
    int failures;          // in a row
    int64_t not_before_ms; // monotonic; 0: at once
    size_t in_flight;      // letters

    // What waits for it; queue.c's.
    struct delivery *first, *last;
    size_t waiting;

    bool listed; // dispatch.c's list of devices with something waiting
    struct device *next_listed;
    const struct agency *agency;
    struct device *next; // of the same agency
};

struct agency {
    char *code;
    struct device *devices;    // removed ones included
    int64_t no_device_said_ms; // monotonic; when the log last said that it has none
};

struct devices;

// What a row of devices says.
struct device_row {
    int64_t id;
    enum leg leg;
    const char *agency, *endpoint;
    const char *p256dh, *auth; // NULL but for LEG_WEBPUSH
    size_t p256dh_length, auth_length;
    int64_t person_id; // 0: of the agency
    enum person_role role;
    int64_t added_at_ms;
};

// allow, allow_loopback: see endpoint_refusal().  Borrows allow for ever.  Returns new.
struct devices *devices_new(const char *allow, bool allow_loopback);
void devices_destroy(struct devices **devices);

// A load: begin, one put for each row, end.  What is not put is removed; `removed` is called for each that
// was in use before. A device that was removed here stays so, until a row says that it was added again later.
void devices_load_begin(struct devices *devices);
void devices_load_put(struct devices *devices, const struct device_row *row);
void devices_load_end(
    struct devices *devices, void (*removed)(void *self, struct device *device), void *self);

// The agency with this code, made when it is not known yet.  Borrows, as long as devices lives.
struct agency *devices_agency(struct devices *devices, const char *code);

// The next device in use after `after` (NULL: the first); NULL at the end.
struct device *agency_device(const struct agency *agency, const struct device *after);

// The device in use with this id; NULL: there is none.
struct device *devices_find(const struct devices *devices, int64_t id);

// persons.role; PERSON_NOBODY for another word.
enum person_role device_role_parse(const char *word);

// How many are in use.
size_t devices_count(const struct devices *devices);

#endif
