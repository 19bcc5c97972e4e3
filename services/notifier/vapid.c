// vapid.c - one signed token for each push service.
#include "vapid.h"

#include "endpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ORIGINS_MOST = 16, // push services are few; beyond that, the oldest token is made again when it is needed
    LIVES_S = 12 * 3600, // RFC 8292 §2 allows 24 h; half of it leaves room for wrong clocks
    RENEW_MS = 6 * 3600 * 1000,
};

struct token {
    char origin[ENDPOINT_ORIGIN_SIZE];
    int64_t made_ms;
    struct str header;
};

struct vapid {
    struct webpush_key *key;
    const char *subject;
    struct token tokens[ORIGINS_MOST];
};

struct vapid *
vapid_new(struct webpush_key *key, const char *subject)
{
    struct vapid *vapid = check_zalloc(1, sizeof(*vapid));

    vapid->key = key;
    vapid->subject = subject;
    return vapid;
}

void
vapid_destroy(struct vapid **vapid)
{
    if (*vapid == NULL)
        return;
    for (size_t i = 0; i < ORIGINS_MOST; i++)
        str_free(&(*vapid)->tokens[i].header);
    webpush_key_destroy(&(*vapid)->key);
    free(*vapid);
    *vapid = NULL;
}

const char *
vapid_header(struct vapid *vapid, const char *origin, int64_t now_ms)
{
    struct token *token = &vapid->tokens[0];
    int64_t age_ms = 0;

    for (size_t i = 0; i < ORIGINS_MOST; i++) {
        struct token *each = &vapid->tokens[i];

        if (strcmp(each->origin, origin) == 0) {
            token = each;
            break;
        }
        if (each->made_ms < token->made_ms)
            token = each;
    }
    // A clock that was set back makes a token look younger than new.
    age_ms = now_ms - token->made_ms;
    if (strcmp(token->origin, origin) == 0 && age_ms >= 0 && age_ms < RENEW_MS)
        return token->header.data;
    str_clear(&token->header);
    token->origin[0] = '\0';
    if (webpush_vapid(vapid->key, origin, vapid->subject, now_ms / 1000 + LIVES_S, &token->header) < 0)
        return NULL;
    snprintf(token->origin, sizeof(token->origin), "%s", origin);
    token->made_ms = now_ms;
    return token->header.data;
}
