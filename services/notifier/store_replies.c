// store_replies.c - SQL of what reporters are told.
//
// An act has its replies or it has none: they are made in one transaction, for those reports that hung on its
// ticket when it was done. So looking at an act again, by another replica or after a crash, makes nothing
// twice and tells nobody who came later.
#include "store_replies.h"

#include <stdlib.h>
#include <string.h>

enum { PATIENCE_MS = 5000 };

#define LIFE "interval '3 days'"    // REPLY_LIFE_MS
#define LATE "interval '2 minutes'" // no transaction commits later than that

static const char phrases_sql[] = "SELECT event, language, channel, subject, body FROM reply_templates";

static const char marks_sql[] =
    "SELECT coalesce(min(done_up_to) FILTER (WHERE stage = 'notifier.replies'), 0), "
    "coalesce(min(done_up_to) FILTER (WHERE stage = 'notifier.acts'), 0) FROM stage_marks";
static const char set_marks_sql[] =
    "UPDATE stage_marks m SET done_up_to = u.mark, near_up_to = u.mark "
    "FROM (VALUES ('notifier.replies', $1::bigint), ('notifier.acts', $2::bigint)) AS u (stage, mark) "
    "WHERE m.stage = u.stage AND m.done_up_to < u.mark";

static const char received_sql[] =
    "WITH page AS MATERIALIZED (SELECT id, ticket_id, cause, kind, audience, created_at FROM notices "
    "WHERE id > $1 ORDER BY id LIMIT $2), "
    "made AS (INSERT INTO replies (report_id, ticket_id, event, cause, next_at) "
    "SELECT p.cause, p.ticket_id, 'received', 0, now() FROM page p "
    "JOIN reply_addresses a ON a.report_id = p.cause "
    "WHERE p.kind = 2 AND p.audience = 'reporter' AND p.created_at > now() - " LIFE
    " AND NOT EXISTS (SELECT FROM replies r WHERE r.report_id = p.cause AND r.event = 'received') "
    "ORDER BY p.id ON CONFLICT DO NOTHING) "
    "SELECT coalesce(max(id), 0), coalesce(max(id) FILTER (WHERE created_at < now() - " LATE "), 0), "
    "count(*) >= $2 FROM page";

static const char opened_sql[] =
    "INSERT INTO replies (report_id, ticket_id, event, cause, next_at) "
    "SELECT o.report_id, coalesce(l.ticket_id, 0), 'identity_opened', o.id, now() FROM identities_opened o "
    "LEFT JOIN ticket_reports l ON l.report_id = o.report_id "
    "WHERE o.at > now() - " LIFE
    " AND EXISTS (SELECT FROM reply_addresses a WHERE a.report_id = o.report_id) "
    "AND NOT EXISTS (SELECT FROM replies r WHERE r.report_id = o.report_id AND r.event = 'identity_opened' "
    "AND r.cause = o.id) ON CONFLICT DO NOTHING";

// What follows from an act is known once the router has done it.
static const char acts_sql[] =
    "SELECT a.id, a.act, a.actor_kind, a.text <> '', coalesce(d.done, ''), d.act_id IS NOT NULL, "
    "a.at < now() - " LATE ", a.at < now() - " LIFE " OR EXISTS (SELECT FROM replies r WHERE r.cause = a.id "
    "AND r.cause <> 0 AND r.event <> 'identity_opened') "
    "FROM acts a LEFT JOIN acts_done d ON d.act_id = a.id WHERE a.id > $1 ORDER BY a.id LIMIT $2";
enum { ACT_ID, ACT_ACT, ACT_KIND, ACT_WORDS, ACT_DONE, ACT_IS_DONE, ACT_OLD, ACT_PASSED };

// A report hangs on a ticket since its notice of kind 2.
static const char recipients_sql[] =
    "SELECT c.id, l.report_id, c.ticket_id, u.event, s.sealed "
    "FROM unnest($1::bigint[], $2::text[]) AS u (id, event) JOIN acts c ON c.id = u.id CROSS JOIN LATERAL "
    "(SELECT report_id FROM ticket_reports WHERE report_id = c.ticket_id AND ticket_id = c.ticket_id "
    "UNION ALL SELECT report_id FROM ticket_reports WHERE ticket_id = c.ticket_id AND ticket_id <> "
    "report_id) l "
    "JOIN reply_addresses s ON s.report_id = l.report_id "
    "WHERE EXISTS (SELECT FROM notices n WHERE n.cause = l.report_id AND n.kind = 2 AND n.created_at <= "
    "c.at) "
    "ORDER BY c.id, l.report_id DESC";

static const char make_sql[] = "INSERT INTO replies (report_id, ticket_id, event, cause, next_at) "
                               "SELECT u.report_id, u.ticket_id, u.event, u.cause, now() "
                               "FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[]) AS u "
                               "(report_id, ticket_id, event, cause) "
                               "ORDER BY u.cause, u.report_id ON CONFLICT DO NOTHING";

// Free text that WhatsApp did not take, or did not bring: its window is shut, a template may pass.  c: what
// the network failed to bring.
#define IS_SHUT                                                                                              \
    "(b.reason = 'window_shut' OR (b.outcome = 'failed' AND c.leg = 'whatsapp' AND c.reason <> 'template') " \
    "IS TRUE)"
// $1: in hand; $2: how many.
static const char due_sql[] =
    "SELECT r.id, now(), r.made_at, p.received_at, coalesce(p.sent_at, p.received_at), r.event, "
    "p.tracking_code, "
    "coalesce(k.stage, ''), p.channel, coalesce(t.attempts, 0), coalesce(t.retries, 0), coalesce(k.urgent, "
    "false), "
    "coalesce(t.shut, false), coalesce(t.failed, ''), coalesce(i.language, ''), coalesce(g.short, ''), "
    "coalesce(k.topic, ''), coalesce(k.region_code, ''), coalesce(a.actor_kind, ''), coalesce(a.value, ''), "
    "coalesce(a.text, ''), coalesce(o.reason, ''), s.sealed, coalesce(t.accepted, 0) "
    "FROM (SELECT q.* FROM replies q WHERE q.next_at <= now() AND q.id <> ALL ($1) "
    "AND (q.event = 'question' OR NOT EXISTS (SELECT FROM replies e WHERE e.report_id = q.report_id "
    "AND e.next_at IS NOT NULL AND e.id < q.id)) ORDER BY q.next_at, q.id LIMIT $2) r "
    "JOIN reports p ON p.id = r.report_id LEFT JOIN reply_addresses s ON s.report_id = r.report_id "
    "LEFT JOIN triages i ON i.report_id = r.report_id LEFT JOIN tickets k ON k.id = r.ticket_id "
    "LEFT JOIN acts a ON a.id = r.cause AND r.event <> 'identity_opened' "
    "LEFT JOIN identities_opened o ON o.id = r.cause AND r.event = 'identity_opened' "
    "LEFT JOIN agencies g ON g.code = coalesce(nullif(a.agency, ''), k.agency) "
    "LEFT JOIN LATERAL (SELECT max(b.attempt) FILTER (WHERE b.leg <> '') AS attempts, "
    "count(*) FILTER (WHERE b.outcome = 'retry') AS retries, "
    "count(*) FILTER (WHERE b.outcome = 'accepted') AS accepted, bool_or(" IS_SHUT ") AS shut, "
    "string_agg(DISTINCT coalesce(c.leg, b.leg), ',') FILTER (WHERE b.outcome IN ('refused', 'failed') "
    "AND NOT " IS_SHUT ") AS failed FROM reply_attempts b LEFT JOIN reply_attempts c "
    "ON b.outcome = 'failed' AND c.reply_id = b.reply_id AND c.attempt = b.attempt AND c.outcome = "
    "'accepted' "
    "WHERE b.reply_id = r.id) t ON true ORDER BY r.next_at, r.id";
enum {
    DUE_ID,
    DUE_NOW,
    DUE_MADE,
    DUE_RECEIVED,
    DUE_SPOKE,
    DUE_EVENT,
    DUE_CODE,
    DUE_STAGE,
    DUE_CHANNEL,
    DUE_ATTEMPTS,
    DUE_RETRIES,
    DUE_URGENT,
    DUE_SHUT,
    DUE_FAILED,
    DUE_LANGUAGE,
    DUE_AGENCY,
    DUE_TOPIC,
    DUE_REGION,
    DUE_KIND,
    DUE_VALUE,
    DUE_WORDS,
    DUE_REASON,
    DUE_SEALED,
    DUE_ACCEPTED,
};

// reply_reported() locks the row, too: so one of both sees what the other has stored.
static const char lock_sql[] = "SELECT FROM replies WHERE id = ANY ($1::bigint[]) ORDER BY id FOR UPDATE";
static const char attempts_sql[] =
    "INSERT INTO reply_attempts (reply_id, attempt, leg, outcome, status, reason) "
    "SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::text[], $4::text[], $5::smallint[], $6::text[]) "
    "ON CONFLICT DO NOTHING";
static const char settle_sql[] =
    "UPDATE replies r SET next_at = CASE WHEN v.settled = '' THEN now() + v.wait END, settled = v.settled "
    "FROM (SELECT u.id, u.wait * interval '1 ms' AS wait, CASE WHEN EXISTS (SELECT FROM reply_attempts a "
    "WHERE a.reply_id = u.id AND a.attempt = u.attempt AND a.outcome = 'failed') THEN '' ELSE u.settled END "
    "AS settled "
    "FROM unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::text[]) AS u (id, attempt, wait, settled)) "
    "v "
    "WHERE r.id = v.id AND r.next_at IS NOT NULL";

struct store_replies {
    struct db *db;
    struct db_params *marks, *page, *acts, *make, *due, *lock, *attempts, *settle;
    size_t made;
};

struct store_replies *
store_replies_new(struct db *db)
{
    struct store_replies *store = check_zalloc(1, sizeof(*store));

    store->db = db;
    store->marks = db_params_new("ii");
    store->page = db_params_new("ii");
    store->acts = db_params_new("IT");
    store->make = db_params_new("IITI");
    store->due = db_params_new("Ii");
    store->lock = db_params_new("I");
    store->attempts = db_params_new("ISTTST");
    store->settle = db_params_new("ISIT");
    return store;
}

void
store_replies_destroy(struct store_replies **store)
{
    if (*store == NULL)
        return;
    db_params_destroy(&(*store)->marks);
    db_params_destroy(&(*store)->page);
    db_params_destroy(&(*store)->acts);
    db_params_destroy(&(*store)->make);
    db_params_destroy(&(*store)->due);
    db_params_destroy(&(*store)->lock);
    db_params_destroy(&(*store)->attempts);
    db_params_destroy(&(*store)->settle);
    free(*store);
    *store = NULL;
}

// Runs one statement; its rows are there until db_release().
static enum outcome
run(struct store_replies *store, const char *name, const char *sql, const struct db_params *params)
{
    const struct db_query query = {name, sql, params};

    return db_run(store->db, &query, 1, PATIENCE_MS) == DONE ? DONE : RETRY;
}

enum outcome
store_replies_phrases(struct store_replies *store, struct phrases *phrases)
{
    const struct db *db = store->db;
    enum outcome outcome = run(store, "reply_phrases", phrases_sql, NULL);

    for (size_t row = 0; outcome == DONE && row < db_rows(db, 0); row++)
        phrases_add(phrases,
            &(struct reply_template){db_text(db, 0, row, 0, NULL), db_text(db, 0, row, 1, NULL),
                db_text(db, 0, row, 2, NULL), db_text(db, 0, row, 3, NULL), db_text(db, 0, row, 4, NULL)});
    db_release(store->db);
    return outcome;
}

enum outcome
store_replies_marks(struct store_replies *store, struct reply_marks *marks)
{
    enum outcome outcome = run(store, "reply_marks", marks_sql, NULL);

    if (outcome == DONE)
        *marks = (struct reply_marks){db_int(store->db, 0, 0, 0), db_int(store->db, 0, 0, 1)};
    db_release(store->db);
    return outcome;
}

enum outcome
store_replies_set_marks(struct store_replies *store, const struct reply_marks *marks)
{
    enum outcome outcome = RETRY;

    db_params_clear(store->marks);
    db_put_int(store->marks, 0, marks->notices);
    db_put_int(store->marks, 1, marks->acts);
    outcome = run(store, "reply_set_marks", set_marks_sql, store->marks);
    db_release(store->db);
    return outcome;
}

static void
put_page(struct store_replies *store, int64_t above, int64_t limit)
{
    db_params_clear(store->page);
    db_put_int(store->page, 0, above);
    db_put_int(store->page, 1, limit);
}

enum outcome
store_replies_make_received(struct store_replies *store, int64_t above, struct reply_page *page)
{
    const struct db *db = store->db;
    enum outcome outcome = RETRY;

    put_page(store, above, STORE_REPLIES_PAGE);
    outcome = run(store, "reply_received", received_sql, store->page);
    if (outcome == DONE)
        *page = (struct reply_page){db_int(db, 0, 0, 0), db_int(db, 0, 0, 1), db_int(db, 0, 0, 2) != 0};
    db_release(store->db);
    return outcome;
}

enum outcome
store_replies_make_opened(struct store_replies *store)
{
    enum outcome outcome = run(store, "reply_opened", opened_sql, NULL);

    db_release(store->db);
    return outcome;
}

// Which acts of the page have to be told, and how far it has come: below the first that the router has not
// done yet.
static void
read_acts(struct store_replies *store, struct reply_page *page)
{
    const struct db *db = store->db;
    bool stopped = false;

    db_params_clear(store->acts);
    page->full = db_rows(db, 0) == STORE_REPLIES_ACTS;
    for (size_t row = 0; row < db_rows(db, 0) && !stopped; row++) {
        int64_t id = db_int(db, 0, row, ACT_ID);
        const struct reply_act act = {.act = db_text(db, 0, row, ACT_ACT, NULL),
            .actor_kind = db_text(db, 0, row, ACT_KIND, NULL),
            .has_words = db_int(db, 0, row, ACT_WORDS) != 0,
            .done = db_text(db, 0, row, ACT_DONE, NULL)};
        char event[REPLY_EVENT_SIZE];

        stopped = db_int(db, 0, row, ACT_IS_DONE) == 0;
        if (stopped)
            break;
        page->last = id;
        if (db_int(db, 0, row, ACT_OLD) != 0)
            page->old = id;
        reply_event(&act, event);
        if (event[0] == '\0' || db_int(db, 0, row, ACT_PASSED) != 0)
            continue;
        db_put_int(store->acts, 0, id);
        db_put_string(store->acts, 1, event);
        store->made++;
    }
    page->full = page->full && !stopped;
}

enum outcome
store_replies_recipients(struct store_replies *store, int64_t above, struct reply_page *page,
    void (*found)(void *self, const struct reply_recipient *recipient), void *self)
{
    const struct db *db = store->db;
    enum outcome outcome = RETRY;

    put_page(store, above, STORE_REPLIES_ACTS);
    *page = (struct reply_page){0};
    outcome = run(store, "reply_acts", acts_sql, store->page);
    store->made = 0;
    if (outcome == DONE)
        read_acts(store, page);
    db_release(store->db);
    if (outcome != DONE || store->made == 0)
        return outcome;
    outcome = run(store, "reply_recipients", recipients_sql, store->acts);
    for (size_t row = 0; outcome == DONE && row < db_rows(db, 0); row++) {
        struct reply_recipient recipient = {.act_id = db_int(db, 0, row, 0),
            .report_id = db_int(db, 0, row, 1),
            .ticket_id = db_int(db, 0, row, 2)};

        db_copy_text(db, 0, row, 3, recipient.event, sizeof(recipient.event));
        recipient.sealed = db_text(db, 0, row, 4, &recipient.sealed_length);
        found(self, &recipient);
    }
    db_release(store->db);
    return outcome;
}

void
store_replies_begin(struct store_replies *store)
{
    db_params_clear(store->make);
    store->made = 0;
}

void
store_replies_add(struct store_replies *store, const struct reply_recipient *recipient)
{
    db_put_int(store->make, 0, recipient->report_id);
    db_put_int(store->make, 1, recipient->ticket_id);
    db_put_string(store->make, 2, recipient->event);
    db_put_int(store->make, 3, recipient->act_id);
    store->made++;
}

enum outcome
store_replies_make(struct store_replies *store)
{
    enum outcome outcome = DONE;

    if (store->made == 0)
        return DONE;
    outcome = run(store, "reply_make", make_sql, store->make);
    db_release(store->db);
    return outcome;
}

static void
read_failed(const char *legs, bool failed[LEGS])
{
    char list[64];
    char *rest = NULL;

    str_copy(list, sizeof(list), legs);
    for (const char *name = strtok_r(list, ",", &rest); name != NULL; name = strtok_r(NULL, ",", &rest)) {
        enum leg leg = leg_parse(name);

        if (leg != LEGS)
            failed[leg] = true;
    }
}

static void
read_due(const struct db *db, size_t row, struct reply_due *due)
{
    *due = (struct reply_due){.id = db_int(db, 0, row, DUE_ID),
        .now_ms = db_time(db, 0, row, DUE_NOW),
        .made_at_ms = db_time(db, 0, row, DUE_MADE),
        .received_at_ms = db_time(db, 0, row, DUE_RECEIVED),
        .spoke_at_ms = db_time(db, 0, row, DUE_SPOKE),
        .channel = (int)db_int(db, 0, row, DUE_CHANNEL),
        .attempts = (int)db_int(db, 0, row, DUE_ATTEMPTS),
        .retries = (int)db_int(db, 0, row, DUE_RETRIES),
        .accepted = (int)db_int(db, 0, row, DUE_ACCEPTED),
        .urgent = db_int(db, 0, row, DUE_URGENT) != 0,
        .shut = db_int(db, 0, row, DUE_SHUT) != 0,
        .language = db_text(db, 0, row, DUE_LANGUAGE, NULL),
        .agency = db_text(db, 0, row, DUE_AGENCY, NULL),
        .topic = db_text(db, 0, row, DUE_TOPIC, NULL),
        .region = db_text(db, 0, row, DUE_REGION, NULL),
        .actor_kind = db_text(db, 0, row, DUE_KIND, NULL),
        .value = db_text(db, 0, row, DUE_VALUE, NULL),
        .words = db_text(db, 0, row, DUE_WORDS, NULL),
        .reason = db_text(db, 0, row, DUE_REASON, NULL)};
    db_copy_text(db, 0, row, DUE_EVENT, due->event, sizeof(due->event));
    db_copy_text(db, 0, row, DUE_CODE, due->code, sizeof(due->code));
    db_copy_text(db, 0, row, DUE_STAGE, due->stage, sizeof(due->stage));
    read_failed(db_text(db, 0, row, DUE_FAILED, NULL), due->failed);
    if (!db_is_null(db, 0, row, DUE_SEALED))
        due->sealed = db_text(db, 0, row, DUE_SEALED, &due->sealed_length);
}

enum outcome
store_replies_due(struct store_replies *store, const struct reply_wanted *wanted,
    void (*found)(void *self, const struct reply_due *due), void *self)
{
    enum outcome outcome = RETRY;

    db_params_clear(store->due);
    for (size_t i = 0; i < wanted->in_hand_count; i++)
        db_put_int(store->due, 0, wanted->in_hand[i]);
    db_put_int(store->due, 1, (int64_t)wanted->most);
    outcome = run(store, "reply_due", due_sql, store->due);
    for (size_t row = 0; outcome == DONE && row < db_rows(store->db, 0); row++) {
        struct reply_due due;

        read_due(store->db, row, &due);
        found(self, &due);
    }
    db_release(store->db);
    return outcome;
}

// reply_attempts.outcome.
static const char *
outcome_name(enum ending ending)
{
    return ending == ENDING_ACCEPTED ? "accepted" : ending == ENDING_RETRY ? "retry" : "refused";
}

enum outcome
store_replies_end(struct store_replies *store, const struct reply_end *ends, size_t count)
{
    const struct db_query queries[] = {
        {"reply_lock", lock_sql, store->lock},
        {"reply_attempts", attempts_sql, store->attempts},
        {"reply_settle", settle_sql, store->settle},
    };
    enum outcome outcome = RETRY;

    db_params_clear(store->lock);
    db_params_clear(store->attempts);
    db_params_clear(store->settle);
    for (size_t i = 0; i < count; i++) {
        const struct reply_end *end = &ends[i];

        db_put_int(store->lock, 0, end->id);
        db_put_int(store->settle, 0, end->id);
        db_put_int(store->settle, 1, end->attempt);
        db_put_int(store->settle, 2, end->wait_ms);
        db_put_string(store->settle, 3, end->settled);
        if (end->attempt == 0)
            continue;
        db_put_int(store->attempts, 0, end->id);
        db_put_int(store->attempts, 1, end->attempt);
        db_put_string(store->attempts, 2, end->leg);
        db_put_string(store->attempts, 3, outcome_name(end->ending));
        db_put_int(store->attempts, 4, end->status);
        db_put_string(store->attempts, 5, end->reason);
    }
    outcome = db_run(store->db, queries, LENGTH(queries), PATIENCE_MS);
    db_release(store->db);
    return outcome;
}
