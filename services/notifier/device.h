// device.h - the phones of each agency, in memory: what the table devices says, and how each push service
// treats us now.
//
// A device once known stays in memory until the end, so that a push in flight may point to it.  Devices are
// few thousand.
#ifndef KENTONGAN_DEVICE_H
#define KENTONGAN_DEVICE_H

#include "endpoint.h"
#include "webpush.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct delivery;

struct device {
    int64_t id;
    char *endpoint;                    // a capability: never in a log
    char origin[ENDPOINT_ORIGIN_SIZE]; // '' where the endpoint is refused
    uint8_t p256dh[WEBPUSH_POINT_SIZE], auth[WEBPUSH_AUTH_SIZE];
    struct webpush_peer *peer; // NULL where the keys are wrong
    const char *unusable;      // why we may not push to it; NULL: we may
    bool removed;
    bool gone; // removed, and the table says so, too
    bool seen; // in the load that is going on

    // How its push service treats us.
    int failures;          // in a row
    int64_t not_before_ms; // monotonic; 0: at once
    size_t in_flight;      // pushes

    // What waits for it; queue.c's.
    struct delivery *first, *last;
    size_t waiting;

    bool listed; // dispatch.c's list of devices with something waiting
    struct device *next_listed;
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
    const char *agency, *endpoint;
    const char *p256dh, *auth;
    size_t p256dh_length, auth_length;
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

// How many are in use.
size_t devices_count(const struct devices *devices);

#endif
