// portal.c - what all routes share.
#include "portal.h"

#include "log.h"
#include "pool.h"
#include "store_sessions.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

int
portal_set_origin(struct portal *portal)
{
    const char *host = NULL;
    size_t length = 0;

    if (strncmp(portal->url, "https://", 8) == 0)
        host = portal->url + 8;
    else if (strncmp(portal->url, "http://", 7) == 0)
        host = portal->url + 7;
    else
        return -1;
    length = strcspn(host, "/?#");
    if (length == 0 || host[length] != '\0' || strpbrk(host, "@ \"\\<>") != NULL ||
        strlen(portal->url) >= sizeof(portal->origin))
        return -1;
    for (size_t i = 0; i <= strlen(portal->url); i++)
        portal->origin[i] = (char)tolower((unsigned char)portal->url[i]);
    return 0;
}

void
portal_refresh(void *self)
{
    struct portal *portal = self;
    struct db *db = NULL;
    enum outcome outcome = RETRY;

    if (atomic_load(&portal->has_key))
        return;
    db = pool_take(portal->pool);
    if (db == NULL)
        return;
    outcome = store_sessions_key(db, portal->tracking_key);
    pool_give(portal->pool, db, outcome);
    if (outcome == DONE)
        atomic_store(&portal->has_key, true);
}
