// lane.c - group commit: fill, store, answer, ring.
#include "lane.h"

#include "clock.h"
#include "failpoint.h"
#include "id.h"
#include "log.h"
#include "metrics.h"
#include "stages.pb-c.h"
#include "store.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>

enum {
    BLOCK_MS = 30000,       // after this a block of ids is given up; stage.c's far sweep reckons with it
    IDS_AGAIN_MS = 500,     // until ids are asked for again after PostgreSQL gave none: read-only, or full
    SLOTS = 4 * LANE_LIMIT, // of the table that finds equal keys in a batch
    CAREFUL_BATCHES = 50,   // stored in the careful manner after a known report was met
};

enum lane_state { DOWN, PRIMING, FILLING, STORING, LOOKING_UP };

struct entry {
    struct client client;
    uint8_t key[REPORT_KEY_SIZE];
    char message_id[REPORT_MESSAGE_ID_MOST + 1];
    char code[ID_CODE_SIZE];
    int channel;
    size_t packed_at, packed_length; // the ReceivedReport in packed, without received_at_ms
    size_t same_as;                  // the entry of this batch with the same key, itself if it is the first
    bool is_stored, is_known;        // by this transaction; by an earlier one
    int64_t received_at_ms;
};

struct lane {
    struct db *db;
    struct bus_outbox *outbox;
    const struct known *known;
    struct intake *intake;
    int64_t known_below; // what the batch was started with
    struct store_batch *batch;
    enum lane_state state;
    int64_t next_id, end_id, block_ms; // ids that are ours
    int64_t ask_ids_ms;                // not before
    size_t ids_query;
    int64_t first_id; // of the batch: entry i has first_id + i
    struct entry entries[LANE_LIMIT];
    size_t count;
    size_t distinct; // entries that are the first with their key
    enum store_manner manner;
    int64_t stored;         // since the lane was made
    size_t careful_batches; // so many more are stored in the careful manner
    size_t lonely;          // so many batches of one report each: a larger one was refused for its data
    uint16_t slots[SLOTS];  // entry + 1, by key; 0 = empty
    struct str packed, message;
};

static struct metric accepted = {"kentongan_ingest_accepted_total", "Reports accepted and flushed.", 0, NULL};
static struct metric repeated = {
    "kentongan_ingest_repeated_total", "Reports that were accepted before.", 0, NULL};
static struct metric postponed = {
    "kentongan_ingest_postponed_total", "Reports answered RETRY_LATER.", 0, NULL};
static struct metric batches = {
    "kentongan_ingest_batches_total", "Transactions that stored reports.", 0, NULL};

struct lane *
lane_new(struct db *db, struct bus_outbox *outbox, const struct known *known, struct intake *intake)
{
    struct lane *lane = check_zalloc(1, sizeof(*lane));

    lane->db = db;
    lane->outbox = outbox;
    lane->known = known;
    lane->intake = intake;
    lane->batch = store_batch_new();
    return lane;
}

void
lane_destroy(struct lane **lane)
{
    if (*lane == NULL)
        return;
    store_batch_destroy(&(*lane)->batch);
    str_free(&(*lane)->packed);
    str_free(&(*lane)->message);
    free(*lane);
    *lane = NULL;
}

static void
empty(struct lane *lane)
{
    lane->count = 0;
    lane->distinct = 0;
    memset(lane->slots, 0, sizeof(lane->slots));
    str_clear(&lane->packed);
    store_batch_clear(lane->batch);
}

bool
lane_has_room(const struct lane *lane)
{
    size_t limit = lane->lonely > 0 ? 1 : LANE_LIMIT;

    return lane->state == FILLING && lane->count < limit;
}

bool
lane_is_busy(const struct lane *lane)
{
    return lane->state == STORING || lane->state == LOOKING_UP;
}

bool
lane_is_down(const struct lane *lane)
{
    return lane->state == DOWN;
}

size_t
lane_count(const struct lane *lane)
{
    return lane->count;
}

int64_t
lane_stored(const struct lane *lane)
{
    return lane->stored;
}

int
lane_fd(void *self)
{
    return db_fd(((struct lane *)self)->db);
}

short
lane_events(void *self)
{
    return db_events(((struct lane *)self)->db);
}

// Finds the entry with this key, or takes the slot for entry `mine` and returns mine.
static size_t
find_same(struct lane *lane, const uint8_t key[REPORT_KEY_SIZE], size_t mine)
{
    uint32_t hash = 0;

    memcpy(&hash, key, sizeof(hash)); // the key is a hash already
    for (size_t slot = hash % SLOTS;; slot = (slot + 1) % SLOTS) {
        if (lane->slots[slot] == 0) {
            lane->slots[slot] = (uint16_t)(mine + 1);
            return mine;
        }
        if (memcmp(lane->entries[lane->slots[slot] - 1].key, key, REPORT_KEY_SIZE) == 0)
            return (size_t)lane->slots[slot] - 1;
    }
}

// Packs what the classifier needs of a report.  received_at_ms is appended once PostgreSQL has said it.
static void
pack_received(
    struct lane *lane, struct entry *entry, int64_t id, int64_t follows_id, const struct report *report)
{
    Kentongan__V1__ReceivedReport message;
    Kentongan__V1__Point point;

    kentongan__v1__received_report__init(&message);
    kentongan__v1__point__init(&point);
    message.report_id = id;
    message.tracking_code = entry->code;
    message.channel = (Kentongan__V1__Channel)report->channel;
    // protobuf-c has no const strings; packing only reads them.
    memcpy(&message.text, &report->text.data, sizeof(message.text));
    memcpy(&message.region_code, &report->region_code.data, sizeof(message.region_code));
    memcpy(&message.address, &report->address.data, sizeof(message.address));
    message.follows_id = follows_id;
    if (report->located) {
        point.latitude = report->latitude;
        point.longitude = report->longitude;
        message.point = &point;
    }
    entry->packed_at = lane->packed.length;
    entry->packed_length = kentongan__v1__received_report__get_packed_size(&message);
    str_reserve(&lane->packed, entry->packed_length);
    kentongan__v1__received_report__pack(&message, (uint8_t *)lane->packed.data + lane->packed.length);
    lane->packed.length += entry->packed_length;
}

// The filter may have been emptied for a larger one since the batch was started; a fuller one only says yes
// more often.
static bool
may_be_known(const struct lane *lane, const uint8_t key[REPORT_KEY_SIZE])
{
    return known_below(lane->known) < lane->known_below || known_may_hold(lane->known, key);
}

void
lane_add(struct lane *lane, const struct lane_report *added)
{
    const struct report *report = added->report;
    struct entry *entry = &lane->entries[lane->count];
    int64_t id = lane->next_id;
    int64_t follows_id =
        report->in_reply_to.length > 0
            ? id_parse(added->tracking_key, report->in_reply_to.data, report->in_reply_to.length)
            : 0;

    CHECK(lane_has_room(lane) && lane->next_id < lane->end_id);
    entry->client = *added->client;
    entry->is_stored = entry->is_known = false;
    entry->channel = report->channel;
    memcpy(entry->key, report->key, sizeof(entry->key));
    str_copy(entry->message_id, sizeof(entry->message_id), report->source_message_id.data);
    entry->same_as = find_same(lane, report->key, lane->count);
    if (follows_id < 0)
        follows_id = 0; // not a code of ours: it is a report of its own
    if (lane->count == 0) {
        lane->first_id = id;
        lane->known_below = known_below(lane->known);
        store_batch_known_below(lane->batch, lane->known_below);
    }
    // A second one of the same batch uses up an id, so that entry i has id first_id + i.
    lane->next_id++;
    id_code(added->tracking_key, id, entry->code);
    if (entry->same_as == lane->count) {
        lane->distinct++;
        store_batch_add(lane->batch, &(struct store_report){.id = id,
                                         .follows_id = follows_id,
                                         .tracking_code = entry->code,
                                         .report = report,
                                         .is_new_source = added->is_new_source,
                                         .may_be_known = may_be_known(lane, report->key)});
        if (added->sealed_length > 0)
            store_batch_add_identity(lane->batch, id, added->sealed, added->sealed_length);
        if (added->address_length > 0)
            store_batch_add_address(lane->batch, id, added->address, added->address_length);
        pack_received(lane, entry, id, follows_id, report);
    }
    lane->count++;
}

static void
answer(struct entry *entry, Kentongan__V1__Status status, const char *code, int64_t received_at_ms,
    const char *reason)
{
    const struct receipt receipt = {
        .source_message_id = entry->message_id,
        .status = status,
        .tracking_code = code,
        .received_at_ms = received_at_ms,
        .reason = reason,
    };

    client_answer(&entry->client, &receipt);
}

static void
submit(struct lane *lane)
{
    bool with_ids = lane->end_id - lane->next_id < LANE_LIMIT;

    lane->ids_query = store_batch_submit(lane->batch, lane->db, lane->manner, with_ids);
    lane->state = STORING;
}

void
lane_go(struct lane *lane)
{
    CHECK(lane->state == FILLING && lane->count > 0);
#ifdef CONTROL_ACK_BEFORE_COMMIT
    // The negative control of the fault tests: they have to notice this.
    for (size_t i = 0; i < lane->count; i++)
        answer(&lane->entries[i], KENTONGAN__V1__STATUS__STATUS_ACCEPTED, lane->entries[i].code,
            clock_now_ms(), "");
#endif
    lane->manner = lane->careful_batches > 0 ? STORE_CAREFUL : STORE_HOPEFUL;
    failpoint("ingest.before_commit");
    submit(lane);
}

// Every client whose report is not stored gets RETRY_LATER; what was stored all the same is recognised when
// it comes again.
static void
postpone(struct lane *lane, const char *reason)
{
    for (size_t i = 0; i < lane->count; i++)
        answer(&lane->entries[i], KENTONGAN__V1__STATUS__STATUS_RETRY_LATER, "", 0, reason);
    metric_add(&postponed, (int64_t)lane->count);
    empty(lane);
}

static void
add_varint(struct str *out, uint64_t value)
{
    uint8_t bytes[10];
    size_t length = 0;

    do {
        bytes[length] = (uint8_t)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
        value >>= 7;
        length++;
    } while (value > 0);
    str_add(out, bytes, length);
}

// Rings the classifier: one Received with all that this transaction stored.
static void
forward(struct lane *lane)
{
    enum {
        FIELD_REPORTS = (1 << 3) | 2,
        FIELD_RECEIVED_AT_MS = (8 << 3) | 0
    }; // numbers and wire types of stages.proto
    struct str when = {NULL, 0, 0};

    str_clear(&lane->message);
    for (size_t i = 0; i < lane->count; i++) {
        const struct entry *entry = &lane->entries[i];

        if (!entry->is_stored)
            continue;
        str_clear(&when);
        add_varint(&when, FIELD_RECEIVED_AT_MS);
        add_varint(&when, (uint64_t)entry->received_at_ms);
        add_varint(&lane->message, FIELD_REPORTS);
        add_varint(&lane->message, entry->packed_length + when.length);
        str_add(&lane->message, lane->packed.data + entry->packed_at, entry->packed_length);
        str_add(&lane->message, when.data, when.length);
    }
    str_free(&when);
    if (lane->message.length > 0 && bus_send(lane->outbox, lane->message.data, lane->message.length) < 0)
        log_debug(EV_BUS_FULL, "message=Received reports=%zu", lane->count);
}

// Everybody's fate is known: answers all, rings, and is ready for more.
static void
conclude(struct lane *lane)
{
    for (size_t i = 0; i < lane->count; i++) {
        struct entry *entry = &lane->entries[i];
        const struct entry *first = &lane->entries[entry->same_as];
        bool is_new = entry->is_stored;

        if (!first->is_stored && !first->is_known) {
            answer(entry, KENTONGAN__V1__STATUS__STATUS_RETRY_LATER, "", 0,
                "the database gave no answer for it");
            metric_add(&postponed, 1);
            continue;
        }
        metric_add(is_new ? &accepted : &repeated, 1);
        if (!is_new)
            intake_duplicate(lane->intake, entry->channel);
        if (is_new)
            log_info(EV_REPORT_ACCEPTED, "report=%s id=%lld", entry->code,
                (long long)(lane->first_id + (int64_t)i));
        answer(entry,
            is_new ? KENTONGAN__V1__STATUS__STATUS_ACCEPTED : KENTONGAN__V1__STATUS__STATUS_ALREADY_ACCEPTED,
            first->code, first->received_at_ms, "");
    }
    failpoint("ingest.after_answer");
    metric_add(&batches, 1);
    forward(lane);
    failpoint("ingest.after_forward");
    if (lane->lonely > 0)
        lane->lonely--;
    if (lane->careful_batches > 0)
        lane->careful_batches--;
    empty(lane);
}

static void
take_ids(struct lane *lane, size_t query)
{
    lane->next_id = db_int(lane->db, query, 0, 0);
    lane->end_id = lane->next_id + STORE_BLOCK;
    lane->block_ms = clock_mono_ms();
}

// Asks for the reports that are not known to be stored by this transaction.  Returns whether there were any.
static bool
look_up(struct lane *lane)
{
    static uint8_t keys[LANE_LIMIT][REPORT_KEY_SIZE];
    size_t count = 0;

    for (size_t i = 0; i < lane->count; i++)
        if (lane->entries[i].same_as == i && !lane->entries[i].is_stored)
            memcpy(keys[count++], lane->entries[i].key, REPORT_KEY_SIZE);
    if (count > 0)
        store_submit_lookup(lane->batch, lane->db, keys, count);
    return count > 0;
}

// Entry i was stored by this transaction.
static void
mark_stored(struct lane *lane, size_t i, int64_t received_at_ms)
{
    CHECK(i < lane->count);
    lane->stored++;
    lane->entries[i].is_stored = true;
    lane->entries[i].received_at_ms = received_at_ms;
}

static void
read_stored(struct lane *lane)
{
    if (lane->manner == STORE_CAREFUL)
        for (size_t i = 0; i < db_rows(lane->db, STORE_REPORTS); i++)
            mark_stored(lane, (size_t)(db_int(lane->db, STORE_REPORTS, i, 0) - lane->first_id),
                db_time(lane->db, STORE_REPORTS, i, 1));
    else if (db_affected(lane->db, STORE_REPORTS) == lane->distinct)
        for (size_t i = 0; i < lane->count; i++)
            if (lane->entries[i].same_as == i)
                mark_stored(lane, i, db_time(lane->db, STORE_TIME, 0, 0));
    if (lane->ids_query != 0)
        take_ids(lane, lane->ids_query);
}

static void
read_known(struct lane *lane)
{
    for (size_t i = 0; i < db_rows(lane->db, 0); i++) {
        size_t found = find_same(lane, (const uint8_t *)db_text(lane->db, 0, i, 0, NULL), lane->count);
        struct entry *entry = &lane->entries[found];

        CHECK(found < lane->count); // we asked for keys of this batch only
        if (db_int(lane->db, 0, i, 1) == lane->first_id + (int64_t)found) {
            mark_stored(lane, found, db_time(lane->db, 0, i, 2));
            continue;
        }
        entry->is_known = true;
        entry->received_at_ms = db_time(lane->db, 0, i, 2);
        str_copy(entry->code, sizeof(entry->code), db_text(lane->db, 0, i, 3, NULL));
    }
}

// The data of some report cannot be stored, although it passed the checks.
static void
refuse(struct lane *lane)
{
    if (lane->count > 1) {
        lane->lonely = lane->count;
        postpone(lane, "a report beside this one was refused");
        return;
    }
    answer(&lane->entries[0], KENTONGAN__V1__STATUS__STATUS_REJECTED, "", 0,
        "report: the database refuses its data");
    intake_rejected(lane->intake, lane->entries[0].channel);
    if (lane->lonely > 0)
        lane->lonely--;
    empty(lane);
}

// Is a report of the batch known already, so that the cheap manner failed?
static bool
has_conflict(const struct lane *lane)
{
    return lane->manner == STORE_HOPEFUL &&
           strncmp(db_reason(lane->db), STORE_CONFLICT, strlen(STORE_CONFLICT)) == 0;
}

// The batch's transaction has ended; its result is in the connection.
static void
finish_storing(struct lane *lane)
{
    switch (db_ending(lane->db)) {
    case DONE:
        failpoint("ingest.after_commit");
        read_stored(lane);
        db_release(lane->db);
        if (db_pump(lane->db) == DB_READY && look_up(lane))
            lane->state = LOOKING_UP;
        else
            conclude(lane);
        break;
    case RETRY:
        postpone(lane, "the database is away");
        db_release(lane->db);
        break;
    case REJECT:
        if (has_conflict(lane)) {
            db_release(lane->db);
            lane->manner = STORE_CAREFUL;
            lane->careful_batches = CAREFUL_BATCHES;
            submit(lane);
        } else {
            refuse(lane);
            db_release(lane->db);
        }
        break;
    }
}

// A PostgreSQL that answers and gives no ids is as good as away.
static void
finish_priming(struct lane *lane)
{
    if (db_ending(lane->db) == DONE) {
        take_ids(lane, 0);
    } else {
        lane->state = DOWN;
        lane->ask_ids_ms = clock_mono_ms() + IDS_AGAIN_MS;
    }
}

// A transaction has ended.
static void
finish(struct lane *lane)
{
    enum lane_state state = lane->state;

    lane->state = FILLING;
    if (state == STORING) {
        finish_storing(lane);
        return;
    }
    if (state == PRIMING) {
        finish_priming(lane);
    } else if (db_ending(lane->db) != DONE) {
        postpone(lane, "the database is away");
    } else {
        read_known(lane);
        lane->careful_batches = CAREFUL_BATCHES;
        conclude(lane);
    }
    db_release(lane->db);
}

static bool
needs_ids(const struct lane *lane)
{
    return lane->count == 0 &&
           (lane->next_id + LANE_LIMIT > lane->end_id || clock_mono_ms() - lane->block_ms > BLOCK_MS);
}

void
lane_pump(struct lane *lane)
{
    enum db_state state = db_pump(lane->db);

    if (state == DB_FINISHED && lane->state != FILLING && lane->state != DOWN) {
        finish(lane);
        state = db_state(lane->db);
    }
    if (state == DB_DOWN || state == DB_CONNECTING) {
        postpone(lane, "the database is away");
        lane->state = DOWN;
    } else if (state == DB_READY && needs_ids(lane)) {
        if (clock_mono_ms() >= lane->ask_ids_ms) {
            store_submit_ids(lane->db);
            lane->state = PRIMING;
        }
    } else if (state == DB_READY && lane->state == DOWN) {
        lane->state = FILLING;
    }
}
