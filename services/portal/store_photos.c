// store_photos.c - SQL of pictures.
#include "store_photos.h"

// Row level security looks at the ticket.
static const char read_sql[] = "SELECT f.media_type, f.bytes FROM photos f WHERE f.id = $1";

enum outcome
store_photos_read(
    struct request *request, int64_t id, char media_type[STORE_PHOTOS_TYPE_SIZE], struct str *out)
{
    struct db_params *params = db_params_new("i");
    const struct db_query query = {.name = "photos_read", .sql = read_sql, .params = params};
    enum outcome outcome = DONE;
    size_t length = 0;
    const char *bytes = NULL;

    db_put_int(params, 0, id);
    outcome = request_run(request, &query, 1);
    media_type[0] = '\0';
    if (outcome == DONE && db_rows(request->db, 1) > 0) {
        db_copy_text(request->db, 1, 0, 0, media_type, STORE_PHOTOS_TYPE_SIZE);
        bytes = db_text(request->db, 1, 0, 1, &length);
        str_add(out, bytes, length);
    }
    db_release(request->db);
    db_params_destroy(&params);
    return outcome;
}
