// identity.c - kentongan identity: breaking the glass.
//
// Who reported is sealed to a key that lies with the office, on none of our machines.  Opening one identity
// takes that key, a name and a reason; it is written into a journal first, which nobody can change, and the
// reporter is told.
#include "identity.h"

#include "complain.h"
#include "config.h"
#include "correct.h"
#include "ingest.pb-c.h"
#include "options.h"
#include "rows.h"
#include "seal.h"
#include "store_identities.h"
#include "verbs.h"
#include "whole_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { BY_MOST = 100, REASON_LEAST = 20, REASON_MOST = 1000 };

struct request {
    const char *code, *by, *reason, *key_file;
    uint8_t key[SEAL_KEY_SIZE];
};

// The key is read before anything is journalled.
static int
read_key(struct request *request)
{
    struct str text = {0};
    int rc = whole_file_read(request->key_file, &text);

    if (rc < 0) {
        complain("identity open", "--key %s: cannot be read: %s", request->key_file, strerror(errno));
    } else {
        while (text.length > 0 && strchr("\r\n ", text.data[text.length - 1]) != NULL)
            text.data[--text.length] = '\0';
        rc = text.length > 0 ? seal_parse_key(text.data, request->key) : -1;
        if (rc < 0)
            complain("identity open",
                "--key %s: is no secret key of 64 hexadecimal digits; give the .secret file of kentongan "
                "keygen identity",
                request->key_file);
    }
    if (text.length > 0)
        seal_wipe(text.data, text.length);
    str_free(&text);
    return rc;
}

// What is wrong with the request, or NULL.
static const char *
wrong(const struct request *request)
{
    if (request->code == NULL)
        return "whose?  give the code of the report";
    if (request->by == NULL || request->by[0] == '\0' || strlen(request->by) > BY_MOST ||
        !str_is_text(request->by, strlen(request->by)))
        return "--by: say who opens it, in 1 to 100 bytes";
    if (request->reason == NULL || !str_is_text(request->reason, strlen(request->reason)) ||
        strlen(request->reason) < REASON_LEAST || strlen(request->reason) > REASON_MOST)
        return "--reason: say why, in 20 to 1000 bytes; the reporter is told";
    if (request->key_file == NULL)
        return "--key: give the file of the office's secret key";
    return NULL;
}

// Prints the Reporter.  -1: the bytes are none.
static int
print_reporter(const char *code, const struct str *plain)
{
    Kentongan__V1__Reporter *reporter =
        kentongan__v1__reporter__unpack(NULL, plain->length, (const uint8_t *)plain->data);

    if (reporter == NULL)
        return -1;
    rows_print_json(json_pack("{s:s s:s s:s s:s s:s s:s}", "tracking_code", code, "name", reporter->name,
        "phone", reporter->phone, "handle", reporter->handle, "email", reporter->email, "national_id",
        reporter->national_id));
    kentongan__v1__reporter__free_unpacked(reporter, NULL);
    return 0;
}

static int
open_sealed(const struct request *request, const char *hex)
{
    struct seal_opener *opener = seal_opener_new(request->key);
    struct str plain = {0};
    size_t length = strlen(hex) / 2;
    uint8_t *sealed = check_alloc(length + 1);
    int code = EXIT_OK;

    for (size_t i = 0; i < length; i++) {
        const char digits[] = {hex[2 * i], hex[2 * i + 1], '\0'};

        sealed[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    str_add(&plain, "", 0);
    if (seal_open(opener, sealed, length, &plain) < 0 || print_reporter(request->code, &plain) < 0) {
        complain("identity open",
            "--key %s: does not open this identity; it was sealed to another key.  The attempt stands in the "
            "journal",
            request->key_file);
        code = EXIT_FAILED;
    }
    if (plain.length > 0)
        seal_wipe(plain.data, plain.length);
    str_free(&plain);
    free(sealed);
    seal_opener_destroy(&opener);
    return code;
}

static int
open_of(struct db *db, const struct request *request)
{
    int code = EXIT_AWAY;
    int64_t report_id = correct_report_id(db, "identity open", request->code, &code);
    json_t *asked = NULL;
    json_t *sealed = NULL;

    if (report_id < 0)
        return code;
    asked = store_identities_ask(db, report_id, request->by, request->reason);
    if (asked == NULL) {
        code = EXIT_AWAY;
    } else if (json_array_size(asked) == 0) {
        code = EXIT_UNKNOWN;
        complain("identity open",
            "%s: nothing is sealed for it; the report came without a reporter, or there is none",
            request->code);
    } else {
        sealed = store_identities_open(db, rows_integer(json_array_get(asked, 0), "id"));
        code =
            sealed == NULL ? EXIT_AWAY : open_sealed(request, rows_text(json_array_get(sealed, 0), "sealed"));
    }
    json_decref(sealed);
    json_decref(asked);
    return code;
}

static int
open_one(int argc, char **argv)
{
    struct request request = {.code = NULL};
    const struct option table[] = {{"by", OPTION_TEXT, &request.by, 0, 0},
        {"reason", OPTION_TEXT, &request.reason, 0, 0}, {"key", OPTION_TEXT, &request.key_file, 0, 0}};
    const struct options options = {.command = "identity",
        .table = table,
        .count = LENGTH(table),
        .words = &request.code,
        .most_words = 1};
    int code = EXIT_USAGE;

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    if (wrong(&request) != NULL) {
        complain("identity open", "%s; see kentongan help identity", wrong(&request));
        return EXIT_USAGE;
    }
    if (read_key(&request) == 0) {
        struct db *db = config_open_db();

        code = open_of(db, &request);
        db_destroy(&db);
    }
    seal_wipe(request.key, sizeof(request.key));
    return code;
}

static int
journal(int argc, char **argv)
{
    static const struct table_column columns[] = {{"id", "id", TABLE_NUMBER}, {"at_ms", "at", TABLE_TIME},
        {"tracking_code", "report", TABLE_TEXT}, {"by", "by", TABLE_TEXT}, {"reason", "reason", TABLE_TEXT}};
    bool json = false;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {.command = "identity", .table = table, .count = LENGTH(table)};

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    struct db *db = config_open_db();
    int code = verbs_print(store_identities_journal(db), json, columns, LENGTH(columns));
    db_destroy(&db);
    return code;
}

int
identity_command(int argc, char **argv)
{
    static const struct verb verbs[] = {{"open", open_one}, {"journal", journal}};

    return verbs_run("identity", verbs, LENGTH(verbs), argc, argv);
}
