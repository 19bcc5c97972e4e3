// zap.h - who may shake hands on the CURVE socket (RFC 27, ZAP 1.0).
//
// A REP socket at inproc://zeromq.zap.01 that lives in the service's own loop: when the loop is gone, so is
// the process, and nobody gets in.  zap_new() has to come before the CURVE socket binds; that socket sets a
// ZAP domain and ZMQ_ZAP_ENFORCE_DOMAIN, without which CURVE lets anybody in while no handler answers.
#ifndef KENTONGAN_ZAP_H
#define KENTONGAN_ZAP_H

#include "service.h"
#include "sources.h"

#define ZAP_DOMAIN "kentongan"

struct zap;

// Binds and joins the loop.  Borrows sources.  Returns new, or NULL when another handler is bound.
struct zap *zap_new(struct service *service, const struct sources *sources);
void zap_destroy(struct zap **zap);

#endif
