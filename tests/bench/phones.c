// phones.c - pushes a second of the notifier's legs alone, on the core that it is given.
//
//     bench_phones COUNT [ENDPOINT]
//
// Settings are the notifier's, of its legs.  With ENDPOINT: COUNT letters are encrypted and sent to
// ENDPOINT/0 .. ENDPOINT/999 by legs_send(), as many at once as the leg has room for, after WARM_UP others
// that are not counted; prints {"sent", "seconds", "a_second", "cpu_us", "user_us", "system_us", "accepted",
// "slowest_ms", "bytes"}: us are of this process's CPU, a push; bytes of the payload.  Without: what
// encryption alone takes, and the token, made and taken from where it is kept: {"encrypt_us", "token_us",
// "kept_token_us"}.
#include "check.h"
#include "clock.h"
#include "endpoint.h"
#include "legs.h"
#include "legs_settings.h"
#include "log.h"
#include "settings.h"
#include "str.h"
#include "vapid.h"
#include "webpush.h"

#include <openssl/rand.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { PHONES = 1000, PAYLOAD = 600, WARM_UP = 2000, TOKENS = 1000, ADDRESS_SIZE = 128, WAIT_MS = 1000 };

static struct legs_settings values;
static const struct setting table[] = {LEGS_SETTINGS(values)};
static const struct settings settings = {
    "bench_phones", "sends letters as fast as it can", table, LENGTH(table)};

// A subscription: each has keys of its own.
struct phone {
    char address[ADDRESS_SIZE];
    struct webpush_peer *peer;
};

struct sender {
    struct legs *legs;
    struct phone phones[PHONES];
    char payload[PAYLOAD + 1];
    char origin[ENDPOINT_ORIGIN_SIZE];
    int64_t *sent_us; // of each letter
    int64_t slowest_us;
    long accepted;
};

static void
make_payload(char payload[PAYLOAD + 1])
{
    static const char words[] = "{\"title\":\"Tiket baru: jalan rusak di Kota Semarang\",\"notices\":[";

    memset(payload, 'x', PAYLOAD);
    memcpy(payload, words, sizeof(words) - 1);
    payload[PAYLOAD] = '\0';
}

static struct webpush_peer *
new_peer(void)
{
    uint8_t auth[WEBPUSH_AUTH_SIZE];
    struct webpush_key *key = webpush_key_new();
    struct webpush_peer *peer = NULL;

    CHECK(key != NULL && RAND_bytes(auth, sizeof(auth)) == 1);
    peer = webpush_peer_new(webpush_key_point(key), WEBPUSH_POINT_SIZE, auth, sizeof(auth));
    CHECK(peer != NULL);
    webpush_key_destroy(&key);
    return peer;
}

// CPU of this process so far, us.
static void
spent(int64_t *user_us, int64_t *system_us)
{
    struct rusage usage;

    CHECK(getrusage(RUSAGE_SELF, &usage) == 0);
    *user_us = (int64_t)usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec;
    *system_us = (int64_t)usage.ru_stime.tv_sec * 1000000 + usage.ru_stime.tv_usec;
}

// Sending --------------------------------------------------------------------------------------------------

static void
on_done(void *self, void *tag, const struct letter_answer *answer)
{
    struct sender *sender = self;
    int64_t took_us = clock_mono_us() - *(const int64_t *)tag;

    if (took_us > sender->slowest_us)
        sender->slowest_us = took_us;
    sender->accepted += answer->ending == ENDING_ACCEPTED;
}

static void
pump(struct sender *sender)
{
    struct pollfd item = {.fd = legs_fd(sender->legs), .events = legs_events(sender->legs)};

    (void)poll(&item, 1, WAIT_MS);
    legs_pump(sender->legs);
}

static void
send_all(struct sender *sender, long count)
{
    for (long i = 0; i < count; i++) {
        const struct phone *phone = &sender->phones[i % PHONES];
        const struct letter letter = {
            .leg = LEG_WEBPUSH,
            .to = phone->address,
            .payload = sender->payload,
            .tag = "JT-AAAA-AAAA",
            .peer = phone->peer,
            .origin = sender->origin,
            .ttl_s = 3600,
            .priority = 4,
        };

        while (legs_room(sender->legs, LEG_WEBPUSH) == 0)
            pump(sender);
        sender->sent_us[i] = clock_mono_us();
        CHECK(legs_send(sender->legs, &letter, on_done, sender, &sender->sent_us[i]) == 0);
    }
    while (legs_in_flight(sender->legs) > 0)
        pump(sender);
}

static void
measure_sending(struct sender *sender, const char *endpoint, long count)
{
    int64_t user[2];
    int64_t system[2];
    int64_t started_us = 0;
    double seconds = 0;

    for (int i = 0; i < PHONES; i++)
        CHECK(snprintf(sender->phones[i].address, ADDRESS_SIZE, "%s/%d", endpoint, i) < ADDRESS_SIZE);
    endpoint_origin(sender->phones[0].address, sender->origin);
    sender->legs = legs_new(&values);
    sender->sent_us = check_zalloc((size_t)(count > WARM_UP ? count : WARM_UP), sizeof(*sender->sent_us));
    send_all(sender, WARM_UP);
    sender->accepted = 0;
    sender->slowest_us = 0;
    spent(&user[0], &system[0]);
    started_us = clock_mono_us();
    send_all(sender, count);
    seconds = (double)(clock_mono_us() - started_us) / 1e6;
    spent(&user[1], &system[1]);
    printf("{\"sent\": %ld, \"seconds\": %.3f, \"a_second\": %.0f, \"cpu_us\": %.2f, \"user_us\": %.2f, "
           "\"system_us\": %.2f, \"accepted\": %ld, \"slowest_ms\": %.1f, \"bytes\": %d}\n",
        count, seconds, (double)count / seconds,
        (double)(user[1] - user[0] + system[1] - system[0]) / (double)count,
        (double)(user[1] - user[0]) / (double)count, (double)(system[1] - system[0]) / (double)count,
        sender->accepted, (double)sender->slowest_us / 1e3, PAYLOAD);
    free(sender->sent_us);
    legs_destroy(&sender->legs, NULL);
}

// Cryptography alone ---------------------------------------------------------------------------------------

// us of CPU since before_us, by each of count.
static double
each_us(int64_t before_us, long count)
{
    int64_t user_us = 0;
    int64_t system_us = 0;

    spent(&user_us, &system_us);
    return (double)(user_us + system_us - before_us) / (double)count;
}

static int64_t
now_us(void)
{
    int64_t user_us = 0;
    int64_t system_us = 0;

    spent(&user_us, &system_us);
    return user_us + system_us;
}

static void
measure_cryptography(const struct sender *sender, long count)
{
    struct webpush_key *key = legs_settings_key(&values);
    struct vapid *vapid = NULL;
    struct str token = {0};
    uint8_t body[WEBPUSH_BODY_MOST];
    int64_t now_ms = clock_now_ms();
    int64_t before_us = now_us();
    double encrypt_us = 0;
    double token_us = 0;

    CHECK(key != NULL);
    for (long i = 0; i < count; i++)
        CHECK(webpush_encrypt(sender->phones[i % PHONES].peer, sender->payload, PAYLOAD, body) > 0);
    encrypt_us = each_us(before_us, count);

    before_us = now_us();
    for (int i = 0; i < TOKENS; i++) {
        str_clear(&token);
        CHECK(
            webpush_vapid(key, "https://push.example", values.push_subject, now_ms / 1000 + i, &token) == 0);
    }
    token_us = each_us(before_us, TOKENS);
    str_free(&token);

    vapid = vapid_new(key, values.push_subject);
    CHECK(vapid_header(vapid, "https://push.example", now_ms) != NULL);
    before_us = now_us();
    for (long i = 0; i < count; i++)
        CHECK(vapid_header(vapid, "https://push.example", now_ms) != NULL);
    printf("{\"encrypt_us\": %.2f, \"token_us\": %.2f, \"kept_token_us\": %.3f}\n", encrypt_us, token_us,
        each_us(before_us, count));
    vapid_destroy(&vapid);
}

int
main(int argc, char **argv)
{
    struct sender *sender = NULL;
    long count = argc == 2 || argc == 3 ? strtol(argv[1], NULL, 10) : 0;

    if (count <= 0) {
        fprintf(stderr, "usage: bench_phones COUNT [ENDPOINT]\n");
        return 64;
    }
    settings_load(&settings, 1, argv);
    log_open("bench_phones", LOG_LEVEL_WARN);
    legs_settings_check(&settings, &values);
    sender = check_zalloc(1, sizeof(*sender));
    make_payload(sender->payload);
    for (int i = 0; i < PHONES; i++)
        sender->phones[i].peer = new_peer();
    if (argc == 3)
        measure_sending(sender, argv[2], count);
    else
        measure_cryptography(sender, count);
    for (int i = 0; i < PHONES; i++)
        webpush_peer_destroy(&sender->phones[i].peer);
    free(sender);
    return 0;
}
