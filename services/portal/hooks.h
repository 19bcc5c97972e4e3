// hooks.h - routes that networks call: Kannel for SMS, Meta for WhatsApp.
#ifndef KENTONGAN_PORTAL_HOOKS_H
#define KENTONGAN_PORTAL_HOOKS_H

#include "answer.h"
#include "request.h"

enum { HOOKS_BODY_MOST = 1 << 20 }; // bytes of a WhatsApp webhook

// An SMS, and what became of one of ours.
void hooks_kannel_message(struct request *request, struct answer *answer);
void hooks_kannel_report(struct request *request, struct answer *answer);

// The handshake, and a batch of messages and statuses.
void hooks_whatsapp_verify(struct request *request, struct answer *answer);
void hooks_whatsapp(struct request *request, struct answer *answer);

#endif
