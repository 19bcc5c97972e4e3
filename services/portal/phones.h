// phones.h - routes of a person's own phones.
#ifndef KENTONGAN_PORTAL_PHONES_H
#define KENTONGAN_PORTAL_PHONES_H

#include "answer.h"
#include "request.h"

void phones_list(struct request *request, struct answer *answer);

// A subscription of a browser, checked as strictly as when it is used; or a topic and a token for the ntfy
// app.
void phones_add(struct request *request, struct answer *answer);
void phones_remove(struct request *request, struct answer *answer);
void phones_test(struct request *request, struct answer *answer);

#endif
