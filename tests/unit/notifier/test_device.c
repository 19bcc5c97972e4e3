// test_device.c - the phones in memory follow the table.
#include "device.h"

#include "cmocka_all.h"
#include "log.h"

#include <string.h>

static const char endpoint[] = "https://fcm.googleapis.com/fcm/send/x";
static struct webpush_key *key;
static size_t removed_count;

static void
on_removed(void *self, struct device *device)
{
    (void)self;
    (void)device;
    removed_count++;
}

static struct device_row
row(int64_t id, const char *agency)
{
    return (struct device_row){
        .id = id,
        .agency = agency,
        .endpoint = endpoint,
        .p256dh = (const char *)webpush_key_point(key),
        .p256dh_length = WEBPUSH_POINT_SIZE,
        .auth = "0123456789abcdef",
        .auth_length = WEBPUSH_AUTH_SIZE,
    };
}

static void
load(struct devices *devices, const struct device_row *rows, size_t count)
{
    devices_load_begin(devices);
    for (size_t i = 0; i < count; i++)
        devices_load_put(devices, &rows[i]);
    devices_load_end(devices, on_removed, NULL);
}

static void
test_loads(void **state)
{
    struct devices *devices = devices_new(ENDPOINT_ALLOW, false);
    struct device_row rows[] = {row(1, "PLN"), row(2, "DINKES"), row(3, "PLN")};
    struct device *device = NULL;

    (void)state;
    removed_count = 0;
    load(devices, rows, 3);
    assert_int_equal(devices_count(devices), 3);
    device = agency_device(devices_agency(devices, "DINKES"), NULL);
    assert_int_equal(device->id, 2);
    assert_null(device->unusable);
    assert_string_equal(device->origin, "https://fcm.googleapis.com");
    assert_null(agency_device(devices_agency(devices, "BPN"), NULL));

    // Gone from the table.
    load(devices, rows, 1);
    assert_int_equal(removed_count, 2);
    assert_int_equal(devices_count(devices), 1);
    assert_null(agency_device(devices_agency(devices, "DINKES"), NULL));

    // Removed by us, while the table does not know it yet.
    device = agency_device(devices_agency(devices, "PLN"), NULL);
    device->removed = true;
    load(devices, rows, 1);
    assert_int_equal(devices_count(devices), 0);
    assert_int_equal(removed_count, 2);

    // Now it does; then the phone is added again.
    load(devices, rows, 0);
    load(devices, rows, 0);
    assert_int_equal(removed_count, 2);
    load(devices, rows, 1);
    assert_int_equal(devices_count(devices), 1);
    assert_ptr_equal(agency_device(devices_agency(devices, "PLN"), NULL), device);

    // Added again with another secret while it is in use: at once, and its failures are forgotten.
    device->failures = 3;
    device->removed = true;
    rows[0].auth = "fedcba9876543210";
    load(devices, rows, 1);
    assert_int_equal(devices_count(devices), 1);
    assert_int_equal(device->failures, 0);

    // Added again as it was, before we had a look at a table without it.
    device->removed = true;
    load(devices, rows, 1);
    assert_int_equal(devices_count(devices), 0);
    rows[0].added_at_ms++;
    load(devices, rows, 1);
    assert_int_equal(devices_count(devices), 1);
    assert_int_equal(removed_count, 2);
    devices_destroy(&devices);
}

static void
test_unusable_ones_are_kept_and_named(void **state)
{
    struct devices *devices = devices_new(ENDPOINT_ALLOW, false);
    struct device_row rows[] = {row(1, "PLN"), row(2, "PLN")};
    const struct device *device = NULL;

    (void)state;
    rows[0].endpoint = "https://10.0.0.1/x";
    rows[1].auth_length = 15;
    load(devices, rows, 2);
    device = agency_device(devices_agency(devices, "PLN"), NULL);
    assert_int_equal(device->id, 2);
    assert_non_null(device->unusable);
    device = agency_device(devices_agency(devices, "PLN"), device);
    assert_int_equal(device->id, 1);
    assert_non_null(device->unusable);
    devices_destroy(&devices);
}

// Legs that bring text need no keys, and an address is taken as it is.
static void
test_other_legs(void **state)
{
    struct devices *devices = devices_new(ENDPOINT_ALLOW, false);
    struct device_row rows[] = {
        {.id = 5,
            .leg = LEG_SMS,
            .agency = "PLN",
            .endpoint = "+6281234567890",
            .person_id = 3,
            .role = PERSON_HEAD},
        row(4, "PLN"),
        {.id = 6, .leg = LEG_EMAIL, .agency = "PLN", .endpoint = "kepala@example.org"},
    };
    struct device *device = NULL;

    (void)state;
    load(devices, rows, 3);
    device = devices_find(devices, 5);
    assert_int_equal(device->leg, LEG_SMS);
    assert_int_equal(device->role, PERSON_HEAD);
    assert_int_equal(device->person_id, 3);
    assert_null(device->unusable);
    assert_null(device->peer);
    assert_string_equal(devices_find(devices, 6)->endpoint, "kepala@example.org");
    assert_non_null(devices_find(devices, 4)->peer);
    assert_null(devices_find(devices, 7));

    // Its person becomes somebody else, and it moves to another agency.
    rows[0].role = PERSON_DEPUTY;
    load(devices, rows, 3);
    assert_int_equal(devices_find(devices, 5)->role, PERSON_DEPUTY);
    rows[0].agency = "BPN";
    load(devices, rows, 3);
    assert_string_equal(devices_find(devices, 5)->agency->code, "BPN");
    assert_int_equal(devices_count(devices), 3);
    rows[0].agency = "PLN";
    load(devices, rows, 3);
    assert_string_equal(devices_find(devices, 5)->agency->code, "PLN");
    devices_destroy(&devices);
}

static void
test_many_agencies(void **state)
{
    struct devices *devices = devices_new(ENDPOINT_ALLOW, false);
    char code[8] = "AAA";

    (void)state;
    for (int i = 0; i < 26 * 26; i++) {
        code[0] = (char)('A' + i * 7 % 26);
        code[1] = (char)('A' + i / 26);
        assert_string_equal(devices_agency(devices, code)->code, code);
    }
    for (int i = 0; i < 26 * 26; i++) {
        code[0] = (char)('A' + i % 26);
        code[1] = (char)('A' + i / 26);
        assert_ptr_equal(devices_agency(devices, code), devices_agency(devices, code));
        assert_string_equal(devices_agency(devices, code)->code, code);
    }
    devices_destroy(&devices);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loads),
        cmocka_unit_test(test_unusable_ones_are_kept_and_named),
        cmocka_unit_test(test_other_legs),
        cmocka_unit_test(test_many_agencies),
    };
    int rc = 0;

    key = webpush_key_new();
    rc = cmocka_run_group_tests(tests, NULL, NULL);
    webpush_key_destroy(&key);
    return rc;
}
