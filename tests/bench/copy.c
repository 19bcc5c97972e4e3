// copy.c - the ceiling: how many rows a second PostgreSQL takes by binary COPY, shaped like `reports`.
//
//     bench_copy CONNINFO TABLE CONNECTIONS BATCH ROWS
//
// Each connection has a thread of its own and commits each batch before it sends the next.  Rows are encoded
// beforehand; ids and keys are patched in.  Prints {"rows": n, "seconds": s, "rate": r, "text_bytes": b,
// "row_bytes": b}.  It never waits for anything but PostgreSQL.
#include "check.h"
#include "clock.h"
#include "sample.h"
#include "str.h"

#include <endian.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECTIONS_MOST = 16, SAMPLES = 4096, COLUMNS = 18, CODE_LENGTH = 14 };

// A row as COPY takes it, and where its parts that differ stand.
struct row {
    char *bytes;
    size_t length, id_at, key_at, message_at, code_at;
};

struct copy {
    const char *conninfo;
    char command[512];
    struct row *rows;
    size_t batch;
    int64_t batches_each;
    atomic_int_fast64_t next_id;
    atomic_bool failed;
};

struct worker {
    pthread_t thread;
    struct copy *copy;
    uint64_t random;
};

static void
add_16(struct str *out, int16_t value)
{
    uint16_t swapped = htobe16((uint16_t)value);

    str_add(out, &swapped, sizeof(swapped));
}

static void
add_32(struct str *out, int32_t value)
{
    uint32_t swapped = htobe32((uint32_t)value);

    str_add(out, &swapped, sizeof(swapped));
}

// Appends a field of this length and says where it stands.
static size_t
add_field(struct str *out, const void *data, size_t length)
{
    add_32(out, (int32_t)length);
    str_add(out, data, length);
    return out->length - length;
}

static void
add_text_field(struct str *out, const char *text)
{
    add_field(out, text, strlen(text));
}

static void
add_real_field(struct str *out, bool is_there, double value)
{
    uint64_t bits = 0;

    if (!is_there) {
        add_32(out, -1);
        return;
    }
    memcpy(&bits, &value, sizeof(bits));
    bits = htobe64(bits);
    add_field(out, &bits, sizeof(bits));
}

static void
add_flag_field(struct str *out, bool value)
{
    const char byte = value ? 1 : 0;

    add_field(out, &byte, 1);
}

static void
encode(struct row *row, const Kentongan__V1__Report *report)
{
    const Kentongan__V1__Place *place = report->place;
    const Kentongan__V1__Point *point = place != NULL ? place->point : NULL;
    const uint8_t zero[16] = {0};
    struct str out = {NULL, 0, 0};
    struct str attachments = {NULL, 0, 0};

    str_add_text(&attachments, "");
    if (report->n_attachments > 0)
        str_format(&attachments, "[{\"uri\":\"%s\",\"media_type\":\"%s\",\"size\":%llu}]",
            report->attachments[0]->uri, report->attachments[0]->media_type,
            (unsigned long long)report->attachments[0]->size);
    add_16(&out, COLUMNS);
    row->id_at = add_field(&out, zero, 8);
    add_field(&out, zero, 4);
    row->key_at = add_field(&out, zero, 16);
    add_32(&out, 2);
    add_16(&out, (int16_t)report->channel);
    add_text_field(&out, report->source);
    row->message_at = add_field(&out, report->source_message_id, SAMPLE_ID_LENGTH);
    row->code_at = add_field(&out, "JT-0000-0000-0", CODE_LENGTH);
    add_text_field(&out, report->text);
    add_real_field(&out, point != NULL, point != NULL ? point->latitude : 0);
    add_real_field(&out, point != NULL, point != NULL ? point->longitude : 0);
    add_text_field(&out, place != NULL ? place->region_code : "");
    add_text_field(&out, place != NULL ? place->address : "");
    add_text_field(&out, attachments.data);
    add_flag_field(&out, report->anonymous != 0);
    add_flag_field(&out, report->confidential != 0);
    add_text_field(&out, report->addressed_to);
    add_text_field(&out, report->relayed_by);
    add_field(&out, zero, 8);
    row->bytes = out.data;
    row->length = out.length;
    str_free(&attachments);
}

static uint64_t
draw(uint64_t *state)
{
    // SplitMix64, as in the generator: a key has to be spread, not secret.
    uint64_t z = (*state += 0x9e3779b97f4a7c15U);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

static void
write_digits(char *out, size_t length, uint64_t number)
{
    while (length > 0) {
        out[--length] = (char)('0' + number % 10);
        number /= 10;
    }
}

static void
add_row(struct worker *worker, struct str *out, int64_t id)
{
    const struct row *row = &worker->copy->rows[id % SAMPLES];
    uint64_t key[2] = {draw(&worker->random), draw(&worker->random)};
    uint64_t swapped = htobe64((uint64_t)id);
    char *at = NULL;

    str_add(out, row->bytes, row->length);
    at = out->data + out->length - row->length;
    memcpy(at + row->id_at, &swapped, sizeof(swapped));
    memcpy(at + row->key_at, key, sizeof(key));
    write_digits(at + row->message_at, SAMPLE_ID_LENGTH, (uint64_t)id);
    write_digits(at + row->code_at + 3, 4, (uint64_t)id / 10000);
    write_digits(at + row->code_at + 8, 4, (uint64_t)id);
}

static bool
store_batch(struct worker *worker, PGconn *conn, struct str *out)
{
    static const char header[19] =
        "PGCOPY\n\377\r\n"; // the signature ends in a zero; flags and extension: none
    struct copy *copy = worker->copy;
    int64_t id = atomic_fetch_add(&copy->next_id, (int64_t)copy->batch);
    PGresult *result = NULL;
    bool stored = false;

    str_clear(out);
    str_add(out, header, sizeof(header));
    for (size_t i = 0; i < copy->batch; i++)
        add_row(worker, out, id + (int64_t)i);
    add_16(out, -1);
    result = PQexec(conn, copy->command);
    stored = PQresultStatus(result) == PGRES_COPY_IN &&
             PQputCopyData(conn, out->data, (int)out->length) == 1 && PQputCopyEnd(conn, NULL) == 1;
    PQclear(result);
    while ((result = PQgetResult(conn)) != NULL) {
        stored = stored && PQresultStatus(result) == PGRES_COMMAND_OK;
        PQclear(result);
    }
    if (!stored)
        fprintf(stderr, "bench_copy: %s", PQerrorMessage(conn));
    return stored;
}

static void *
work(void *self)
{
    struct worker *worker = self;
    struct copy *copy = worker->copy;
    PGconn *conn = PQconnectdb(copy->conninfo);
    struct str out = {NULL, 0, 0};

    if (PQstatus(conn) != CONNECTION_OK) {
        fprintf(stderr, "bench_copy: %s", PQerrorMessage(conn));
        atomic_store(&copy->failed, true);
    }
    for (int64_t i = 0; i < copy->batches_each && !atomic_load(&copy->failed); i++)
        if (!store_batch(worker, conn, &out))
            atomic_store(&copy->failed, true);
    PQfinish(conn);
    str_free(&out);
    return NULL;
}

static struct row *
encode_all(const struct samples *samples, double *mean_row)
{
    struct row *rows = check_zalloc(samples->count, sizeof(*rows));

    for (size_t i = 0; i < samples->count; i++) {
        Kentongan__V1__Report *report =
            kentongan__v1__report__unpack(NULL, samples->all[i].length, samples->all[i].packed);

        CHECK(report != NULL);
        encode(&rows[i], report);
        *mean_row += (double)rows[i].length / (double)samples->count;
        kentongan__v1__report__free_unpacked(report, NULL);
    }
    return rows;
}

// Runs all connections to their end.  Returns microseconds.
static int64_t
run(struct copy *copy, size_t connections)
{
    struct worker workers[CONNECTIONS_MOST];
    int64_t started_us = clock_mono_us();

    for (size_t i = 0; i < connections; i++) {
        workers[i] = (struct worker){.copy = copy, .random = (uint64_t)clock_now_ms() * CONNECTIONS_MOST + i};
        CHECK(pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0);
    }
    for (size_t i = 0; i < connections; i++)
        pthread_join(workers[i].thread, NULL);
    return clock_mono_us() - started_us;
}

int
main(int argc, char **argv)
{
    struct copy copy = {.next_id = 1};
    struct samples *samples = NULL;
    double mean_row = 0;

    if (argc != 6) {
        fprintf(stderr, "usage: bench_copy CONNINFO TABLE CONNECTIONS BATCH ROWS\n");
        return 64;
    }
    size_t connections = strtoul(argv[3], NULL, 10);
    copy.batch = strtoul(argv[4], NULL, 10);
    int64_t rows = strtoll(argv[5], NULL, 10);
    if (connections < 1 || connections > CONNECTIONS_MOST || copy.batch < 1 || rows < 1) {
        fprintf(stderr, "bench_copy: 1 to %d connections, a batch and rows above 0\n", CONNECTIONS_MOST);
        return 64;
    }
    copy.conninfo = argv[1];
    copy.batches_each = rows / (int64_t)(copy.batch * connections) + 1;
    snprintf(copy.command, sizeof(copy.command),
        "COPY %s (id, bucket, key, channel, source, source_message_id, tracking_code, text, latitude, "
        "longitude, region_code, address, attachments, anonymous, confidential, addressed_to, relayed_by, "
        "follows_id) FROM STDIN (FORMAT binary)",
        argv[2]);
    samples = samples_new(SAMPLES, "bench", false);
    copy.rows = encode_all(samples, &mean_row);
    int64_t us = run(&copy, connections);
    int64_t stored = copy.batches_each * (int64_t)(copy.batch * connections);
    printf("{\"rows\": %lld, \"seconds\": %.3f, \"rate\": %.0f, \"text_bytes\": %.0f, \"row_bytes\": %.0f}\n",
        (long long)stored, (double)us / 1e6, (double)stored * 1e6 / (double)us, samples->mean_text, mean_row);
    for (size_t i = 0; i < samples->count; i++)
        free(copy.rows[i].bytes);
    free(copy.rows);
    samples_destroy(&samples);
    return atomic_load(&copy.failed) ? 1 : 0;
}
