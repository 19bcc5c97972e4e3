// test_legs.c - letters on their way: legs that are off, null, flaky, dead and back again.
#include "legs.h"

#include "answer.h"
#include "clock.h"
#include "cmocka_all.h"
#include "legs_settings.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { START_MS = 1000000000 };

static struct legs_settings settings;

struct seen {
    size_t answers;
    struct letter_answer last;
    char reason[128];
    size_t endings[ENDING_NO_DEVICE + 1];
    void *tag;
};

static void
on_done(void *self, void *tag, const struct letter_answer *answer)
{
    struct seen *seen = self;

    seen->answers++;
    seen->last = *answer;
    seen->endings[answer->ending]++;
    seen->tag = tag;
    snprintf(seen->reason, sizeof(seen->reason), "%s", answer->reason);
}

static int
set_up(void **state)
{
    (void)state;
    settings = (struct legs_settings){.mode = {"on", "on", "on", "on", "on"},
        .flaky_seed = 3,
        .portal_url = "",
        .push_subject = "",
        .vapid_private_key = "",
        .push_allow = ENDPOINT_ALLOW,
        .ntfy_url = "",
        .ntfy_token = "",
        .sms_url = "",
        .sms_user = "u",
        .sms_password = "p",
        .sms_from = "1708",
        .sms_report_url = "",
        .whatsapp_url = "",
        .whatsapp_token = "",
        .whatsapp_template = "",
        .mail_url = "",
        .mail_user = "",
        .mail_password = "",
        .mail_from = ""};
    clock_set(START_MS);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    clock_set(0);
    return 0;
}

static void
send_one(struct legs *legs, enum leg leg, const char *to, struct seen *seen)
{
    const struct letter letter = {.leg = leg, .to = to, .text = "Halo"};

    assert_int_equal(legs_send(legs, &letter, on_done, seen, seen), 0);
}

static void
wait_for_answers(struct legs *legs, const struct seen *seen, size_t count)
{
    for (int rounds = 0; seen->answers < count; rounds++) {
        struct pollfd item = {.fd = legs_fd(legs), .events = legs_events(legs)};

        assert_true(rounds < 1000);
        poll(&item, 1, 1000);
        legs_pump(legs);
    }
}

static void
test_off(void **state)
{
    struct legs *legs = legs_new(&settings);
    struct seen seen = {0};
    const char *reason = NULL;

    (void)state;
    for (enum leg leg = 0; leg < LEGS; leg++) {
        assert_int_equal(legs_state(legs, leg, &reason), LEG_OFF);
        assert_string_equal(reason, "not set up");
        send_one(legs, leg, "+6281234567890", &seen);
    }
    assert_int_equal(seen.answers, 0); // never before the pump
    assert_int_equal(legs_in_flight(legs), LEGS);
    wait_for_answers(legs, &seen, LEGS);
    assert_int_equal(seen.endings[ENDING_REFUSED], LEGS);
    assert_string_equal(seen.reason, "the leg is not set up");
    assert_ptr_equal(seen.tag, &seen);
    assert_int_equal(legs_in_flight(legs), 0);
    legs_destroy(&legs, NULL);
}

static void
test_null_and_flaky(void **state)
{
    struct legs *legs = NULL;
    struct seen null = {0};
    struct seen flaky = {0};
    const char *reason = NULL;

    (void)state;
    settings.mode[LEG_SMS] = "null";
    settings.mode[LEG_EMAIL] = "flaky";
    legs = legs_new(&settings);
    for (size_t i = 0; i < 200; i++) {
        send_one(legs, LEG_SMS, "anybody", &null);
        send_one(legs, LEG_EMAIL, "anybody", &flaky);
        wait_for_answers(legs, &null, i + 1);
        wait_for_answers(legs, &flaky, i + 1);
    }
    assert_int_equal(null.endings[ENDING_ACCEPTED], 200);
    assert_int_equal(legs_state(legs, LEG_SMS, &reason), LEG_UP);
    assert_string_equal(reason, "");
    assert_in_range(flaky.endings[ENDING_ACCEPTED], 40, 120);
    assert_in_range(flaky.endings[ENDING_RETRY], 60, 150);
    assert_in_range(flaky.endings[ENDING_GONE], 3, 40);
    legs_destroy(&legs, NULL);
}

static void
test_room(void **state)
{
    struct legs *legs = NULL;
    struct seen seen = {0};
    const struct letter letter = {.leg = LEG_SMS, .to = "x"};
    size_t room = 0;

    (void)state;
    settings.mode[LEG_SMS] = "null";
    legs = legs_new(&settings);
    room = legs_room(legs, LEG_SMS);
    assert_true(room >= 16);
    for (size_t i = 0; i < room; i++)
        send_one(legs, LEG_SMS, "x", &seen);
    assert_int_equal(legs_room(legs, LEG_SMS), 0);
    assert_int_equal(legs_send(legs, &letter, on_done, &seen, NULL), -1);
    assert_true(legs_room(legs, LEG_WEBPUSH) > 0); // the others have theirs
    wait_for_answers(legs, &seen, room);
    assert_int_equal(legs_room(legs, LEG_SMS), room);
    legs_destroy(&legs, NULL);
}

// A port of loopback on which nobody listens; bound, so that nobody else gets it.
static int
take_port(char url[64])
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    snprintf(url, 64, "http://127.0.0.1:%u/cgi-bin/sendsms", ntohs(address.sin_port));
    return fd;
}

// Takes one connection, as Kannel would.
static void
accept_one(int listener, struct legs *legs, const struct seen *seen)
{
    static const char said[] = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    size_t before = seen->answers;
    char request[4096];
    int fd = -1;

    while (seen->answers == before) {
        struct pollfd items[] = {
            {.fd = fd < 0 ? listener : fd, .events = POLLIN}, {.fd = legs_fd(legs), .events = POLLIN}};

        assert_true(poll(items, 2, 5000) > 0);
        if (items[0].revents != 0 && fd < 0)
            fd = accept(listener, NULL, NULL);
        else if (items[0].revents != 0 && recv(fd, request, sizeof(request), 0) > 0)
            assert_int_equal(send(fd, said, sizeof(said) - 1, 0), (ssize_t)sizeof(said) - 1);
        legs_pump(legs);
    }
    close(fd);
}

static void
test_dead_and_back(void **state)
{
    struct legs *legs = NULL;
    struct seen seen = {0};
    const char *reason = NULL;
    char url[64];
    int fd = take_port(url);

    (void)state;
    settings.sms_url = url;
    legs = legs_new(&settings);
    for (size_t i = 0; i < LEGS_DEAD_AFTER; i++) {
        char to[32];

        assert_int_equal(legs_state(legs, LEG_SMS, &reason), LEG_UP);
        snprintf(to, sizeof(to), "+62812345678%02zu", i);
        send_one(legs, LEG_SMS, to, &seen);
        wait_for_answers(legs, &seen, i + 1);
        assert_int_equal(seen.last.ending, ENDING_RETRY);
    }
    assert_int_equal(legs_state(legs, LEG_SMS, &reason), LEG_DEAD);
    assert_true(strlen(reason) > 5);

    // At once, without being sent, and with the time after which it makes sense again.
    send_one(legs, LEG_SMS, "+6281234567890", &seen);
    wait_for_answers(legs, &seen, LEGS_DEAD_AFTER + 1);
    assert_string_equal(seen.reason, "the leg is dead");
    assert_int_equal(seen.last.ending, ENDING_RETRY);
    assert_int_equal(seen.last.retry_after_s, LEGS_PROBE_MS / 1000);

    // A letter that can be no request does not use up the one that may go out.
    clock_set(START_MS + LEGS_PROBE_MS);
    send_one(legs, LEG_SMS, "no number", &seen);
    wait_for_answers(legs, &seen, LEGS_DEAD_AFTER + 2);
    assert_int_equal(seen.last.ending, ENDING_REFUSED);
    assert_int_equal(listen(fd, 8), 0);
    send_one(legs, LEG_SMS, "+6281234567890", &seen);
    send_one(legs, LEG_SMS, "+6281234567891", &seen);
    wait_for_answers(legs, &seen, LEGS_DEAD_AFTER + 3);
    assert_string_equal(seen.reason, "the leg is dead"); // the second one
    accept_one(fd, legs, &seen);
    assert_int_equal(seen.last.ending, ENDING_ACCEPTED);
    assert_int_equal(legs_state(legs, LEG_SMS, &reason), LEG_UP);
    assert_string_equal(reason, "");
    legs_destroy(&legs, NULL);
    close(fd);
}

static int dropped;

static void
drop(void *tag)
{
    assert_non_null(tag);
    dropped++;
}

static void
test_end(void **state)
{
    struct legs *legs = NULL;
    struct seen seen = {0};

    (void)state;
    settings.mode[LEG_NTFY] = "null";
    legs = legs_new(&settings);
    for (int i = 0; i < 3; i++)
        send_one(legs, LEG_NTFY, "x", &seen);
    legs_destroy(&legs, drop);
    assert_int_equal(dropped, 3);
    assert_int_equal(seen.answers, 0);
    assert_null(legs);
    legs_destroy(&legs, drop);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_off, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_null_and_flaky, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_room, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_dead_and_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_end, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
