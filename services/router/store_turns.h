// store_turns.h - pieces of SQL for what takes a ticket from one turn to the next.
//
// is_mine: true when the row that makes the change happen once was written by this very transaction.
#ifndef KENTONGAN_ROUTER_STORE_TURNS_H
#define KENTONGAN_ROUTER_STORE_TURNS_H

// What a notice says of the first response to a ticket k: the time of the policy that is for all tickets, in
// force when it was routed.  The watcher keeps the deadline itself, by conditions, too.
#define STORE_FIRST_RESPONSE_DUE                                                                             \
    "k.routed_at + (SELECT duration FROM policies WHERE clock = 'first_response' AND effective_from <= "     \
    "k.routed_at AND unit = 'wall' AND kinds = '' AND topics = '' AND levels = '' AND channels = '' "        \
    "ORDER BY effective_from DESC, version DESC LIMIT 1)"

// A statement that takes tickets k to their next turn, and before that writes down the turn that ends, at
// this moment.  ticket: which k that is, "FROM tickets k WHERE ..".  then: has to say the same moment.
#define STORE_TURN_ENDS(moment, because, ticket, then)                                                       \
    "WITH ended AS (INSERT INTO turns (ticket_id, turn, agency, from_at, until_at, because) "                \
    "SELECT k.id, k.turn, k.agency, k.routed_at, greatest(" moment ", k.routed_at), " because " " ticket     \
    ") " then

// The watcher has done with this ticket's id; its sweep has to look at it again.
#define STORE_WATCHER_LOOKS(ticket, is_mine)                                                                 \
    "UPDATE stage_marks SET done_up_to = least(done_up_to, " ticket " - 1), "                                \
    "near_up_to = least(near_up_to, " ticket " - 1) "                                                        \
    "WHERE stage = 'watcher' AND greatest(done_up_to, near_up_to) >= " ticket " AND " is_mine

#endif
