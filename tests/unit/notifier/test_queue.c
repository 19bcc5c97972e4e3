// test_queue.c - what is in hand: nothing twice, nothing lost, in order.
#include "queue.h"

#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>

static const struct notice *
notice(int64_t id)
{
    static struct notice made;

    made.id = id;
    return &made;
}

static bool
holds(const struct queue *queue, int64_t notice_id, int64_t device_id)
{
    const struct queue_key key = {.notice_id = notice_id, .device_id = device_id};

    return queue_find(queue, &key) != NULL;
}

static void
forget(struct queue *queue, int64_t notice_id, int64_t device_id)
{
    const struct queue_key key = {.notice_id = notice_id, .device_id = device_id};

    queue_forget(queue, &key);
}

static void
test_known_ones_are_not_taken_twice(void **state)
{
    struct queue *queue = queue_new(100, 100);
    struct device device = {.id = 7};
    struct device other = {.id = 8};
    struct delivery *delivery = NULL;

    (void)state;
    assert_int_equal(queue_add(queue, notice(1), &device, 0, NULL), QUEUE_TAKEN);
    assert_int_equal(queue_add(queue, notice(1), &device, 0, NULL), QUEUE_KNOWN);
    assert_int_equal(queue_add(queue, notice(1), &device, 3, NULL), QUEUE_KNOWN);
    assert_int_equal(queue_add(queue, notice(1), &other, 0, NULL), QUEUE_TAKEN);
    assert_true(holds(queue, 1, 7));
    assert_false(holds(queue, 1, 0));

    delivery = queue_take(queue, &device);
    assert_int_equal(delivery->attempt, 1);
    assert_int_equal(queue_add(queue, notice(1), &device, 0, NULL), QUEUE_KNOWN);
    queue_end(delivery);
    assert_int_equal(queue_add(queue, notice(1), &device, 0, NULL), QUEUE_KNOWN);

    // Stored: a late message is still known, what the sweep finds open is not.
    forget(queue, 1, 7);
    assert_false(holds(queue, 1, 7));
    assert_int_equal(queue_add(queue, notice(1), &device, 0, NULL), QUEUE_KNOWN);
    assert_int_equal(queue_add(queue, notice(1), &device, 2, &delivery), QUEUE_TAKEN);
    assert_int_equal(delivery->attempt, 2);
    queue_destroy(&queue);
}

static void
test_order_survives_a_retry(void **state)
{
    struct queue *queue = queue_new(100, 100);
    struct device device = {.id = 7};
    struct delivery *first = NULL;

    (void)state;
    for (int64_t id = 1; id <= 5; id++)
        assert_int_equal(queue_add(queue, notice(id), &device, 0, NULL), QUEUE_TAKEN);
    first = queue_take(queue, &device);
    first->next = queue_take(queue, &device);
    first->next->next = queue_take(queue, &device);
    assert_int_equal(device.waiting, 2);
    assert_int_equal(queue_waiting(queue), 2);
    queue_put_back(queue, first);
    assert_int_equal(device.waiting, 5);
    for (int64_t id = 1; id <= 5; id++)
        assert_int_equal(queue_take(queue, &device)->notice.id, id);
    assert_null(device.first);
    assert_null(device.last);

    // Back into an empty queue, and one more behind.
    first->next = NULL;
    queue_put_back(queue, first);
    assert_int_equal(queue_add(queue, notice(6), &device, 0, NULL), QUEUE_TAKEN);
    assert_int_equal(queue_take(queue, &device)->notice.id, 1);
    assert_int_equal(queue_take(queue, &device)->notice.id, 6);
    queue_destroy(&queue);
}

static void
test_bounds(void **state)
{
    struct queue *queue = queue_new(5, 3);
    struct device one = {.id = 1};
    struct device two = {.id = 2};
    struct delivery *none = NULL;

    (void)state;
    for (int64_t id = 1; id <= 3; id++)
        assert_int_equal(queue_add(queue, notice(id), &one, 0, NULL), QUEUE_TAKEN);
    assert_int_equal(queue_add(queue, notice(4), &one, 0, NULL), QUEUE_FULL);
    assert_true(queue_is_full(queue, &one));
    assert_false(queue_is_full(queue, &two));
    assert_int_equal(queue_add(queue, notice(3), &one, 0, NULL), QUEUE_KNOWN);
    assert_int_equal(queue_add(queue, notice(4), &two, 0, NULL), QUEUE_TAKEN);
    assert_int_equal(queue_add(queue, notice(9), NULL, 0, &none), QUEUE_TAKEN);
    assert_int_equal(none->state, ENDED);
    assert_true(queue_is_full(queue, NULL));
    assert_int_equal(queue_add(queue, notice(5), &two, 0, NULL), QUEUE_FULL);
    forget(queue, 9, 0);
    assert_int_equal(queue_add(queue, notice(5), &two, 0, NULL), QUEUE_TAKEN);
    queue_destroy(&queue);
}

static void
test_lowest_and_dropping(void **state)
{
    struct queue *queue = queue_new(100, 100);
    struct device device = {.id = 7};
    struct delivery *taken = NULL;

    (void)state;
    for (int64_t id = 10; id <= 50; id += 10)
        assert_int_equal(queue_add(queue, notice(id), &device, 0, NULL), QUEUE_TAKEN);
    assert_int_equal(queue_lowest(queue, 0, 100), 10);
    assert_int_equal(queue_lowest(queue, 10, 100), 20);
    assert_int_equal(queue_lowest(queue, 10, 19), 0);
    assert_int_equal(queue_lowest(queue, 50, 100), 0);
    taken = queue_take(queue, &device);
    queue_drop_waiting(queue);
    assert_int_equal(queue_count(queue), 1);
    assert_int_equal(queue_waiting(queue), 0);
    assert_int_equal(device.waiting, 0);
    assert_null(device.first);
    assert_int_equal(queue_add(queue, notice(10), &device, 0, NULL), QUEUE_KNOWN);
    assert_int_equal(queue_add(queue, notice(20), &device, 0, NULL), QUEUE_TAKEN);
    queue_put_back(queue, taken);
    assert_int_equal(queue_take(queue, &device)->notice.id, 10);
    queue_destroy(&queue);
}

// Many at random against a plain table of what is in hand.
static void
test_against_a_model(void **state)
{
    enum { IDS = 3000, STEPS = 200000 };
    struct queue *queue = queue_new(IDS, IDS);
    struct device device = {.id = 3};
    static bool held[IDS + 1];
    size_t count = 0;
    unsigned seed = 1;

    (void)state;
    for (int step = 0; step < STEPS; step++) {
        int64_t id = 1 + rand_r(&seed) % IDS;

        if (rand_r(&seed) % 2 == 0) {
            assert_int_equal(
                queue_add(queue, notice(id), &device, 1, NULL), held[id] ? QUEUE_KNOWN : QUEUE_TAKEN);
            count += !held[id];
            held[id] = true;
        } else if (device.waiting > 0) {
            struct delivery *delivery = queue_take(queue, &device);

            id = delivery->notice.id;
            assert_true(held[id]);
            queue_end(delivery);
            forget(queue, id, 3);
            held[id] = false;
            count--;
        }
        assert_int_equal(queue_count(queue), count);
    }
    for (int64_t id = 1; id <= IDS; id++)
        assert_int_equal(holds(queue, id, 3), held[id]);
    queue_destroy(&queue);
}

// Takes all that waits, and says in which order: "3 1 2 ".
static void
take_all(struct queue *queue, struct device *device, char *order, size_t size)
{
    size_t length = 0;

    order[0] = '\0';
    while (device->first != NULL) {
        struct delivery *delivery = queue_take(queue, device);

        length += (size_t)snprintf(order + length, size - length, "%lld ", (long long)delivery->notice.id);
        queue_end(delivery);
    }
    assert_null(device->last);
    assert_int_equal(device->waiting, 0);
}

static void
add_one(struct queue *queue, struct device *device, int64_t id, bool urgent)
{
    struct notice made = {.id = id, .urgent = urgent};

    assert_int_equal(queue_add(queue, &made, device, 0, NULL), QUEUE_TAKEN);
}

static void
test_urgent_ones_go_first_in_their_order(void **state)
{
    struct queue *queue = queue_new(100, 3);
    struct device device = {.id = 7};
    struct notice one_more = {.id = 9};
    struct delivery *first = NULL;
    char order[64];

    (void)state;
    add_one(queue, &device, 1, false);
    add_one(queue, &device, 2, false);
    add_one(queue, &device, 3, true);
    // Full for others, but not for what is urgent.
    assert_int_equal(queue_add(queue, &one_more, &device, 0, NULL), QUEUE_FULL);
    add_one(queue, &device, 4, true);
    first = queue_take(queue, &device);
    first->next = queue_take(queue, &device);
    first->next->next = queue_take(queue, &device); // 3 4 1 are in flight
    add_one(queue, &device, 5, true);
    queue_put_back(queue, first);
    take_all(queue, &device, order, sizeof(order));
    assert_string_equal(order, "3 4 5 1 2 ");
    add_one(queue, &device, 6, true);
    add_one(queue, &device, 7, false);
    take_all(queue, &device, order, sizeof(order));
    assert_string_equal(order, "6 7 ");
    queue_destroy(&queue);
}

// The steps of one notice's ring are deliveries of their own; one that waits can be taken back.
static void
test_steps_are_told_apart(void **state)
{
    struct queue *queue = queue_new(100, 100);
    struct device device = {.id = 7};
    struct notice repeated = {.id = 1, .ring_step = 1};
    const struct queue_key first = {.notice_id = 1, .device_id = 7};
    const struct queue_key second = {.notice_id = 1, .device_id = 7, .step = 1};

    (void)state;
    assert_int_equal(queue_add(queue, notice(1), &device, 0, NULL), QUEUE_TAKEN);
    assert_null(queue_find(queue, &second));
    assert_int_equal(queue_add(queue, &repeated, &device, 0, NULL), QUEUE_TAKEN);
    assert_int_equal(queue_add(queue, &repeated, &device, 0, NULL), QUEUE_KNOWN);
    assert_int_equal(queue_add(queue, notice(2), &device, 0, NULL), QUEUE_TAKEN);
    assert_int_equal(device.waiting, 3);

    // The last in the middle, then the last at the end, then the only one.
    queue_withdraw(queue, queue_find(queue, &second));
    assert_int_equal(queue_find(queue, &second)->state, IN_FLIGHT);
    assert_int_equal(device.waiting, 2);
    assert_ptr_equal(device.first->next, device.last);
    queue_withdraw(queue, device.last);
    assert_ptr_equal(device.first, device.last);
    queue_withdraw(queue, device.last);
    assert_null(device.first);
    assert_null(device.last);
    assert_int_equal(queue_waiting(queue), 0);
    assert_non_null(queue_find(queue, &first));
    queue_destroy(&queue);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_urgent_ones_go_first_in_their_order),
        cmocka_unit_test(test_known_ones_are_not_taken_twice),
        cmocka_unit_test(test_order_survives_a_retry),
        cmocka_unit_test(test_steps_are_told_apart),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_lowest_and_dropping),
        cmocka_unit_test(test_against_a_model),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
