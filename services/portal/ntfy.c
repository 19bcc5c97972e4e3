// ntfy.c - an endpoint that speaks the ntfy protocol.
//
// The seam between what was missed and what comes: a stream is made under the lock under which messages are
// published, and only if the position is still the one up to which was read; else what came in between is
// read first.  No lock is held while PostgreSQL is asked.
#include "ntfy.h"

#include "clock.h"
#include "ntfy_message.h"
#include "ntfy_since.h"
#include "pool.h"
#include "portal.h"
#include "store_ntfy.h"
#include "str.h"
#include "stream.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    PRUNE_MS = 60000,
    TOKEN_MOST = 256,
    CREDENTIALS_MOST = 1024,
    CHANNEL_SIZE = NTFY_TOPIC_MOST + 16,
    SEAM_TRIES_MOST = 50,
};

enum format { FORMAT_JSON, FORMAT_SSE, FORMAT_RAW, FORMATS };

static const struct {
    const char *name, *content_type;
} formats[FORMATS] = {
    [FORMAT_JSON] = {"json", "application/x-ndjson; charset=utf-8"},
    [FORMAT_SSE] = {"sse", "text/event-stream; charset=utf-8"},
    [FORMAT_RAW] = {"raw", "text/plain; charset=utf-8"},
};

struct ntfy {
    struct portal *portal;
    pthread_mutex_t polling; // who reads what is new
    pthread_mutex_t lock;    // position; held while publishing and while a stream is made
    int64_t position;        // published up to this id; -1: not known yet
    int64_t pruned_ms;
};

struct ntfy *
ntfy_new(struct portal *portal)
{
    struct ntfy *ntfy = check_zalloc(1, sizeof(*ntfy));

    CHECK(pthread_mutex_init(&ntfy->polling, NULL) == 0 && pthread_mutex_init(&ntfy->lock, NULL) == 0);
    ntfy->portal = portal;
    ntfy->position = -1;
    return ntfy;
}

void
ntfy_destroy(struct ntfy **ntfy)
{
    if (*ntfy == NULL)
        return;
    pthread_mutex_destroy(&(*ntfy)->lock);
    pthread_mutex_destroy(&(*ntfy)->polling);
    free(*ntfy);
    *ntfy = NULL;
}

static int64_t
position_of(struct ntfy *ntfy)
{
    CHECK(pthread_mutex_lock(&ntfy->lock) == 0);
    int64_t position = ntfy->position;
    CHECK(pthread_mutex_unlock(&ntfy->lock) == 0);
    return position;
}

// Lines -----------------------------------------------------------------------------------------------------

// What a phone gets of a message, as JSON: what only the server knows, then what was said.
static void
add_message_json(struct str *out, const struct store_ntfy_message *message)
{
    char id[NTFY_ID_SIZE];

    ntfy_since_id(message->id, id);
    str_format(out, "{\"id\":\"%s\",\"time\":%lld,\"expires\":%lld,\"event\":\"message\",\"topic\":\"%.*s\",",
        id, (long long)(message->at_ms / 1000), (long long)(message->expires_at_ms / 1000),
        (int)message->topic_length, message->topic);
    str_add(out, message->said + 1, message->said_length - 1);
}

// The words of a message on one line.
static void
add_words(struct str *out, const struct store_ntfy_message *message)
{
    json_t *said = json_loadb(message->said, message->said_length, 0, NULL);
    const char *words = json_string_value(json_object_get(said, "message"));

    for (const char *c = words != NULL ? words : ""; *c != '\0'; c++)
        str_add(out, *c == '\n' || *c == '\r' ? " " : c, 1);
    json_decref(said);
}

static void
add_message(struct str *out, enum format format, const struct store_ntfy_message *message)
{
    switch (format) {
    case FORMAT_JSON:
        add_message_json(out, message);
        break;
    case FORMAT_SSE:
        str_add_text(out, "data: ");
        add_message_json(out, message);
        str_add_text(out, "\n");
        break;
    case FORMAT_RAW:
    case FORMATS:
        add_words(out, message);
        break;
    }
    str_add_text(out, "\n");
}

// A line that is no message: open or keepalive.  topics: as they stand in the path.
static void
add_event(struct str *out, enum format format, const char *event, const char *topics)
{
    char json[256];
    char id[NTFY_ID_SIZE];

    ntfy_since_id((int64_t)(randombytes_random()), id);
    snprintf(json, sizeof(json), "{\"id\":\"%s\",\"time\":%lld,\"event\":\"%s\",\"topic\":\"%.128s\"}", id,
        (long long)(clock_now_ms() / 1000), event, topics);
    switch (format) {
    case FORMAT_JSON:
        str_format(out, "%s\n", json);
        break;
    case FORMAT_SSE:
        str_format(out, "event: %s\ndata: %s\n\n", event, json);
        break;
    case FORMAT_RAW:
    case FORMATS:
        str_add_text(out, "\n");
        break;
    }
}

// The hub's name for those who read a topic in a format.
static void
channel_of(enum format format, const char *topic, size_t length, char channel[CHANNEL_SIZE])
{
    snprintf(channel, CHANNEL_SIZE, "ntfy/%s/%.*s", formats[format].name, (int)length, topic);
}

// Publishing to phones that are connected -------------------------------------------------------------------

struct news {
    struct ntfy *ntfy;
    size_t count;
};

// Under the lock.
static void
publish_row(void *self, const struct store_ntfy_message *message)
{
    struct news *news = self;
    struct str line = {0};
    char channel[CHANNEL_SIZE];

    for (enum format format = FORMAT_JSON; format < FORMATS; format++) {
        str_clear(&line);
        add_message(&line, format, message);
        channel_of(format, message->topic, message->topic_length, channel);
        (void)hub_publish(news->ntfy->portal->hub, channel, line.data, line.length);
    }
    str_free(&line);
    news->ntfy->position = message->id;
    news->count++;
}

// Collects rows as they come, so that the lock is not held while PostgreSQL is asked.
struct kept_row {
    struct store_ntfy_message message;
    char *topic, *said;
};

struct kept {
    struct kept_row rows[STORE_NTFY_ROWS_MOST];
    size_t count;
};

static void
keep_row(void *self, const struct store_ntfy_message *message)
{
    struct kept *kept = self;
    struct kept_row *row = &kept->rows[kept->count++];

    row->message = *message;
    row->topic = strndup(message->topic, message->topic_length);
    row->said = strndup(message->said, message->said_length);
    CHECK(row->topic != NULL && row->said != NULL);
    row->message.topic = row->topic;
    row->message.said = row->said;
}

// One round: what is new, up to STORE_NTFY_ROWS_MOST.  *count: how many that were.  Under polling.
static enum outcome
publish_some(struct ntfy *ntfy, struct db *db, size_t *count)
{
    struct kept *kept = check_zalloc(1, sizeof(*kept));
    struct news news = {.ntfy = ntfy};
    int64_t position = position_of(ntfy);
    enum outcome outcome = DONE;

    if (position < 0)
        outcome = store_ntfy_newest(db, &position);
    else
        outcome = store_ntfy_after(db, position, keep_row, kept);
    CHECK(pthread_mutex_lock(&ntfy->lock) == 0);
    if (outcome == DONE && ntfy->position < 0)
        ntfy->position = position;
    for (size_t i = 0; i < kept->count; i++)
        publish_row(&news, &kept->rows[i].message);
    CHECK(pthread_mutex_unlock(&ntfy->lock) == 0);
    *count = news.count;
    for (size_t i = 0; i < kept->count; i++) {
        free(kept->rows[i].topic);
        free(kept->rows[i].said);
    }
    free(kept);
    return outcome;
}

// All that is new.  Under polling, which it gives back.
static enum outcome
publish_all(struct ntfy *ntfy, struct db *db)
{
    enum outcome outcome = DONE;
    size_t count = STORE_NTFY_ROWS_MOST;

    while (outcome == DONE && count == STORE_NTFY_ROWS_MOST)
        outcome = publish_some(ntfy, db, &count);
    CHECK(pthread_mutex_unlock(&ntfy->polling) == 0);
    return outcome;
}

// All that is new, unless another thread is at it: the next poll sees what that one did not.
static enum outcome
publish_news(struct ntfy *ntfy, struct db *db)
{
    return pthread_mutex_trylock(&ntfy->polling) == 0 ? publish_all(ntfy, db) : DONE;
}

void
ntfy_poll(void *self)
{
    struct ntfy *ntfy = self;
    struct db *db = pool_take(ntfy->portal->pool);
    enum outcome outcome = DONE;

    if (db == NULL)
        return;
    outcome = publish_news(ntfy, db);
    if (outcome == DONE && clock_mono_ms() - ntfy->pruned_ms >= PRUNE_MS) {
        outcome = store_ntfy_prune(db);
        ntfy->pruned_ms = clock_mono_ms();
    }
    pool_give(ntfy->portal->pool, db, outcome);
}

// Who asks --------------------------------------------------------------------------------------------------

static void
refuse(struct answer *answer, int status, int code, const char *message)
{
    answer_json(answer, status, json_pack("{s:i, s:i, s:s}", "code", code, "http", status, "error", message));
    if (status == 401)
        answer_header(answer, "WWW-Authenticate", "Basic realm=\"ntfy\"");
}

// The token of "Bearer tk_..", or the password of "Basic ..".  0 or -1.
static int
read_credentials(const char *text, char token[TOKEN_MOST])
{
    char decoded[CREDENTIALS_MOST + 1];
    size_t length = 0;

    if (strncasecmp(text, "Bearer ", 7) == 0) {
        text += 7 + strspn(text + 7, " ");
        if (text[0] == '\0' || strlen(text) >= TOKEN_MOST)
            return -1;
        str_copy(token, TOKEN_MOST, text);
        return 0;
    }
    if (strncasecmp(text, "Basic ", 6) != 0)
        return -1;
    text += 6 + strspn(text + 6, " ");
    if (sodium_base642bin((uint8_t *)decoded, CREDENTIALS_MOST, text, strlen(text), NULL, &length, NULL,
            sodium_base64_VARIANT_ORIGINAL) != 0)
        return -1;
    decoded[length] = '\0';
    // Any user: the app wants one, and the token says enough.
    const char *password = strchr(decoded, ':');
    if (password == NULL || password[1] == '\0' || strlen(password + 1) >= TOKEN_MOST)
        return -1;
    str_copy(token, TOKEN_MOST, password + 1);
    return 0;
}

// From the header, or ?auth= with the header's value in base64url.  0 or -1.
static int
find_token(const struct request *request, char token[TOKEN_MOST])
{
    const char *header = request_header(request, "Authorization");
    const char *query = request_query(request, "auth");
    uint8_t decoded[CREDENTIALS_MOST + 1];

    if (header != NULL)
        return read_credentials(header, token);
    if (query == NULL)
        return -1;
    int length = str_unbase64url(query, strcspn(query, "="), decoded, CREDENTIALS_MOST);
    if (length < 0)
        return -1;
    decoded[length] = '\0';
    return read_credentials((const char *)decoded, token);
}

struct topics {
    char *text[STORE_NTFY_TOPICS_MOST]; // owned
    size_t count;
};

static void
topics_free(struct topics *topics)
{
    for (size_t i = 0; i < topics->count; i++)
        free(topics->text[i]);
    topics->count = 0;
}

// Takes "topic,topic" apart, each once.  0 or -1.
static int
topics_read(struct topics *topics, const char *text)
{
    *topics = (struct topics){0};
    while (true) {
        size_t length = strcspn(text, ",");
        bool is_new = true;

        if (!ntfy_message_is_topic(text, length) || topics->count == STORE_NTFY_TOPICS_MOST)
            return -1;
        for (size_t i = 0; i < topics->count; i++)
            is_new =
                is_new && (strlen(topics->text[i]) != length || memcmp(topics->text[i], text, length) != 0);
        if (is_new) {
            topics->text[topics->count] = strndup(text, length);
            CHECK(topics->text[topics->count] != NULL);
            topics->count++;
        }
        if (text[length] == '\0')
            return 0;
        text += length + 1;
    }
}

// May this phone read all these topics?  0, or -1 after the answer was said.
static int
check_phone(struct request *request, const struct topics *topics, struct answer *answer)
{
    char token[TOKEN_MOST];
    uint8_t hash[crypto_hash_sha256_BYTES];

    if (find_token(request, token) < 0) {
        refuse(answer, 401, 40101, "unauthorized");
        return -1;
    }
    crypto_hash_sha256(hash, (const uint8_t *)token, strlen(token));
    for (size_t i = 0; i < topics->count; i++) {
        int64_t device = 0;

        request->ending = store_ntfy_device(request->db, topics->text[i], hash, &device);
        if (request->ending != DONE) {
            answer_ending(answer, request->ending);
            return -1;
        }
        if (device == 0) {
            refuse(answer, 403, 40301, "forbidden");
            return -1;
        }
    }
    return 0;
}

// May publish?  0, or -1 after the answer was said.
static int
check_publisher(const struct request *request, struct answer *answer)
{
    const char *wanted = request->portal->ntfy_token;
    char token[TOKEN_MOST];
    uint8_t hashes[2][crypto_hash_sha256_BYTES];

    if (find_token(request, token) < 0) {
        refuse(answer, 401, 40101, "unauthorized");
        return -1;
    }
    crypto_hash_sha256(hashes[0], (const uint8_t *)token, strlen(token));
    crypto_hash_sha256(hashes[1], (const uint8_t *)wanted, strlen(wanted));
    if (wanted[0] != '\0' && sodium_memcmp(hashes[0], hashes[1], sizeof(hashes[0])) == 0)
        return 0;
    refuse(answer, 403, 40301, "forbidden");
    return -1;
}

// Publishing ------------------------------------------------------------------------------------------------

// Keeps a message, publishes it and answers with it.
static void
publish(struct request *request, const char *topic, const struct ntfy_message *message, struct answer *answer)
{
    char *said = json_dumps(message->said, JSON_COMPACT);
    struct store_ntfy_message stored = {.topic = topic, .topic_length = strlen(topic), .said = said};

    CHECK(said != NULL);
    stored.said_length = strlen(said);
    request->ending =
        store_ntfy_publish(request->db, &stored, message->is_kept ? NTFY_KEEP_S : NTFY_KEEP_SHORT_S);
    if (request->ending != DONE) {
        answer_ending(answer, request->ending);
    } else if (stored.id == 0) {
        refuse(answer, 404, 40401, "no phone has this topic");
    } else {
        // Here at once, in other replicas with their next poll.
        request->ending = publish_news(request->portal->ntfy, request->db);
        answer->status = 200;
        answer->content_type = "application/json; charset=utf-8";
        add_message_json(&answer->body, &stored);
        str_add_text(&answer->body, "\n");
    }
    free(said);
}

static const char *
find_header(const void *self, const char *name)
{
    const struct request *request = self;
    const char *value = request_header(request, name);
    char lower[16] = "";

    if (value != NULL)
        return value;
    for (size_t i = 0; name[i] != '\0' && i < sizeof(lower) - 1; i++)
        lower[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + ('a' - 'A') : name[i]);
    return request_query(request, lower);
}

void
ntfy_publish(struct request *request, struct answer *answer)
{
    const char *topic = request->params[0];
    struct ntfy_message message = {0};
    const char *wrong = NULL;

    if (check_publisher(request, answer) < 0)
        return;
    if (!ntfy_message_is_topic(topic, strlen(topic))) {
        refuse(answer, 400, 40009, "The topic has 1 to 64 letters, digits, - or _.");
        return;
    }
    wrong = ntfy_message_of_headers(&message, find_header, request, request->body, request->length);
    if (wrong != NULL)
        refuse(answer, 400, 40000, wrong);
    else
        publish(request, topic, &message, answer);
    json_decref(message.said);
}

void
ntfy_publish_json(struct request *request, struct answer *answer)
{
    struct ntfy_message message = {0};
    json_t *json = NULL;
    const char *wrong = NULL;

    if (check_publisher(request, answer) < 0)
        return;
    json = request_json(request);
    wrong = json != NULL ? ntfy_message_of_json(&message, find_header, request, json)
                         : "The body has to be a JSON object.";
    if (wrong != NULL)
        refuse(answer, 400, 40024, wrong);
    else
        publish(request, message.topic, &message, answer);
    json_decref(message.said);
    json_decref(json);
}

// Subscribing -----------------------------------------------------------------------------------------------

struct subscription {
    struct request *request;
    struct topics topics;
    enum format format;
    bool polls;
    struct ntfy_since since;
    int64_t up_to;  // read up to this id
    size_t count;   // messages of the last reading
    struct str out; // what is sent at once
};

static void
add_missed(void *self, const struct store_ntfy_message *message)
{
    struct subscription *subscription = self;

    add_message(&subscription->out, subscription->format, message);
    subscription->count++;
    subscription->up_to = message->id;
}

// Reads what was missed up to position.  False after the answer was said.
static bool
read_missed(struct subscription *subscription, int64_t position, struct answer *answer)
{
    struct request *request = subscription->request;
    const struct store_ntfy_missed missed = {.topics = (const char *const *)subscription->topics.text,
        .topic_count = subscription->topics.count,
        .after = subscription->up_to,
        .up_to = position,
        .since_ms = subscription->since.kind == NTFY_SINCE_TIME ? subscription->since.at_ms : 0};

    subscription->count = 0;
    request->ending = store_ntfy_missed(request->db, &missed, add_missed, subscription);
    if (request->ending != DONE) {
        answer_ending(answer, request->ending);
        return false;
    }
    // All up to the position was read, unless there was more than one reading takes.
    if (subscription->count < STORE_NTFY_ROWS_MOST)
        subscription->up_to = position;
    return true;
}

// Makes the stream if the position is still this one.
static bool
connect_stream(struct subscription *subscription, int64_t position, struct answer *answer)
{
    struct ntfy *ntfy = subscription->request->portal->ntfy;
    char channels[STORE_NTFY_TOPICS_MOST][CHANNEL_SIZE];
    const char *names[STORE_NTFY_TOPICS_MOST];
    struct str keepalive = {0};

    for (size_t i = 0; i < subscription->topics.count; i++) {
        const char *topic = subscription->topics.text[i];

        channel_of(subscription->format, topic, strlen(topic), channels[i]);
        names[i] = channels[i];
    }
    add_event(&keepalive, subscription->format, "keepalive", subscription->request->params[0]);
    CHECK(pthread_mutex_lock(&ntfy->lock) == 0);
    if (ntfy->position == position)
        answer->stream = stream_new(ntfy->portal->hub, names, subscription->topics.count, keepalive.data,
            NTFY_KEEPALIVE_MS, subscription->out.data, subscription->out.length);
    CHECK(pthread_mutex_unlock(&ntfy->lock) == 0);
    str_free(&keepalive);
    return answer->stream != NULL;
}

static void
answer_body(struct subscription *subscription, struct answer *answer)
{
    answer->status = 200;
    answer->content_type = formats[subscription->format].content_type;
    if (answer->stream == NULL) {
        answer->body = subscription->out;
        subscription->out = (struct str){0};
    }
}

// A phone that comes from another replica may have seen more than this one has published: without this it
// would get that once more. False after the answer was said.
static bool
catch_up(struct subscription *subscription, struct answer *answer)
{
    struct request *request = subscription->request;
    struct ntfy *ntfy = request->portal->ntfy;
    struct ntfy_since *since = &subscription->since;

    if (since->kind != NTFY_SINCE_ID || since->id <= position_of(ntfy))
        return true;
    CHECK(pthread_mutex_lock(&ntfy->polling) == 0);
    request->ending = publish_all(ntfy, request->db);
    if (request->ending != DONE) {
        answer_ending(answer, request->ending);
        return false;
    }
    // An id that is still ahead is none of ours.
    if (since->id > position_of(ntfy))
        since->id = position_of(ntfy);
    return true;
}

// Sends what was missed, and what comes from then on.
static void
follow(struct subscription *subscription, struct answer *answer)
{
    struct ntfy *ntfy = subscription->request->portal->ntfy;
    bool wants_missed = subscription->since.kind != NTFY_SINCE_NONE;

    if (!catch_up(subscription, answer))
        return;
    if (!subscription->polls)
        add_event(&subscription->out, subscription->format, "open", subscription->request->params[0]);
    subscription->up_to = subscription->since.kind == NTFY_SINCE_ID ? subscription->since.id : 0;
    for (int i = 0; i < SEAM_TRIES_MOST; i++) {
        // Who only polls gets all that there is, published here or not.
        int64_t position = subscription->polls ? INT64_MAX : position_of(ntfy);

        if (position < 0)
            break;
        if (wants_missed && position > subscription->up_to && !read_missed(subscription, position, answer))
            return;
        // More than one reading takes: it gets this much, and comes again for the rest.
        bool is_full = wants_missed && subscription->count == STORE_NTFY_ROWS_MOST;
        if (subscription->polls || is_full || connect_stream(subscription, position, answer)) {
            answer_body(subscription, answer);
            return;
        }
    }
    answer_ending(answer, RETRY);
}

static void
subscribe(struct request *request, struct answer *answer, enum format format)
{
    const char *poll = request_query(request, "poll");
    const char *since = request_query(request, "since");
    struct subscription subscription = {.request = request, .format = format};

    subscription.polls = poll != NULL && (strcmp(poll, "1") == 0 || strcasecmp(poll, "true") == 0 ||
                                             strcasecmp(poll, "yes") == 0);
    if (since == NULL)
        since = subscription.polls ? "all" : "none";
    if (topics_read(&subscription.topics, request->params[0]) < 0)
        refuse(answer, 400, 40009, "A topic has 1 to 64 letters, digits, - or _.");
    else if (ntfy_since_parse(since, clock_now_ms(), &subscription.since) < 0)
        refuse(answer, 400, 40008,
            "since has to be all, none, a message's id, a Unix time or a span such as 10m.");
    else if (check_phone(request, &subscription.topics, answer) == 0)
        follow(&subscription, answer);
    topics_free(&subscription.topics);
    str_free(&subscription.out);
}

void
ntfy_json(struct request *request, struct answer *answer)
{
    subscribe(request, answer, FORMAT_JSON);
}

void
ntfy_sse(struct request *request, struct answer *answer)
{
    subscribe(request, answer, FORMAT_SSE);
}

void
ntfy_raw(struct request *request, struct answer *answer)
{
    subscribe(request, answer, FORMAT_RAW);
}

void
ntfy_auth(struct request *request, struct answer *answer)
{
    struct topics topics;

    if (topics_read(&topics, request->params[0]) < 0)
        refuse(answer, 400, 40009, "A topic has 1 to 64 letters, digits, - or _.");
    else if (check_phone(request, &topics, answer) == 0)
        answer_json(answer, 200, json_pack("{s:b}", "success", 1));
    topics_free(&topics);
}

void
ntfy_health(struct request *request, struct answer *answer)
{
    bool is_ready = position_of(request->portal->ntfy) >= 0;

    answer_json(answer, is_ready ? 200 : 503, json_pack("{s:b}", "healthy", is_ready ? 1 : 0));
}
