// pushes.h - routes of one-time tokens: what a phone says of a notice without a session.
#ifndef KENTONGAN_PORTAL_PUSHES_H
#define KENTONGAN_PORTAL_PUSHES_H

#include "answer.h"
#include "request.h"

void pushes_received(struct request *request, struct answer *answer);
void pushes_seen(struct request *request, struct answer *answer);
void pushes_acknowledge(struct request *request, struct answer *answer);

#endif
