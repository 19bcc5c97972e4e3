// post_letters.c - sends letters by the notifier's legs, without a notifier: the legs against real gateways.
//
//     post_letters < letters.jsonl > answers.jsonl
//
// Settings are the notifier's, of its legs.  A letter is an object with the names of struct letter; of
// webpush also p256dh and auth. An answer: {"n": number of the letter from 0, "ending", "status",
// "retry_after_s", "reason", "window_shut", "state"}, state being that of the leg after it.
#include "check.h"
#include "endpoint.h"
#include "legs.h"
#include "legs_settings.h"
#include "log.h"
#include "settings.h"
#include "str.h"
#include "webpush.h"

#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_SIZE = 65536 };

static struct legs_settings values;
static const struct setting table[] = {LEGS_SETTINGS(values)};
static const struct settings settings = {
    "post_letters", "sends letters by the notifier's legs", table, LENGTH(table)};

static struct legs *legs;

struct posted {
    long long number;
    enum leg leg;
};

static void
on_done(void *self, void *tag, const struct letter_answer *answer)
{
    static const char *const states[] = {[LEG_OFF] = "off", [LEG_UP] = "up", [LEG_DEAD] = "dead"};
    struct posted *posted = tag;
    const char *why = NULL;
    json_t *said = json_pack("{s:I, s:s, s:i, s:I, s:s, s:b, s:s}", "n", posted->number, "ending",
        answer_text(answer->ending), "status", answer->status, "retry_after_s",
        (json_int_t)answer->retry_after_s, "reason", answer->reason, "window_shut", (int)answer->window_shut,
        "state", states[legs_state(legs, posted->leg, &why)]);

    (void)self;
    CHECK(said != NULL && json_dumpf(said, stdout, JSON_COMPACT) == 0);
    putchar('\n');
    fflush(stdout);
    json_decref(said);
    free(posted);
}

static const char *
word(const json_t *line, const char *name)
{
    const char *value = json_string_value(json_object_get(line, name));

    return value != NULL ? value : "";
}

static struct webpush_peer *
peer_of(const json_t *line)
{
    uint8_t point[WEBPUSH_POINT_SIZE];
    uint8_t auth[WEBPUSH_AUTH_SIZE];
    const char *p256dh = word(line, "p256dh");
    const char *secret = word(line, "auth");

    if (str_unbase64url(p256dh, strlen(p256dh), point, sizeof(point)) != (int)sizeof(point) ||
        str_unbase64url(secret, strlen(secret), auth, sizeof(auth)) != (int)sizeof(auth))
        return NULL;
    return webpush_peer_new(point, sizeof(point), auth, sizeof(auth));
}

static void
post(const json_t *line, long long number)
{
    struct posted *posted = check_alloc(sizeof(*posted));
    struct webpush_peer *peer = peer_of(line);
    char origin[ENDPOINT_ORIGIN_SIZE] = "";
    struct letter letter = {
        .leg = leg_parse(word(line, "leg")),
        .to = word(line, "to"),
        .subject = word(line, "subject"),
        .text = word(line, "text"),
        .payload = word(line, "payload"),
        .token = word(line, "token"),
        .link = word(line, "link"),
        .tag = word(line, "tag"),
        .reference = word(line, "reference"),
        .template = word(line, "template"),
        .language = word(line, "language"),
        .peer = peer,
        .origin = origin,
        .ttl_s = json_integer_value(json_object_get(line, "ttl_s")),
        .priority = (int)json_integer_value(json_object_get(line, "priority")),
    };

    CHECK(letter.leg != LEGS);
    if (letter.leg == LEG_WEBPUSH &&
        endpoint_refusal(letter.to, values.push_allow, values.push_allow_loopback) == NULL)
        endpoint_origin(letter.to, origin);
    posted->number = number;
    posted->leg = letter.leg;
    while (legs_send(legs, &letter, on_done, NULL, posted) < 0) {
        struct pollfd item = {.fd = legs_fd(legs), .events = legs_events(legs)};

        poll(&item, 1, 1000);
        legs_pump(legs);
    }
    webpush_peer_destroy(&peer);
}

int
main(int argc, char **argv)
{
    char *text = check_alloc(LINE_SIZE);

    settings_load(&settings, argc, argv);
    log_open("post_letters", LOG_LEVEL_INFO);
    legs_settings_check(&settings, &values);
    legs = legs_new(&values);
    for (long long number = 0; fgets(text, LINE_SIZE, stdin) != NULL; number++) {
        json_t *line = json_loads(text, 0, NULL);

        CHECK(line != NULL);
        post(line, number);
        json_decref(line);
    }
    while (legs_in_flight(legs) > 0) {
        struct pollfd item = {.fd = legs_fd(legs), .events = legs_events(legs)};

        poll(&item, 1, 1000);
        legs_pump(legs);
    }
    legs_destroy(&legs, NULL);
    free(text);
    return 0;
}
