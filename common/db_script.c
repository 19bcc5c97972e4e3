// db_script.c - runs scripts on PostgreSQL; beside db.c the only file that includes libpq.
#include "db_script.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARAMS_MOST = 8, COPY_PIECE = 1024 * 1024 };

struct db_script {
    PGconn *connection;
};

// The first line of what the server or libpq says, with the place that it was at.
static int
fail(const struct db_script *script, const PGresult *result, char *reason, size_t size)
{
    const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
    const char *context = PQresultErrorField(result, PG_DIAG_CONTEXT);

    if (text == NULL) {
        text = PQerrorMessage(script->connection);
        snprintf(reason, size, "%.*s", (int)strcspn(text, "\n"), text);
        return -1;
    }
    snprintf(reason, size, "%s%s%s%s%.*s", text, detail != NULL ? "; " : "", detail != NULL ? detail : "",
        context != NULL ? " at " : "", context != NULL ? (int)strcspn(context, "\n") : 0,
        context != NULL ? context : "");
    return -1;
}

// Notices of the server go to nobody: what matters comes as an error.
static void
ignore_notice(void *self, const PGresult *result)
{
    (void)self;
    (void)result;
}

struct db_script *
db_script_open(const char *conninfo, const char *password, const char *name, char *reason, size_t size)
{
    const char *keywords[] = {
        "dbname", "password", "fallback_application_name", "connect_timeout", "options", NULL};
    const char *values[] = {conninfo, password != NULL && password[0] != '\0' ? password : NULL, name, "5",
        "-c lock_timeout=60s -c client_min_messages=warning", NULL};
    struct db_script *script = check_zalloc(1, sizeof(*script));

    script->connection = PQconnectdbParams(keywords, values, 1);
    CHECK(script->connection != NULL);
    if (PQstatus(script->connection) != CONNECTION_OK) {
        fail(script, NULL, reason, size);
        db_script_close(&script);
        return NULL;
    }
    PQsetNoticeReceiver(script->connection, ignore_notice, NULL);
    return script;
}

void
db_script_close(struct db_script **script)
{
    if (*script == NULL)
        return;
    PQfinish((*script)->connection);
    free(*script);
    *script = NULL;
}

int
db_script_run(struct db_script *script, const char *sql, char *reason, size_t size)
{
    PGresult *result = PQexec(script->connection, sql);
    ExecStatusType status = PQresultStatus(result);
    int rc = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY
                 ? 0
                 : fail(script, result, reason, size);

    PQclear(result);
    return rc;
}

char *
db_script_value(
    struct db_script *script, const char *sql, const char *const *params, char *reason, size_t size)
{
    int count = 0;
    char *value = NULL;

    while (params != NULL && count < PARAMS_MOST && params[count] != NULL)
        count++;
    PGresult *result = PQexecParams(script->connection, sql, count, NULL, params, NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK) {
        value = strdup(PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
        CHECK(value != NULL);
    } else {
        fail(script, result, reason, size);
    }
    PQclear(result);
    return value;
}

int
db_script_copy(
    struct db_script *script, const char *sql, struct db_script_data data, char *reason, size_t size)
{
    PGresult *result = PQexec(script->connection, sql);
    int rc = PQresultStatus(result) == PGRES_COPY_IN ? 0 : fail(script, result, reason, size);

    PQclear(result);
    if (rc < 0)
        return -1;
    for (size_t at = 0; at < data.length && rc == 0; at += COPY_PIECE) {
        size_t left = data.length - at;
        rc = PQputCopyData(
                 script->connection, data.bytes + at, (int)(left < COPY_PIECE ? left : COPY_PIECE)) == 1
                 ? 0
                 : -1;
    }
    if (PQputCopyEnd(script->connection, rc == 0 ? NULL : "the client failed") != 1)
        rc = -1;
    if (rc < 0)
        fail(script, NULL, reason, size);
    // Every result has to be taken before the connection can be used again; the first error is the one to
    // tell.
    while ((result = PQgetResult(script->connection)) != NULL) {
        if (PQresultStatus(result) != PGRES_COMMAND_OK && rc == 0)
            rc = fail(script, result, reason, size);
        PQclear(result);
    }
    return rc;
}
