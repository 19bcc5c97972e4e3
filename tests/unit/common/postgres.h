// postgres.h - a private PostgreSQL on a unix socket, for tests.
#ifndef KENTONGAN_TEST_POSTGRES_H
#define KENTONGAN_TEST_POSTGRES_H

#include "db.h"

#include <stddef.h>

struct postgres;

// Makes one in a new folder, with an empty database, starts it and waits until it answers.  Returns new.
struct postgres *postgres_new(void);

// Stops it and removes its folder.
void postgres_destroy(struct postgres **postgres);

// libpq's connection string, of a superuser.  Borrowed.
const char *postgres_conninfo(const struct postgres *postgres);

// For cmocka_run_group_tests(): one for all tests of a program, which is postgres_of_group.
extern struct postgres *postgres_of_group;
int postgres_group_start(void **state);
int postgres_group_stop(void **state);

// Runs statements without parameters, one after the other, on the connection; each has to be done.
void postgres_run(struct db *db, const char *const *statements, size_t count);

#endif
