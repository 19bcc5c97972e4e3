// config.h - the CLI's settings, and the one connection to PostgreSQL that a command works on.
#ifndef KENTONGAN_CLI_CONFIG_H
#define KENTONGAN_CLI_CONFIG_H

#include "check.h"
#include "db.h"
#include "settings.h"

#include <stddef.h>

struct config {
    const char *database, *database_password;             // as role kentongan_ops
    const char *owner_database, *owner_database_password; // migrate only; "" = as database
    const char *endpoint;                                 // where publish finds the ingest socket
    const char *portal_url;                               // what links begin with; "" = not known
    const char *data; // folder of the offline tools' reference data; "" = knowledge_files.h looks for it
};

// The table, for --settings-table and the drift tests.
const struct settings *config_settings(void);

// Reads the environment, and before it the file of settings when KENTONGAN_DATABASE is unset.  Borrowed,
// lives for ever. Does not return when a setting is wrong: exit 78.
const struct config *config_read(void);

// A connection for a command, as ops.  Returns new.
struct db *config_open_db(void);

// Runs queries as one transaction.  DONE, or one line on standard error that starts with `what`, and RETRY
// (PostgreSQL is away or busy) or REJECT (it refused the data).  The caller reads results and calls
// db_release().
MUST_USE enum outcome config_run(
    struct db *db, const char *what, const struct db_query *queries, size_t count);

#endif
