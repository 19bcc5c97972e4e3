// pool.h - connections to PostgreSQL, lent to one request at a time.
//
// While PostgreSQL cannot be reached, one request after the other would wait for it; after POOL_FAILURES in a
// row nobody is lent a connection for POOL_REST_MS, so that everybody is told 503 at once.
#ifndef KENTONGAN_PORTAL_POOL_H
#define KENTONGAN_PORTAL_POOL_H

#include "check.h"
#include "db.h"

#include <stddef.h>

enum { POOL_REST_MS = 500, POOL_PATIENCE_MS = 2000 };

struct pool;

// size connections, made when first used.  Texts are db_new()'s.  Returns new.
struct pool *pool_new(size_t size, const char *conninfo, const char *password);
void pool_destroy(struct pool **pool);

// Lends a connection; waits at most POOL_PATIENCE_MS for one.  NULL: none is free, or PostgreSQL is away.
struct db *pool_take(struct pool *pool);

// Takes it back.  ending: of the last transaction that ran on it.
void pool_give(struct pool *pool, struct db *db, enum outcome ending);

#endif
