// device.c - kentongan device: the phones of an agency's officers.
//
// A subscription is checked as strictly as when it is used: its address has to be that of a push service, its
// keys have to be keys.  The address is a capability and is never printed.
#include "device.h"

#include "complain.h"
#include "config.h"
#include "endpoint.h"
#include "options.h"
#include "store_registry.h"
#include "str.h"
#include "verbs.h"
#include "webpush.h"

#include <stdlib.h>
#include <string.h>

// Reads one base64url key of a subscription.
static int
read_key(const json_t *keys, const char *name, uint8_t *out, size_t size)
{
    const char *text = json_string_value(json_object_get(keys, name));
    size_t length = text != NULL ? strcspn(text, "=") : 0; // some browsers pad

    return text != NULL && str_unbase64url(text, length, out, size) == (int)size ? 0 : -1;
}

// Fills device from a browser's PushSubscription.toJSON().  Returns NULL, or what is wrong with it.
static const char *
read_subscription(const json_t *subscription, struct device *device, uint8_t p256dh[WEBPUSH_POINT_SIZE],
    uint8_t auth[WEBPUSH_AUTH_SIZE])
{
    const json_t *keys = json_object_get(subscription, "keys");
    const char *patterns = getenv("KENTONGAN_PUSH_ALLOW");
    const char *loopback = getenv("KENTONGAN_PUSH_ALLOW_LOOPBACK");
    struct webpush_peer *peer = NULL;

    device->endpoint = json_string_value(json_object_get(subscription, "endpoint"));
    if (device->endpoint == NULL)
        return "has no \"endpoint\"";
    const char *refusal = endpoint_refusal(device->endpoint,
        patterns != NULL && patterns[0] != '\0' ? patterns : ENDPOINT_ALLOW,
        loopback != NULL && strcmp(loopback, "yes") == 0);
    if (refusal != NULL)
        return refusal;
    if (read_key(keys, "p256dh", p256dh, WEBPUSH_POINT_SIZE) < 0)
        return "keys.p256dh is not 65 bytes in base64url";
    if (read_key(keys, "auth", auth, WEBPUSH_AUTH_SIZE) < 0)
        return "keys.auth is not 16 bytes in base64url";
    peer = webpush_peer_new(p256dh, WEBPUSH_POINT_SIZE, auth, WEBPUSH_AUTH_SIZE);
    if (peer == NULL)
        return "keys.p256dh is no point on the curve P-256";
    webpush_peer_destroy(&peer);
    device->p256dh = p256dh;
    device->auth = auth;
    return NULL;
}

static int
add(int argc, char **argv)
{
    struct device device = {.label = ""};
    const char *path = NULL;
    bool json = false;
    const struct option table[] = {{"agency", OPTION_TEXT, &device.agency, 0, 0},
        {"subscription", OPTION_TEXT, &path, 0, 0}, {"label", OPTION_TEXT, &device.label, 0, 0},
        {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {.command = "device", .table = table, .count = LENGTH(table)};
    uint8_t p256dh[WEBPUSH_POINT_SIZE];
    uint8_t auth[WEBPUSH_AUTH_SIZE];
    json_error_t error;
    char told[128];

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    if (device.agency == NULL || path == NULL) {
        complain("device add", "give --agency CODE and --subscription FILE; see kentongan help device");
        return EXIT_USAGE;
    }
    // Before the subscription: PUSH_ALLOW may stand in the file of settings.
    config_read();
    json_t *subscription =
        strcmp(path, "-") == 0 ? json_loadf(stdin, 0, &error) : json_load_file(path, 0, &error);
    if (subscription == NULL) {
        complain("device add", "%s: %s; give the JSON that the browser's PushSubscription.toJSON() returned",
            path, error.text);
        return EXIT_USAGE;
    }
    const char *wrong = read_subscription(subscription, &device, p256dh, auth);
    if (wrong != NULL) {
        complain("device add", "%s: %s; subscribe the phone again", path, wrong);
        json_decref(subscription);
        return EXIT_USAGE;
    }
    struct db *db = config_open_db();
    snprintf(told, sizeof(told), "the phone is added to %.40s; it gets the next notice", device.agency);
    int code = verbs_print_change(store_registry_add_device(db, &device), json, "device add", told);
    db_destroy(&db);
    json_decref(subscription);
    return code;
}

static int
list(int argc, char **argv)
{
    static const struct table_column columns[] = {{"id", "id", TABLE_NUMBER},
        {"agency", "agency", TABLE_TEXT}, {"label", "label", TABLE_TEXT},
        {"push_service", "push service", TABLE_TEXT}, {"added_at_ms", "added", TABLE_TIME},
        {"removed_at_ms", "removed", TABLE_TIME}, {"removed_why", "why", TABLE_TEXT}};
    const char *agency = NULL;
    bool json = false;
    const struct option table[] = {
        {"agency", OPTION_TEXT, &agency, 0, 0}, {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {.command = "device", .table = table, .count = LENGTH(table)};

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    struct db *db = config_open_db();
    int code = verbs_print(store_registry_devices(db, agency), json, columns, LENGTH(columns));
    db_destroy(&db);
    return code;
}

static int
remove_one(int argc, char **argv)
{
    const char *id = NULL;
    bool json = false;
    char *end = NULL;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "device", .table = table, .count = LENGTH(table), .words = &id, .most_words = 1};

    int words = options_parse(&options, argc, argv);
    if (words < 0)
        return EXIT_USAGE;
    long long number = words == 1 ? strtoll(id, &end, 10) : 0;
    if (number <= 0 || *end != '\0') {
        complain("device remove", "which?  give its id; see kentongan device list");
        return EXIT_USAGE;
    }
    struct db *db = config_open_db();
    int code = verbs_print_change(store_registry_remove_device(db, number), json, "device remove",
        "the phone is removed; it gets nothing more");
    db_destroy(&db);
    return code;
}

int
device_command(int argc, char **argv)
{
    static const struct verb verbs[] = {{"add", add}, {"list", list}, {"remove", remove_one}};

    return verbs_run("device", verbs, LENGTH(verbs), argc, argv);
}
