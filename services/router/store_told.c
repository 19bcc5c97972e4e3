// store_told.c - reads back the notices that a transaction stored.
#include "store_told.h"

#include "str.h"

#include <string.h>

// "+ 0": by the index on causes, not by walking all notices in the order of their ids.
const char store_told_sql[] =
    STORE_TOLD "AND n.cause = ANY ($1::bigint[]) AND n.kind IN (1, 7) ORDER BY n.id + 0";

size_t
store_read_told(const struct db *db, size_t query, struct told *told)
{
    size_t count = db_rows(db, query);

    for (size_t i = 0; i < count; i++) {
        struct told *one = &told[i];

        memset(one, 0, sizeof(*one));
        one->notice_id = db_int(db, query, i, 0);
        one->ticket_id = db_int(db, query, i, 1);
        one->kind = (int)db_int(db, query, i, 2);
        str_copy(one->agency, sizeof(one->agency), db_text(db, query, i, 3, NULL));
        one->created_at_ms = db_time(db, query, i, 4);
        one->due_at_ms = db_is_null(db, query, i, 5) ? 0 : db_time(db, query, i, 5);
        str_copy(one->tracking_code, sizeof(one->tracking_code), db_text(db, query, i, 6, NULL));
        str_copy(one->topic, sizeof(one->topic), db_text(db, query, i, 7, NULL));
        str_copy(one->region_code, sizeof(one->region_code), db_text(db, query, i, 8, NULL));
        one->urgent = db_int(db, query, i, 9) != 0;
        one->count = db_int(db, query, i, 10);
    }
    return count;
}
