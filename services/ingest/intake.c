// intake.c - counts duplicates and refusals by day and channel, and hands the counts to PostgreSQL.
//
//   counted --READY, every FLUSH_MS--> sent --DONE--> forgotten
//      ^                                 |
//      +-- PostgreSQL said that it ------+--the connection was lost: it may be stored--> forgotten
//          stored nothing
//
// Days are those of Asia/Jakarta by this machine's clock.
#include "intake.h"

#include "clock.h"
#include "ingest.pb-c.h"
#include "store.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum {
    FLUSH_MS = 2000,
    DAYS = 4, // so many days may wait for PostgreSQL to come back; then the oldest is forgotten
    CHANNELS = KENTONGAN__V1__CHANNEL__CHANNEL_OTHER + 1,
    JAKARTA_MS = 7 * 3600 * 1000,
    DAY_MS = 24 * 3600 * 1000,
};

struct tally {
    int64_t duplicate, rejected;
};

struct day {
    int64_t day; // since 1970-01-01
    struct tally channels[CHANNELS];
};

struct intake {
    struct db *db;
    struct day counted[DAYS], sent[DAYS]; // the newest day first
    int64_t next_flush_ms;
};

static bool
is_empty(const struct tally *tally)
{
    return tally->duplicate == 0 && tally->rejected == 0;
}

static bool
has_any(const struct intake *intake)
{
    for (size_t i = 0; i < DAYS; i++)
        for (size_t k = 0; k < CHANNELS; k++)
            if (!is_empty(&intake->counted[i].channels[k]))
                return true;
    return false;
}

// Where today is counted.
static struct day *
today(struct intake *intake)
{
    int64_t day = (clock_now_ms() + JAKARTA_MS) / DAY_MS;

    if (day != intake->counted[0].day) {
        memmove(&intake->counted[1], &intake->counted[0], sizeof(intake->counted) - sizeof(struct day));
        intake->counted[0] = (struct day){.day = day};
    }
    return &intake->counted[0];
}

static struct tally *
tally(struct intake *intake, int channel)
{
    return &today(intake)->channels[channel > 0 && channel < CHANNELS ? channel : 0];
}

void
intake_duplicate(struct intake *intake, int channel)
{
    tally(intake, channel)->duplicate++;
}

void
intake_rejected(struct intake *intake, int channel)
{
    tally(intake, channel)->rejected++;
}

static void
submit(struct intake *intake)
{
    struct db_params *params = store_intake_params();

    for (size_t i = 0; i < DAYS; i++)
        for (size_t k = 0; k < CHANNELS; k++) {
            const struct tally *counted = &intake->counted[i].channels[k];

            if (!is_empty(counted))
                store_intake_add(params, &(struct store_intake){.day = intake->counted[i].day,
                                             .channel = (int)k,
                                             .duplicate = counted->duplicate,
                                             .rejected = counted->rejected});
        }
    memcpy(intake->sent, intake->counted, sizeof(intake->sent));
    for (size_t i = 0; i < DAYS; i++)
        memset(intake->counted[i].channels, 0, sizeof(intake->counted[i].channels));
    store_submit_intake(intake->db, params);
    db_params_destroy(&params);
}

// Counts what was sent once more; a day that moved out of counted meanwhile is forgotten.
static void
take_back(struct intake *intake)
{
    for (size_t i = 0; i < DAYS; i++)
        for (size_t j = 0; j < DAYS; j++)
            for (size_t k = 0; intake->counted[j].day == intake->sent[i].day && k < CHANNELS; k++) {
                intake->counted[j].channels[k].duplicate += intake->sent[i].channels[k].duplicate;
                intake->counted[j].channels[k].rejected += intake->sent[i].channels[k].rejected;
            }
}

static void
conclude(struct intake *intake)
{
    // A reason that begins with a SQLSTATE is PostgreSQL's own word that nothing was stored.
    if (db_ending(intake->db) != DONE && db_reason(intake->db)[0] != '-')
        take_back(intake);
    memset(intake->sent, 0, sizeof(intake->sent));
    db_release(intake->db);
}

static void
go_on(void *self)
{
    struct intake *intake = self;

    if (db_pump(intake->db) == DB_FINISHED)
        conclude(intake);
    if (db_pump(intake->db) != DB_READY || clock_mono_ms() < intake->next_flush_ms)
        return;
    intake->next_flush_ms = clock_mono_ms() + FLUSH_MS;
    if (has_any(intake))
        submit(intake);
}

static int
fd(void *self)
{
    return db_fd(((struct intake *)self)->db);
}

static short
events(void *self)
{
    return db_events(((struct intake *)self)->db);
}

struct intake *
intake_new(struct service *service, struct db *db)
{
    struct intake *intake = check_zalloc(1, sizeof(*intake));

    intake->db = db;
    // Days before the first are none: all zero would be 1970.
    for (size_t i = 0; i < DAYS; i++)
        intake->counted[i].day = -1 - (int64_t)i;
    service_watch_fd(service, fd, events, go_on, intake);
    service_every(service, FLUSH_MS / 4, go_on, intake);
    return intake;
}

void
intake_destroy(struct intake **intake)
{
    if (*intake == NULL)
        return;
    struct db *db = (*intake)->db;
    int64_t until = clock_mono_ms() + INTAKE_END_MS;

    // What is under way first, then the rest; a connection that is not there is not waited for.
    do {
        struct pollfd item = {.fd = db_fd(db), .events = db_events(db)};

        if (db_state(db) == DB_BUSY)
            poll(&item, 1, 10);
        (*intake)->next_flush_ms = 0;
        go_on(*intake);
    } while (db_state(db) == DB_BUSY && clock_mono_ms() < until);
    free(*intake);
    *intake = NULL;
}
