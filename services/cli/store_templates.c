// store_templates.c - SQL of what is said to reporters.
#include "store_templates.h"

#include "rows.h"

static const char list_sql[] = "SELECT event, language, channel, subject, body FROM reply_templates "
                               "WHERE $1 IN ('', event) ORDER BY event, language, channel";
static const char set_sql[] =
    "INSERT INTO reply_templates (event, language, channel, subject, body) VALUES ($1, $2, $3, $4, $5) "
    "ON CONFLICT (event, language, channel) DO UPDATE SET subject = excluded.subject, body = excluded.body "
    "RETURNING event, language, channel, subject, body";
static const char columns[] = "event:t language:t channel:t subject:t body:t";

json_t *
store_templates_list(struct db *db, const char *event)
{
    struct db_params *params = db_params_new("t");

    db_put_string(params, 0, event);
    return rows_run(db, "template list", list_sql, params, columns);
}

json_t *
store_templates_set(struct db *db, const struct reply_template *row)
{
    struct db_params *params = db_params_new("ttttt");

    db_put_string(params, 0, row->event);
    db_put_string(params, 1, row->language);
    db_put_string(params, 2, row->channel);
    db_put_string(params, 3, row->subject);
    db_put_string(params, 4, row->body);
    return rows_run(db, "template set", set_sql, params, columns);
}
