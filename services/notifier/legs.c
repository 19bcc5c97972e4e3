// legs.c - the ways by which a letter leaves, behind one descriptor.
//
// A letter becomes a request by its leg's leg_way; what cannot or need not be sent becomes an answer that is
// made up, so that all end in the same way.
//
//     legs_send --compose--> http.c --answer--> judge --> health of the leg --> done()
//         +--OFF, DEAD, or no request can be made--> made up ----------------^
#include "legs.h"

#include "clock.h"
#include "leg.h"
#include "leg_health.h"
#include "log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ADDRESS_SIZE = 24 };

// Letters in flight by each leg.  Of the gateways, what they take at once without making others wait; Web
// Push goes to many.
static const size_t most[LEGS] = {
    [LEG_WEBPUSH] = 256, [LEG_NTFY] = 64, [LEG_SMS] = 32, [LEG_WHATSAPP] = 32, [LEG_EMAIL] = 16};

// One leg, as it is now.
struct line {
    const struct leg_way *way; // NULL: OFF
    uint64_t sent;
    size_t in_flight;
    struct leg_health health;
};

// A letter in flight.
struct sent {
    struct legs *legs;
    enum leg leg;
    char *service, *address;   // for the health; NULL: it was not sent
    struct letter_answer said; // instead of what comes: where reason is not NULL
    legs_done *done;
    void *self, *tag;
};

struct legs {
    const struct legs_settings *settings;
    struct vapid *vapid;
    struct http *http;
    struct http_request request; // kept for its memory
    struct line lines[LEGS];
    void (*drop)(void *tag); // while ending
};

static void on_answer(void *self, void *tag, const struct http_answer *came);

struct legs *
legs_new(const struct legs_settings *settings)
{
    static const struct leg_way *const ways[LEGS] = {[LEG_WEBPUSH] = &leg_webpush,
        [LEG_NTFY] = &leg_ntfy,
        [LEG_SMS] = &leg_sms,
        [LEG_WHATSAPP] = &leg_whatsapp,
        [LEG_EMAIL] = &leg_email};
    struct legs *legs = check_zalloc(1, sizeof(*legs));
    struct webpush_key *key = NULL;
    size_t all = 0;

    legs->settings = settings;
    for (enum leg leg = 0; leg < LEGS; leg++) {
        struct line *line = &legs->lines[leg];

        all += most[leg];
        switch (legs_settings_mode(settings, leg)) {
        case LEGS_MODE_ON:
            line->way = legs_settings_has(settings, leg) ? ways[leg] : NULL;
            break;
        case LEGS_MODE_NULL:
            line->way = &leg_null;
            break;
        case LEGS_MODE_FLAKY:
            line->way = &leg_flaky;
            break;
        }
    }
    if (legs->lines[LEG_WEBPUSH].way == &leg_webpush) {
        key = legs_settings_key(settings);
        CHECK(key != NULL);
        legs->vapid = vapid_new(key, settings->push_subject);
    }
    legs->http = http_new(all, settings->push_allow_loopback, on_answer, legs);
    http_request_clear(&legs->request);
    return legs;
}

static void
sent_free(struct sent *sent)
{
    free(sent->service);
    free(sent->address);
    free(sent);
}

static void
drop_sent(void *tag)
{
    struct sent *sent = tag;

    if (sent->legs->drop != NULL)
        sent->legs->drop(sent->tag);
    sent_free(sent);
}

void
legs_destroy(struct legs **legs, void (*drop)(void *tag))
{
    if (*legs == NULL)
        return;
    (*legs)->drop = drop;
    http_destroy(&(*legs)->http, drop_sent);
    http_request_free(&(*legs)->request);
    vapid_destroy(&(*legs)->vapid);
    free(*legs);
    *legs = NULL;
}

static char *
copy(const char *text)
{
    size_t size = strlen(text) + 1;

    return memcpy(check_alloc(size), text, size);
}

// Answers without sending.
static void
say_instead(struct legs *legs, struct sent *sent, struct letter_answer said)
{
    sent->said = said;
    http_request_clear(&legs->request);
    legs->request.kind = HTTP_MADE_UP;
}

static const struct letter_answer refusal = {.ending = ENDING_REFUSED, .retry_after_s = ANSWER_NO_DELAY};

// Makes the request of a letter, or the answer that needs none.
static void
compose(struct legs *legs, const struct letter *letter, struct sent *sent)
{
    struct line *line = &legs->lines[letter->leg];
    struct leg_context context = {legs->settings, legs->vapid, line->sent, clock_now_ms()};
    struct letter_answer said = refusal;
    int64_t now_ms = clock_mono_ms();
    const char *wrong = NULL;

    http_request_clear(&legs->request);
    if (line->way == NULL)
        said.reason = "the leg is not set up";
    else if ((wrong = line->way->compose(letter, &context, &legs->request)) != NULL)
        said.reason = wrong;
    else if (!leg_health_lets_out(&line->health, now_ms)) {
        said.ending = ENDING_RETRY;
        said.reason = "the leg is dead";
        said.retry_after_s = (leg_health_wait_ms(&line->health, now_ms) + 999) / 1000;
    }
    if (said.reason != NULL) {
        say_instead(legs, sent, said);
        return;
    }
    line->sent++;
    sent->service = copy(letter->leg == LEG_WEBPUSH ? letter->origin : "");
    sent->address = copy(letter->to);
}

static const char *
text_of(const char *text)
{
    return text != NULL ? text : "";
}

int
legs_send(struct legs *legs, const struct letter *letter, legs_done *done, void *self, void *tag)
{
    struct line *line = &legs->lines[letter->leg];
    struct letter whole = *letter;
    struct sent *sent = NULL;

    if (legs_room(legs, letter->leg) == 0)
        return -1;
    sent = check_zalloc(1, sizeof(*sent));
    sent->legs = legs;
    sent->leg = letter->leg;
    sent->done = done;
    sent->self = self;
    sent->tag = tag;
    whole.to = text_of(letter->to);
    whole.subject = text_of(letter->subject);
    whole.text = text_of(letter->text);
    whole.payload = text_of(letter->payload);
    whole.token = text_of(letter->token);
    whole.link = text_of(letter->link);
    whole.tag = text_of(letter->tag);
    whole.reference = text_of(letter->reference);
    whole.template = text_of(letter->template);
    whole.language = text_of(letter->language);
    whole.origin = text_of(letter->origin);
    compose(legs, &whole, sent);
    line->in_flight++;
    CHECK(http_send(legs->http, &legs->request, sent) == 0); // it has room for what all legs have
    return 0;
}

// What an answer says of the leg as a whole.
static void
feel(struct line *line, const struct sent *sent, const struct leg_verdict *verdict)
{
    const struct letter_answer *answer = &verdict->answer;
    int64_t now_ms = clock_mono_ms();
    bool was_dead = line->health.dead;
    char reason[128];

    leg_health_returned(&line->health);
    if (answer->ending == ENDING_RETRY || verdict->leg_fails) {
        if (answer->reason[0] != '\0')
            str_copy(reason, sizeof(reason), answer->reason);
        else
            snprintf(reason, sizeof(reason), "its last answer was %d", answer->status);
        leg_health_failed(&line->health, sent->service, sent->address, reason, now_ms);
    } else if (answer->ending == ENDING_ACCEPTED || answer->ending == ENDING_GONE)
        leg_health_passed(&line->health, sent->service, sent->address, now_ms);
    if (line->health.dead && !was_dead)
        log_error(EV_LEG_DEAD, "leg=%s failures=%d reason=\"%s\"", leg_name(sent->leg), line->health.failures,
            line->health.reason);
    else if (was_dead && !line->health.dead)
        log_info(EV_LEG_UP, "leg=%s", leg_name(sent->leg));
}

static void
on_answer(void *self, void *tag, const struct http_answer *came)
{
    struct legs *legs = self;
    struct sent *sent = tag;
    struct line *line = &legs->lines[sent->leg];
    struct leg_verdict verdict = {
        .answer = {ENDING_RETRY, came->status, came->retry_after_s, came->reason, false}};

    line->in_flight--;
    if (sent->said.reason != NULL)
        verdict.answer = sent->said;
    else {
        line->way->judge(came, &verdict);
        feel(line, sent, &verdict);
    }
    sent->done(sent->self, sent->tag, &verdict.answer);
    sent_free(sent);
}

size_t
legs_room(const struct legs *legs, enum leg leg)
{
    return most[leg] - legs->lines[leg].in_flight;
}

size_t
legs_in_flight(const struct legs *legs)
{
    return http_in_flight(legs->http);
}

enum leg_state
legs_state(const struct legs *legs, enum leg leg, const char **reason)
{
    const struct line *line = &legs->lines[leg];

    if (line->way == NULL) {
        *reason = "not set up";
        return LEG_OFF;
    }
    *reason = line->health.dead ? line->health.reason : "";
    return line->health.dead ? LEG_DEAD : LEG_UP;
}

int
legs_fd(void *self)
{
    return http_fd(((const struct legs *)self)->http);
}

short
legs_events(void *self)
{
    return http_events(((const struct legs *)self)->http);
}

void
legs_pump(void *self)
{
    http_pump(((const struct legs *)self)->http);
}
