// request.c - one HTTP request as routes see it.
//
// It trusts nothing: an escape that is none, a body that is no JSON object, a key that stands in it twice are
// no request.
#include "request.h"

#include "pool.h"
#include "store_sessions.h"
#include "str.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

enum { ARGUMENTS_MOST = 32, PATH_MOST = 1024 };

struct query {
    size_t count;
    struct {
        const char *name, *value;
        size_t length;
    } arguments[ARGUMENTS_MOST];
};

const char *
request_header(const struct request *request, const char *name)
{
    return request->connection != NULL
               ? MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name)
               : NULL;
}

const char *
request_cookie(const struct request *request, const char *name)
{
    return request->connection != NULL
               ? MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND, name)
               : NULL;
}

const char *
request_query_bytes(const struct request *request, const char *name, size_t *length)
{
    const struct query *query = request->query;

    for (size_t i = 0; query != NULL && i < query->count; i++)
        if (strcmp(query->arguments[i].name, name) == 0) {
            *length = query->arguments[i].length;
            return query->arguments[i].value;
        }
    *length = 0;
    return NULL;
}

const char *
request_query(const struct request *request, const char *name)
{
    size_t length = 0;
    const char *value = request_query_bytes(request, name, &length);

    return value != NULL && strlen(value) == length ? value : NULL;
}

json_t *
request_json(const struct request *request)
{
    json_t *json = json_loadb(request->body, request->length, JSON_REJECT_DUPLICATES, NULL);

    if (json_is_object(json))
        return json;
    json_decref(json);
    return NULL;
}

enum outcome
request_run(struct request *request, const struct db_query *queries, size_t count)
{
    struct db_query all[DB_QUERIES_MOST];
    struct db_params *params = db_params_new("t");

    CHECK(count > 0 && count < DB_QUERIES_MOST);
    db_put_string(params, 0, request->session.hash);
    all[0] = store_sessions_set(params);
    memcpy(all + 1, queries, count * sizeof(*queries));
    request->ending = db_run(request->db, all, count + 1, POOL_PATIENCE_MS);
    db_params_destroy(&params);
    return request->ending;
}

static int
digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

long
request_decode(char *text, size_t length, bool any_bytes)
{
    size_t out = 0;

    for (size_t i = 0; i < length; i++) {
        int high = -1;
        int low = -1;

        if (text[i] != '%') {
            text[out++] = text[i];
            continue;
        }
        if (i + 2 < length) {
            high = digit(text[i + 1]);
            low = digit(text[i + 2]);
        }
        if (high < 0 || low < 0 || (!any_bytes && high == 0 && low == 0))
            return -1;
        text[out++] = (char)(high * 16 + low);
        i += 2;
    }
    text[out] = '\0';
    return (long)out;
}

static void
plus_to_blank(char *text)
{
    for (char *plus = strchr(text, '+'); plus != NULL; plus = strchr(plus, '+'))
        *plus = ' ';
}

// Takes "name=value" apart.
static int
add_argument(struct query *query, char *text)
{
    char *value = strchr(text, '=');
    long length = 0;

    if (*text == '\0')
        return 0;
    if (query->count == ARGUMENTS_MOST)
        return -1;
    plus_to_blank(text);
    if (value != NULL)
        *value++ = '\0';
    else
        value = text + strlen(text);
    length = request_decode(value, strlen(value), true);
    if (length < 0 || request_decode(text, strlen(text), false) < 0)
        return -1;
    query->arguments[query->count].name = text;
    query->arguments[query->count].value = value;
    query->arguments[query->count++].length = (size_t)length;
    return 0;
}

int
request_open(struct request *request, char *uri)
{
    char *query = strchr(uri, '?');
    char *next = NULL;

    request->path = uri;
    if (query != NULL)
        *query++ = '\0';
    if (uri[0] != '/' || strlen(uri) > PATH_MOST)
        return -1;
    for (const char *c = uri; *c != '\0'; c++)
        if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f)
            return -1;
    if (query == NULL)
        return 0;
    request->query = check_zalloc(1, sizeof(*request->query));
    for (char *text = query; text != NULL; text = next) {
        next = strchr(text, '&');
        if (next != NULL)
            *next++ = '\0';
        if (add_argument(request->query, text) < 0)
            return -1;
    }
    return 0;
}

void
request_close(struct request *request)
{
    for (size_t i = 0; i < request->param_count; i++)
        free(request->params[i]);
    request->param_count = 0;
    free(request->query);
    request->query = NULL;
}
