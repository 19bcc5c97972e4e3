// reply.h - answers and pages as libmicrohttpd sends them, with the headers that each of ours has.
#ifndef KENTONGAN_PORTAL_REPLY_H
#define KENTONGAN_PORTAL_REPLY_H

#include "answer.h"
#include "pages.h"

#include <microhttpd.h>
#include <stdbool.h>

// Queues an answer.  Takes its body; a stream stays the caller's, until the connection is done with it.
enum MHD_Result reply_answer(struct MHD_Connection *connection, struct answer *answer);

// Queues a page: 200, or 304 when the client has it.
enum MHD_Result reply_page(struct MHD_Connection *connection, const struct page *page);

#endif
