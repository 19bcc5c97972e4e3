// events.c - tells apps at once which tickets changed.
//
// Topics of the hub: "agency:CODE" for those who see a few agencies, "tickets" for those who see all.  A head
// of more agencies than a stream has topics listens to "any", which names no ticket.
#include "events.h"

#include "clock.h"
#include "id.h"
#include "pool.h"
#include "portal.h"
#include "stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOPIC_ALL "tickets"
#define TOPIC_ANY "any"
#define TOPIC_AGENCY "agency:"
#define NOTHING_NAMED "event: tickets\ndata: {\"codes\":[]}\n\n"

enum { KEEPALIVE_MS = 25000, TOPIC_SIZE = STORE_EVENTS_AGENCY_SIZE + 8 };

struct events {
    struct portal *portal;
    int64_t *states; // of the last look, sorted
    size_t state_count;
};

struct events *
events_new(struct portal *portal)
{
    struct events *events = check_zalloc(1, sizeof(*events));

    events->portal = portal;
    return events;
}

void
events_destroy(struct events **events)
{
    if (*events == NULL)
        return;
    free((*events)->states);
    free(*events);
    *events = NULL;
}

static int
compare(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

size_t
events_news(struct ticket_change *changes, size_t count, const int64_t *before, size_t count_before)
{
    size_t left = 0;

    for (size_t i = 0; i < count; i++) {
        bool is_known = count_before > 0 &&
                        bsearch(&changes[i].state, before, count_before, sizeof(*before), compare) != NULL;

        if (!is_known)
            changes[left++] = changes[i];
    }
    return left;
}

static void
remember(struct events *events, const struct ticket_change *changes, size_t count)
{
    free(events->states);
    events->states = count > 0 ? check_alloc(count * sizeof(*events->states)) : NULL;
    events->state_count = count;
    for (size_t i = 0; i < count; i++)
        events->states[i] = changes[i].state;
    if (count > 0)
        qsort(events->states, count, sizeof(*events->states), compare);
}

static void
publish(const struct events *events, const char *topic, const struct ticket_change *changes, size_t count)
{
    struct str event = {0};
    char code[ID_CODE_SIZE];

    if (count > EVENTS_CODES_MOST) {
        hub_publish(events->portal->hub, topic, NOTHING_NAMED, strlen(NOTHING_NAMED));
        return;
    }
    str_add_text(&event, "event: tickets\ndata: {\"codes\":[");
    for (size_t i = 0; i < count; i++) {
        id_code(events->portal->tracking_key, changes[i].ticket_id, code);
        str_format(&event, "%s\"%s\"", i > 0 ? "," : "", code);
    }
    str_add_text(&event, "]}\n\n");
    hub_publish(events->portal->hub, topic, event.data, event.length);
    str_free(&event);
}

// Changes are in the order of agencies.
static void
publish_all(const struct events *events, const struct ticket_change *changes, size_t count)
{
    char topic[TOPIC_SIZE];

    for (size_t from = 0, until = 0; from < count; from = until) {
        for (until = from; until < count && strcmp(changes[until].agency, changes[from].agency) == 0;)
            until++;
        snprintf(topic, sizeof(topic), TOPIC_AGENCY "%s", changes[from].agency);
        publish(events, topic, changes + from, until - from);
    }
    if (count > 0) {
        publish(events, TOPIC_ALL, changes, count);
        hub_publish(events->portal->hub, TOPIC_ANY, NOTHING_NAMED, strlen(NOTHING_NAMED));
    }
}

// Ends the streams of a session that was ended by ops or by another replica.
static void
end_streams(void *self, const char *hash)
{
    hub_end(self, hash);
}

void
events_tick(void *self)
{
    struct events *events = self;
    struct portal *portal = events->portal;
    struct ticket_change *changes = NULL;
    size_t count = 0;
    struct db *db = NULL;
    enum outcome outcome = RETRY;

    if (hub_count(portal->hub) == 0 || !atomic_load(&portal->has_key))
        return;
    db = pool_take(portal->pool);
    if (db == NULL)
        return;
    outcome = store_events_ended(db, POOL_PATIENCE_MS, end_streams, portal->hub);
    if (outcome == DONE)
        outcome = store_events_changes(db, POOL_PATIENCE_MS, &changes, &count);
    pool_give(portal->pool, db, outcome);
    if (outcome == DONE) {
        struct ticket_change *news = count > 0 ? check_alloc(count * sizeof(*news)) : NULL;
        size_t left = 0;

        if (count > 0)
            memcpy(news, changes, count * sizeof(*news));
        left = events_news(news, count, events->states, events->state_count);
        publish_all(events, news, left);
        remember(events, changes, count);
        free(news);
    }
    free(changes);
}

static bool
sees_all(const struct session *session)
{
    return strcmp(session->role, "sekda") == 0 || strcmp(session->role, "governor") == 0;
}

// The topics of this person.  Returns how many.
static size_t
name_topics(const struct request *request, char (*agencies)[STORE_EVENTS_AGENCY_SIZE], size_t count,
    char (*topics)[TOPIC_SIZE])
{
    if (sees_all(&request->session) || count > STREAM_TOPICS_MOST) {
        snprintf(topics[0], TOPIC_SIZE, "%s", sees_all(&request->session) ? TOPIC_ALL : TOPIC_ANY);
        return 1;
    }
    for (size_t i = 0; i < count; i++)
        snprintf(topics[i], TOPIC_SIZE, TOPIC_AGENCY "%.*s", STORE_EVENTS_AGENCY_SIZE - 1, agencies[i]);
    return count;
}

void
events_stream(struct request *request, struct answer *answer)
{
    char agencies[STREAM_TOPICS_MOST][STORE_EVENTS_AGENCY_SIZE];
    char topics[STREAM_TOPICS_MOST][TOPIC_SIZE];
    const char *pointers[STREAM_TOPICS_MOST];
    char hello[96];
    size_t count = 0;
    enum outcome outcome = store_events_agencies(request, agencies, STREAM_TOPICS_MOST, &count);

    if (outcome != DONE) {
        answer_ending(answer, outcome);
        return;
    }
    count = name_topics(request, agencies, count, topics);
    for (size_t i = 0; i < count; i++)
        pointers[i] = topics[i];
    snprintf(hello, sizeof(hello), "retry: 3000\nevent: hello\ndata: {\"server_ms\":%lld}\n\n",
        (long long)clock_now_ms());
    answer->status = 200;
    answer->content_type = "text/event-stream";
    answer->stream =
        stream_new(request->portal->hub, pointers, count, ":\n\n", KEEPALIVE_MS, hello, strlen(hello));
}
