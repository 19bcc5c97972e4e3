// store_hooks.h - the SQL of delivery reports.
#ifndef KENTONGAN_PORTAL_STORE_HOOKS_H
#define KENTONGAN_PORTAL_STORE_HOOKS_H

#include "check.h"
#include "kannel.h"
#include "request.h"

// A network says that what we sent was delivered, or failed.  *known: we did send it.
MUST_USE enum outcome store_hooks_reported(
    struct request *request, const struct kannel_reference *reference, bool delivered, bool *known);

#endif
