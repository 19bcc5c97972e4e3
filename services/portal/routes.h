// routes.h - the one table of all routes.
#ifndef KENTONGAN_PORTAL_ROUTES_H
#define KENTONGAN_PORTAL_ROUTES_H

#include "route.h"

struct route_table {
    const struct route *routes;
    size_t count;
};

extern const struct route_table routes_portal; // PORTAL_LISTEN
extern const struct route_table routes_ntfy;   // NTFY_LISTEN

#endif
