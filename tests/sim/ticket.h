// ticket.h - the facts of one simulated ticket: what PostgreSQL holds in tickets, turns and acts.
//
// What is written here is what the router and act_add() write; deadlines are the store's.
#ifndef KENTONGAN_SIM_TICKET_H
#define KENTONGAN_SIM_TICKET_H

#include "chance.h"
#include "deadline/history.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TICKET_TURNS_MOST = 48, TICKET_ACTS_MOST = 96 };

struct ticket {
    int64_t id, received_at_ms;
    char kind[24], topic[48], channel[16];
    bool urgent;
    struct history_turn turns[TICKET_TURNS_MOST];
    size_t turn_count;
    struct act_row acts[TICKET_ACTS_MOST];
    size_t act_count;
    int changes;         // tickets.changes
    int64_t known_at_ms; // when the last of these facts came

    // The router's.
    size_t acts_done; // so many it has dealt with
    bool is_closed;
    int not_ours;

    // Of the people who deal with it.
    struct chance chance;
    int temper; // how they are
    int deeds_left;
    bool is_asked;
};

// As the decision code takes it.  Borrows the ticket.
struct history ticket_history(struct ticket *ticket);

// Who has it now: "" nobody.
const char *ticket_agency(const struct ticket *ticket);
bool ticket_has_clocks(const struct ticket *ticket); // neither joined nor on the shelf

// A new turn from that moment on.
void ticket_turn(struct ticket *ticket, const char *agency, int64_t from_ms);

// The router deals with the acts that it has not dealt with.  True: the ticket changed.
bool ticket_route(struct ticket *ticket);

#endif
