// device.c - the ways to reach the people of each agency, in memory.
//
// A few thousand, in a list for each agency, and sorted by id for those who know nothing else of one.
#include "device.h"

#include "log.h"

#include <stdlib.h>
#include <string.h>

struct devices {
    const char *allow;
    bool allow_loopback;
    struct agency **agencies; // sorted by code
    size_t agency_count, agency_room;
    struct device **by_id; // all ever known, in order
    size_t count, room;
};

static const char *const roles[PERSON_ROLES] = {[PERSON_NOBODY] = "",
    [PERSON_OFFICER] = "officer",
    [PERSON_DEPUTY] = "deputy",
    [PERSON_HEAD] = "head",
    [PERSON_DESK] = "desk",
    [PERSON_SEKDA] = "sekda",
    [PERSON_GOVERNOR] = "governor"};

struct devices *
devices_new(const char *allow, bool allow_loopback)
{
    struct devices *devices = check_zalloc(1, sizeof(*devices));

    devices->allow = allow;
    devices->allow_loopback = allow_loopback;
    return devices;
}

static void
free_agency(struct agency *agency)
{
    struct device *device = agency->devices;

    while (device != NULL) {
        struct device *next = device->next;

        webpush_peer_destroy(&device->peer);
        free(device->endpoint);
        free(device);
        device = next;
    }
    free(agency->code);
    free(agency);
}

void
devices_destroy(struct devices **devices)
{
    if (*devices == NULL)
        return;
    for (size_t i = 0; i < (*devices)->agency_count; i++)
        free_agency((*devices)->agencies[i]);
    free((*devices)->agencies);
    free((*devices)->by_id);
    free(*devices);
    *devices = NULL;
}

void
devices_load_begin(struct devices *devices)
{
    for (size_t i = 0; i < devices->agency_count; i++)
        for (struct device *device = devices->agencies[i]->devices; device != NULL; device = device->next)
            device->seen = false;
}

// Where code stands in the sorted array, or where it would.
static size_t
position(const struct devices *devices, const char *code, bool *found)
{
    size_t low = 0;
    size_t high = devices->agency_count;

    *found = false;
    while (low < high && !*found) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(code, devices->agencies[middle]->code);

        if (order == 0) {
            low = middle;
            *found = true;
        } else if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

struct agency *
devices_agency(struct devices *devices, const char *code)
{
    bool found = false;
    size_t i = position(devices, code, &found);
    struct agency *agency = NULL;

    if (found)
        return devices->agencies[i];
    if (devices->agency_count == devices->agency_room) {
        devices->agency_room = devices->agency_room == 0 ? 64 : devices->agency_room * 2;
        devices->agencies = check_realloc(devices->agencies, devices->agency_room * sizeof(struct agency *));
    }
    agency = check_zalloc(1, sizeof(*agency));
    agency->code = strdup(code);
    CHECK(agency->code != NULL);
    memmove(&devices->agencies[i + 1], &devices->agencies[i],
        (devices->agency_count - i) * sizeof(struct agency *));
    devices->agencies[i] = agency;
    devices->agency_count++;
    return agency;
}

static bool
has_lengths(const struct device_row *row)
{
    return row->p256dh_length == WEBPUSH_POINT_SIZE && row->auth_length == WEBPUSH_AUTH_SIZE;
}

static bool
is_same(const struct device *device, const struct device_row *row)
{
    if (row->leg != LEG_WEBPUSH)
        return strcmp(device->endpoint, row->endpoint) == 0;
    return has_lengths(row) && memcmp(device->p256dh, row->p256dh, sizeof(device->p256dh)) == 0 &&
           memcmp(device->auth, row->auth, sizeof(device->auth)) == 0 &&
           strcmp(device->endpoint, row->endpoint) == 0;
}

// Takes the keys of a browser's subscription, and what is wrong with it.
static void
set_subscription(const struct devices *devices, struct device *device, const struct device_row *row)
{
    if (has_lengths(row)) {
        memcpy(device->p256dh, row->p256dh, sizeof(device->p256dh));
        memcpy(device->auth, row->auth, sizeof(device->auth));
        device->peer = webpush_peer_new(
            (const uint8_t *)row->p256dh, row->p256dh_length, (const uint8_t *)row->auth, row->auth_length);
    }
    device->unusable = endpoint_refusal(row->endpoint, devices->allow, devices->allow_loopback);
    if (device->unusable == NULL)
        endpoint_origin(row->endpoint, device->origin);
    if (device->unusable == NULL && device->peer == NULL)
        device->unusable = "has keys that are not on the curve";
}

// Takes the row's address, and says once when it cannot be used.
static void
set_address(struct devices *devices, struct device *device, const struct device_row *row)
{
    webpush_peer_destroy(&device->peer);
    free(device->endpoint);
    device->endpoint = strdup(row->endpoint);
    CHECK(device->endpoint != NULL);
    device->origin[0] = '\0';
    device->unusable = NULL;
    if (row->leg == LEG_WEBPUSH)
        set_subscription(devices, device, row);
    if (device->unusable != NULL)
        log_error(EV_ENDPOINT_REFUSED, "device=%lld agency=%s reason=\"%s\"", (long long)device->id,
            row->agency, device->unusable);
}

// Where this id stands in the sorted array, or where it would.
static size_t
place_of(const struct devices *devices, int64_t id)
{
    size_t low = 0;
    size_t high = devices->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (devices->by_id[middle]->id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct device *
add_device(struct devices *devices, struct agency *agency, const struct device_row *row)
{
    struct device *device = check_zalloc(1, sizeof(*device));
    size_t place = place_of(devices, row->id);

    if (devices->count == devices->room) {
        devices->room = devices->room == 0 ? 256 : devices->room * 2;
        devices->by_id = check_realloc(devices->by_id, devices->room * sizeof(struct device *));
    }
    memmove(&devices->by_id[place + 1], &devices->by_id[place],
        (devices->count - place) * sizeof(struct device *));
    devices->by_id[place] = device;
    devices->count++;
    device->id = row->id;
    device->leg = row->leg;
    device->agency = agency;
    device->next = agency->devices;
    agency->devices = device;
    set_address(devices, device, row);
    return device;
}

void
devices_load_put(struct devices *devices, const struct device_row *row)
{
    struct agency *agency = devices_agency(devices, row->agency);
    struct device *device = agency->devices;

    while (device != NULL && device->id != row->id)
        device = device->next;
    if (device == NULL) {
        device = add_device(devices, agency, row);
    } else if (device->gone || device->added_at_ms != row->added_at_ms || !is_same(device, row)) {
        // Added again, after it was removed or with new keys while it was in use.
        set_address(devices, device, row);
        device->removed = device->gone = false;
        device->failures = 0;
        device->not_before_ms = 0;
    }
    device->person_id = row->person_id;
    device->role = row->role;
    device->added_at_ms = row->added_at_ms;
    device->seen = true;
}

void
devices_load_end(struct devices *devices, void (*removed)(void *self, struct device *device), void *self)
{
    for (size_t i = 0; i < devices->agency_count; i++)
        for (struct device *device = devices->agencies[i]->devices; device != NULL; device = device->next)
            if (!device->seen) {
                bool was_removed = device->removed;

                device->removed = device->gone = true;
                if (!was_removed)
                    removed(self, device);
            }
}

struct device *
agency_device(const struct agency *agency, const struct device *after)
{
    struct device *device = after == NULL ? agency->devices : after->next;

    while (device != NULL && device->removed)
        device = device->next;
    return device;
}

struct device *
devices_find(const struct devices *devices, int64_t id)
{
    // One that moved to another agency is there twice, once removed.
    for (size_t i = place_of(devices, id); i < devices->count && devices->by_id[i]->id == id; i++)
        if (!devices->by_id[i]->removed)
            return devices->by_id[i];
    return NULL;
}

enum person_role
device_role_parse(const char *word)
{
    for (size_t i = 0; i < PERSON_ROLES; i++)
        if (strcmp(roles[i], word) == 0)
            return (enum person_role)i;
    return PERSON_NOBODY;
}

size_t
devices_count(const struct devices *devices)
{
    size_t count = 0;

    for (size_t i = 0; i < devices->agency_count; i++)
        for (const struct device *device = NULL;
             (device = agency_device(devices->agencies[i], device)) != NULL;)
            count++;
    return count;
}
