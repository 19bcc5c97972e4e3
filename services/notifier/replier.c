// replier.c - reporters are told, on the channel that they used.
//
// One turn: store what was answered, make what there is to make, take what is due, send it.
#include "replier.h"

#include "addressees.h"
#include "clock.h"
#include "failpoint.h"
#include "log.h"
#include "metrics.h"
#include "names.h"
#include "phrases.h"
#include "reply.h"
#include "reply_maker.h"
#include "reply_template.h"
#include "store.h"
#include "store_replies.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HANDS = 64,         // replies in hand: less than a leg takes at once, so that notices find room
    ENDS = 256,         // stored in one transaction
    ROOM_LEAST = 8,     // of a leg, left to notices
    TAKE_MS = 250,      // how often to ask for what is due
    PHRASES_MS = 10000, // an editor sees his change within seconds
    NAMES_MS = 300000,  // names of places hardly ever change
    BUSY_MS = 500,      // until a reply that found no room is due again
    PRIORITY = 3,
    URL_SIZE = 512,
};

// One reply that was sent and has no answer yet.
struct hand {
    bool used;
    int64_t id;
    int attempt, retries;
    enum reply_way way;
    char code[ID_CODE_SIZE];
    char event[REPLY_EVENT_SIZE];
};

struct replier {
    struct replier_options options;
    struct addressees *addressees;
    struct store_replies *store;
    struct reply_maker *maker;
    struct phrases *phrases;
    struct names *names;
    bool was_active;
    int64_t take_at_ms, phrases_at_ms, names_at_ms;
    struct hand hands[HANDS];
    struct reply_end ends[ENDS];
    size_t end_count;
};

static struct metric sent = {"kentongan_notifier_replies_total", "Replies that a leg accepted.", 0, NULL};
static struct metric page_only = {
    "kentongan_notifier_replies_page_total", "Replies that only the tracking page tells.", 0, NULL};

struct replier *
replier_new(const struct replier_options *options)
{
    struct replier *replier = check_zalloc(1, sizeof(*replier));

    replier->options = *options;
    replier->addressees = addressees_new(options->secret_key, options->pause_s);
    replier->options.secret_key = NULL;
    replier->store = store_replies_new(options->db);
    replier->maker = reply_maker_new(replier->store, replier->addressees, options->sweep_ms);
    return replier;
}

void
replier_destroy(struct replier **replier)
{
    struct replier *old = *replier;

    if (old == NULL)
        return;
    reply_maker_destroy(&old->maker);
    addressees_destroy(&old->addressees);
    store_replies_destroy(&old->store);
    phrases_destroy(&old->phrases);
    names_destroy(&old->names);
    free(old);
    *replier = NULL;
}

int
replier_fd(void *self)
{
    return db_fd(((const struct replier *)self)->options.db);
}

short
replier_events(void *self)
{
    return db_events(((const struct replier *)self)->options.db);
}

static struct reply_end *
add_end(struct replier *replier, int64_t id, const char *settled, int64_t wait_ms)
{
    struct reply_end *end = &replier->ends[replier->end_count++];

    CHECK(replier->end_count <= ENDS);
    *end = (struct reply_end){.id = id, .settled = settled, .wait_ms = wait_ms, .leg = ""};
    return end;
}

static void
settle_by_page(struct replier *replier, const struct reply_due *due, const char *why)
{
    metric_add(&page_only, 1);
    log_info(EV_REPLY_PAGE, "report=%s reply=%" PRId64 " event=%s reason=\"%s\"", due->code, due->id,
        due->event, why);
    add_end(replier, due->id, reply_way_name(REPLY_PAGE), 0);
}

// The leg has answered: what follows, to be stored.
static void
answered(void *self, void *tag, const struct letter_answer *answer)
{
    struct replier *replier = self;
    struct hand *hand = tag;
    const char *leg = reply_way_name(hand->way);
    bool accepted = answer->ending == ENDING_ACCEPTED;
    bool again = answer->ending == ENDING_RETRY;
    struct reply_end *end = add_end(replier, hand->id, accepted ? leg : "", 0);

    failpoint("notifier.after_reply");
    end->attempt = hand->attempt;
    end->leg = leg;
    end->ending = answer->ending;
    end->status = answer->status;
    str_copy(end->reason, sizeof(end->reason), answer->reason);
    if (answer->window_shut && hand->way == REPLY_WHATSAPP)
        str_copy(end->reason, sizeof(end->reason), "window_shut");
    if (accepted)
        str_copy(end->reason, sizeof(end->reason), hand->way == REPLY_WHATSAPP_TEMPLATE ? "template" : "");
    if (again)
        end->wait_ms = answer_backoff_ms(hand->retries + 1, answer->retry_after_s, (uint32_t)clock_mono_us());
    if (accepted) {
        metric_add(&sent, 1);
        log_info(EV_REPLY_ACCEPTED, "report=%s reply=%" PRId64 " event=%s leg=%s", hand->code, hand->id,
            hand->event, leg);
    } else {
        log_info(again ? EV_REPLY_RETRY : EV_REPLY_REFUSED,
            "report=%s reply=%" PRId64 " event=%s leg=%s status=%d retry_ms=%" PRId64, hand->code, hand->id,
            hand->event, leg, answer->status, end->wait_ms);
    }
    hand->used = false;
}

static const char *
channel_of(enum reply_way way)
{
    return reply_way_name(way); // templates are named as the legs are
}

// What is said.  -1: there is no template for it.
static int
compose(const struct replier *replier, const struct reply_due *due, enum reply_way way, struct str *subject,
    struct str *text)
{
    size_t count = 0;
    const struct reply_template *all = phrases_all(replier->phrases, &count);
    const char *language = reply_language(due->language);
    const struct reply_template *found =
        reply_template_find(all, count, due->event, language, channel_of(way));
    bool tells = reply_tells_words(due->actor_kind);
    bool rejected = strcmp(due->event, "stage_rejected") == 0;
    char url[URL_SIZE] = "";
    const char *words[REPLY_WORDS];

    if (found == NULL)
        return -1;
    if (replier->options.portal_url[0] != '\0')
        snprintf(url, sizeof(url), "%s/lacak#%s", replier->options.portal_url, due->code);
    words[REPLY_CODE] = due->code;
    words[REPLY_AGENCY] = due->agency[0] != '\0' ? due->agency : "petugas";
    words[REPLY_STAGE] = reply_template_piece(all, count, "name", due->stage, language);
    words[REPLY_TOPIC] = due->topic[0] != '\0' ? names_topic(replier->names, due->topic) : "";
    words[REPLY_PLACE] = due->region[0] != '\0' ? names_place(replier->names, due->region) : "";
    words[REPLY_ANSWER] = words[REPLY_QUESTION] = tells ? due->words : "";
    words[REPLY_WHY] = rejected ? reply_template_piece(all, count, "why", due->value, language) : due->reason;
    words[REPLY_URL] = url;
    reply_template_fill(found->subject, words, REPLY_FORM_CHAT, subject);
    reply_template_fill(found->body, words,
        way == REPLY_SMS     ? REPLY_FORM_SMS
        : way == REPLY_EMAIL ? REPLY_FORM_MAIL
                             : REPLY_FORM_CHAT,
        text);
    return 0;
}

static struct hand *
free_hand(struct replier *replier)
{
    for (size_t i = 0; i < HANDS; i++)
        if (!replier->hands[i].used)
            return &replier->hands[i];
    return NULL;
}

static void
send_letter(struct replier *replier, const struct reply_due *due, const struct reply_address *address,
    enum reply_way way)
{
    struct str subject = {0};
    struct str text = {0};
    char reference[48];
    size_t count = 0;
    const struct reply_template *all = phrases_all(replier->phrases, &count);
    struct hand *hand = free_hand(replier);

    CHECK(hand != NULL); // no more are taken than there are
    if (compose(replier, due, way, &subject, &text) < 0) {
        log_error(EV_REPLY_WORDLESS, "event=%s reason=\"reply_templates has no row for it\"", due->event);
        settle_by_page(replier, due, "no template");
        goto done;
    }
    *hand = (struct hand){.used = true, .id = due->id, .attempt = due->attempts + 1, .way = way};
    hand->retries = due->retries;
    memcpy(hand->code, due->code, sizeof(hand->code));
    memcpy(hand->event, due->event, sizeof(hand->event));
    // The same for what is sent again; another when a network took it in vain, and may say so twice.
    if (due->accepted == 0)
        snprintf(reference, sizeof(reference), "r%" PRId64, due->id);
    else
        snprintf(reference, sizeof(reference), "r%" PRId64 ".%d", due->id, due->accepted);
    const struct letter letter = {.leg = reply_way_leg(way),
        .to = way == REPLY_EMAIL          ? address->email
              : address->phone[0] == '\0' ? address->handle
                                          : address->phone,
        .subject = way == REPLY_EMAIL ? subject.data : "",
        .text = text.data,
        .payload = "",
        .token = "",
        .link = "",
        .tag = due->code,
        .reference = reference,
        .template = way == REPLY_WHATSAPP_TEMPLATE
                        ? reply_template_approved(all, count, due->event, reply_language(due->language))
                        : "",
        .language = "id",
        .origin = "",
        .ttl_s = REPLY_LIFE_MS / 1000,
        .priority = PRIORITY};

    failpoint("notifier.before_reply");
    if (legs_send(replier->options.legs, &letter, answered, replier, hand) < 0) {
        hand->used = false;
        add_end(replier, due->id, "", BUSY_MS);
    }

done:
    str_free(&subject);
    str_free(&text);
}

static enum reply_way
choose(const struct replier *replier, const struct reply_due *due, const struct reply_address *address)
{
    size_t count = 0;
    const struct reply_template *all = phrases_all(replier->phrases, &count);
    struct reply_case reply_case = {.channel = due->channel,
        .only_here = address->only_here,
        .has_phone = address->phone[0] != '\0',
        .has_handle = address->handle[0] != '\0',
        .has_email = address->email[0] != '\0',
        .has_template =
            reply_template_approved(all, count, due->event, reply_language(due->language))[0] != '\0',
        .shut = due->shut,
        .since_ms = due->now_ms - due->spoke_at_ms};

    memcpy(reply_case.failed, due->failed, sizeof(reply_case.failed));
    for (enum leg leg = 0; leg < LEGS; leg++) {
        const char *reason = NULL;

        reply_case.states[leg] = legs_state(replier->options.legs, leg, &reason);
    }
    return reply_way(&reply_case);
}

// One reply that is due: it goes, waits, or is left to the tracking page.
static void
found_due(void *self, const struct reply_due *due)
{
    struct replier *replier = self;
    bool is_question = strcmp(due->event, REPLY_QUESTION_EVENT) == 0;
    struct reply_address address;
    int64_t wait_ms = reply_wait_ms(due->now_ms, due->received_at_ms, due->urgent);

    if (due->now_ms - due->made_at_ms > REPLY_LIFE_MS) {
        settle_by_page(replier, due, "too old");
        return;
    }
    if (addressees_open(replier->addressees, due->sealed, due->sealed_length, &address) < 0) {
        settle_by_page(replier, due, "its address cannot be opened");
        return;
    }
    enum reply_way way = choose(replier, due, &address);

    if (way == REPLY_PAGE) {
        settle_by_page(replier, due, "no way leads to its reporter");
        return;
    }
    if (wait_ms <= 0 && legs_room(replier->options.legs, reply_way_leg(way)) <= ROOM_LEAST)
        wait_ms = BUSY_MS;
    if (wait_ms <= 0)
        wait_ms = addressees_pause_ms(replier->addressees, &address, is_question);
    if (wait_ms > 0)
        add_end(replier, due->id, "", wait_ms);
    else
        send_letter(replier, due, &address, way);
    seal_wipe(&address, sizeof(address));
}

static void
take(struct replier *replier)
{
    int64_t in_hand[HANDS];
    struct reply_wanted wanted = {.in_hand = in_hand, .most = HANDS};
    int64_t now_ms = clock_mono_ms();

    for (size_t i = 0; i < HANDS; i++)
        if (replier->hands[i].used)
            in_hand[wanted.in_hand_count++] = replier->hands[i].id;
    wanted.most -= wanted.in_hand_count;
    // Each in hand may have an end, and each that is taken.
    if (now_ms < replier->take_at_ms || wanted.most == 0 || replier->end_count > 0)
        return;
    replier->take_at_ms = now_ms + TAKE_MS;
    if (store_replies_due(replier->store, &wanted, found_due, replier) == DONE && replier->end_count > 0)
        replier->take_at_ms = 0;
}

// Stores what became of replies.  One that can never be stored would be sent for ever: it is left to the
// page.
static void
store_ends(struct replier *replier)
{
    enum outcome outcome = DONE;

    if (replier->end_count == 0)
        return;
    outcome = store_replies_end(replier->store, replier->ends, replier->end_count);
    switch (outcome) {
    case DONE:
        replier->end_count = 0;
        break;
    case RETRY:
        log_warn(EV_BATCH_FAILED, "replies=%zu reason=\"the database is away\"", replier->end_count);
        break;
    case REJECT:
        log_error(
            EV_BATCH_FAILED, "replies=%zu reason=\"the database refuses the data\"", replier->end_count);
        for (size_t i = 0; i < replier->end_count; i++) {
            replier->ends[i].reason[0] = '\0';
            replier->ends[i].status = 0;
        }
        break;
    }
}

static bool
refresh(struct replier *replier)
{
    int64_t now_ms = clock_mono_ms();

    if (now_ms >= replier->phrases_at_ms) {
        struct phrases *fresh = phrases_new();

        if (store_replies_phrases(replier->store, fresh) != DONE) {
            phrases_destroy(&fresh);
            return false;
        }
        phrases_destroy(&replier->phrases);
        replier->phrases = fresh;
        replier->phrases_at_ms = now_ms + PHRASES_MS;
    }
    if (now_ms >= replier->names_at_ms) {
        struct names *fresh = names_new();

        if (store_load_names(replier->options.db, fresh) != DONE) {
            names_destroy(&fresh);
            return false;
        }
        names_destroy(&replier->names);
        replier->names = fresh;
        replier->names_at_ms = now_ms + NAMES_MS;
    }
    return true;
}

void
replier_pump(void *self)
{
    struct replier *replier = self;
    bool active = false;

    if (db_pump(replier->options.db) != DB_READY)
        return;
    store_ends(replier);
    active = replier->options.is_active(replier->options.self);
    if (active && !replier->was_active) {
        if (reply_maker_start(replier->maker) != DONE)
            return;
    }
    replier->was_active = active;
    if (!active || replier->end_count > 0 || !refresh(replier))
        return;
    reply_maker_pump(replier->maker);
    take(replier);
    store_ends(replier);
}

static bool
is_in_flight(const struct replier *replier)
{
    for (size_t i = 0; i < HANDS; i++)
        if (replier->hands[i].used)
            return true;
    return false;
}

void
replier_finish(struct replier *replier, int64_t patience_ms)
{
    int64_t until = clock_mono_ms() + patience_ms;

    while (is_in_flight(replier) && clock_mono_ms() < until) {
        struct pollfd item = {
            .fd = legs_fd(replier->options.legs), .events = legs_events(replier->options.legs)};

        poll(&item, 1, 20); // 20 ms: the legs have times of their own
        legs_pump(replier->options.legs);
    }
    if (db_pump(replier->options.db) == DB_READY)
        store_ends(replier);
}
