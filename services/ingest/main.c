// main.c - kentongan-ingest: takes reports from integrators and answers once they are on disk.
#include "ingest.h"
#include "log.h"
#include "service.h"
#include "service_settings.h"
#include "zap.h"

enum { LANES = 2 }; // one fills while the other is flushed; three and four were no faster

static struct service_settings common;
static const char *plain, *curve, *curve_secret_key, *identity_key, *reply_key, *received;
static bool plain_anywhere, allow_unsafe;
static int64_t backlog_most, bucket_rows;

static const struct setting table[] = {
    SERVICE_SETTINGS(common),
    {"INGEST_PLAIN", SETTING_TEXT, "tcp://127.0.0.1:5755", 0, 0, false,
        "endpoint for integrators on this machine, without encryption; empty: none", &plain},
    {"INGEST_PLAIN_ANYWHERE", SETTING_FLAG, "no", 0, 0, false,
        "let INGEST_PLAIN bind to another address than loopback", &plain_anywhere},
    {"INGEST_CURVE", SETTING_TEXT, "", 0, 0, false,
        "endpoint for integrators anywhere, with CURVE and registered keys; empty: none", &curve},
    {"INGEST_CURVE_SECRET_KEY", SETTING_TEXT, "", 0, 0, true,
        "the server's CURVE secret key, Z85, 40 characters", &curve_secret_key},
    {"IDENTITY_PUBLIC_KEY", SETTING_TEXT, "", 0, 0, false,
        "key that identities are sealed to, 64 hexadecimal digits; empty: identities are not kept",
        &identity_key},
    {"REPLY_PUBLIC_KEY", SETTING_TEXT, "", 0, 0, false,
        "key that addresses to answer to are sealed to, 64 hexadecimal digits; empty: they are not kept",
        &reply_key},
    {"INGEST_BACKLOG_MAX", SETTING_INTEGER, "500000", 1, 1000000000, false,
        "reports without a ticket above which RETRY_LATER is answered", &backlog_most},
    {"INGEST_BUCKET_ROWS", SETTING_INTEGER, "4194304", 1000, 1000000000, false,
        "reports in a bucket of the idempotency index", &bucket_rows},
    {"INGEST_ALLOW_UNSAFE_DATABASE", SETTING_FLAG, "no", 0, 0, false,
        "accept reports although PostgreSQL does not flush commits; loses them, for fault tests only",
        &allow_unsafe},
    {"BUS_RECEIVED", SETTING_TEXT, "tcp://127.0.0.1:5761", 0, 0, false,
        "where received reports go, for the classifier", &received},
};

static const struct settings settings = {
    "kentongan-ingest", "takes reports and answers once they are on disk", table, LENGTH(table)};

// What seals to the key of this setting, or NULL where none is set.  A wrong key ends the process.
static struct seal *
make_seal(const char *name, const char *hex)
{
    uint8_t key[SEAL_KEY_SIZE];
    struct seal *seal = NULL;

    if (hex[0] == '\0')
        return NULL;
    if (seal_parse_key(hex, key) == 0)
        seal = seal_new(key);
    if (seal == NULL)
        settings_wrong(&settings, name, "is not a public key of 64 hexadecimal digits");
    return seal;
}

int
main(int argc, char **argv)
{
    struct service *service = NULL;
    struct db *vitals_db = NULL;
    struct db *intake_db = NULL;
    struct db *lane_dbs[LANES] = {NULL};
    struct lane *lanes[LANES] = {NULL};
    struct bus_outbox *outbox = NULL;
    struct sources *sources = NULL;
    struct known *known = NULL;
    struct vitals *vitals = NULL;
    struct intake *intake = NULL;
    struct zap *zap = NULL;
    struct seal *seal = NULL;
    struct seal *reply_seal = NULL;
    struct ingest *ingest = NULL;
    int exit_code = 1;

    settings_load(&settings, argc, argv);
    if (plain[0] == '\0' && curve[0] == '\0')
        settings_wrong(&settings, "INGEST_PLAIN", "is empty, and so is INGEST_CURVE: nobody could send");
    if (curve[0] != '\0' && !ingest_is_curve_key(curve_secret_key))
        settings_wrong(
            &settings, "INGEST_CURVE_SECRET_KEY", "has to be 40 characters of Z85 when INGEST_CURVE is set");
    if (!plain_anywhere && plain[0] != '\0' && !bus_is_local(plain))
        settings_wrong(&settings, "INGEST_PLAIN",
            "is neither loopback nor ipc://; use INGEST_CURVE, or INGEST_PLAIN_ANYWHERE=yes");
    log_open("ingest", log_level(common.log_level));
    service = service_new("ingest", common.metrics_file);
    seal = make_seal("IDENTITY_PUBLIC_KEY", identity_key);
    reply_seal = make_seal("REPLY_PUBLIC_KEY", reply_key);
    outbox = service_outbox(&settings, &common, "BUS_RECEIVED", received);
    sources = sources_new();
    known = known_new();
    zap = zap_new(service, sources);
    if (outbox == NULL || zap == NULL)
        goto done;

    vitals_db = db_new(common.database, common.database_password, "kentongan ingest vitals");
    vitals = vitals_new(&(struct vitals_options){.db = vitals_db,
        .service = service,
        .sources = sources,
        .known = known,
        .backlog_most = backlog_most,
        .bucket_rows = bucket_rows,
        .allow_unsafe = allow_unsafe});
    intake_db = db_new(common.database, common.database_password, "kentongan ingest intake");
    intake = intake_new(service, intake_db);
    for (size_t i = 0; i < LANES; i++) {
        lane_dbs[i] = db_new(common.database, common.database_password, "kentongan ingest lane");
        lanes[i] = lane_new(lane_dbs[i], outbox, known, intake);
    }
    ingest = ingest_new(&(struct ingest_options){.service = service,
        .lanes = lanes,
        .lane_count = LANES,
        .vitals = vitals,
        .sources = sources,
        .seal = seal,
        .reply_seal = reply_seal,
        .intake = intake,
        .plain = plain,
        .curve = curve,
        .curve_secret_key = curve_secret_key});
    if (ingest != NULL)
        exit_code = service_run(service);

done:
    ingest_destroy(&ingest);
    intake_destroy(&intake);
    db_destroy(&intake_db);
    for (size_t i = 0; i < LANES; i++) {
        lane_destroy(&lanes[i]);
        db_destroy(&lane_dbs[i]);
    }
    vitals_destroy(&vitals);
    db_destroy(&vitals_db);
    zap_destroy(&zap);
    known_destroy(&known);
    sources_destroy(&sources);
    seal_destroy(&seal);
    seal_destroy(&reply_seal);
    bus_outbox_destroy(&outbox);
    service_destroy(&service);
    return exit_code;
}
