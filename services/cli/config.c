// config.c - the settings table of the CLI, where they come from, and its connection to PostgreSQL.
#include "config.h"

#include "complain.h"
#include "env_file.h"
#include "log.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A person waits at the other end.
enum { PATIENCE_MS = 15000 };

static const char default_env_file[] = "var/kentongan.env";

static struct config config;

static const struct setting table[] = {
    {.name = "DATABASE",
        .type = SETTING_TEXT,
        .fallback = "dbname=kentongan",
        .help = "PostgreSQL, as libpq's conninfo; role kentongan_ops",
        .into = &config.database},
    {.name = "DATABASE_PASSWORD",
        .type = SETTING_TEXT,
        .fallback = "",
        .secret = true,
        .help = "password of that role",
        .into = &config.database_password},
    {.name = "OWNER_DATABASE",
        .type = SETTING_TEXT,
        .fallback = "",
        .help = "the same as the owner of the tables, for migrate; empty = as DATABASE",
        .into = &config.owner_database},
    {.name = "OWNER_DATABASE_PASSWORD",
        .type = SETTING_TEXT,
        .fallback = "",
        .secret = true,
        .help = "password of the owner",
        .into = &config.owner_database_password},
    {.name = "INGEST_PLAIN",
        .type = SETTING_TEXT,
        .fallback = "tcp://127.0.0.1:5755",
        .help = "where publish finds the ingest socket unless --endpoint says",
        .into = &config.endpoint},
    {.name = "PORTAL_URL",
        .type = SETTING_TEXT,
        .fallback = "",
        .help = "origin of the portal, for links to it; https://...",
        .into = &config.portal_url},
    {.name = "DATA",
        .type = SETTING_TEXT,
        .fallback = "",
        .help = "reference data for classify, similar, train and evaluate; empty = that of this installation",
        .into = &config.data},
};

static const struct settings settings = {
    .program = "kentongan",
    .summary = "publishes reports, shows what became of them, and looks after the system",
    .table = table,
    .count = LENGTH(table),
};

const struct settings *
config_settings(void)
{
    return &settings;
}

// Fills the environment from the file of settings when nothing in it names a database.
static int
read_env_file(char *reason, size_t size)
{
    const char *named = getenv("KENTONGAN_ENV");
    bool is_named = named != NULL && named[0] != '\0';

    if (getenv("KENTONGAN_DATABASE") != NULL)
        return 0;
    int found = env_file_load(is_named ? named : default_env_file, reason, size);
    // A missing file is an error only when somebody asked for it.
    return found < 0 || (found > 0 && is_named) ? -1 : 0;
}

const struct config *
config_read(void)
{
    static bool is_read;
    char reason[512] = "";

    if (is_read)
        return &config;
    log_open("kentongan", LOG_LEVEL_ERROR);
    if (read_env_file(reason, sizeof(reason)) < 0) {
        complain("settings", "%s; correct it, or set KENTONGAN_DATABASE", reason);
        exit(EXIT_SETTINGS);
    }
    if (settings_read(&settings, reason, sizeof(reason)) < 0) {
        complain("settings", "%s; correct it in the environment", reason);
        exit(EXIT_SETTINGS);
    }
    is_read = true;
    return &config;
}

struct db *
config_open_db(void)
{
    const struct config *read = config_read();

    return db_new(read->database, read->database_password, "kentongan");
}

enum outcome
config_run(struct db *db, const char *what, const struct db_query *queries, size_t count)
{
    enum outcome outcome = db_run(db, queries, count, PATIENCE_MS);

    switch (outcome) {
    case DONE:
        break;
    case RETRY:
        complain(what, "PostgreSQL: %s; check KENTONGAN_DATABASE and that the server runs", db_reason(db));
        break;
    case REJECT:
        complain(what, "PostgreSQL refused it: %s; correct it and run the command again", db_reason(db));
        break;
    }
    return outcome;
}
