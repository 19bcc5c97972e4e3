// correction.c - what follows from what an officer said of a report.
//
// On a closed ticket no clock starts: it is described anew, but stays where it is until it is opened again.
#include "correction.h"

#include "str.h"

#include <stdio.h>
#include <string.h>

static bool
is(const char *text, const char *wanted)
{
    return strcmp(text, wanted) == 0;
}

static void
route(const struct route_table *table, struct correction_ticket *ticket)
{
    const struct route_question question = {
        .topic = ticket->topic,
        .confidence = ticket->confidence,
        .region_code = ticket->region_code,
        .road = ticket->road,
        .urgent = ticket->urgent,
        .not_report = is(ticket->kind, STORE_NOT_REPORT),
    };
    struct route_answer answer;

    route_decide(table, &question, &answer);
    str_copy(ticket->agency, sizeof(ticket->agency), answer.agency);
    if (answer.topic != ticket->topic)
        str_copy(ticket->topic, sizeof(ticket->topic), answer.topic);
}

// Writes the officer's word into the ticket.
static void
amend(struct correction_ticket *ticket, const struct correction *correction)
{
    if (is(correction->what, "topic")) {
        str_copy(ticket->topic, sizeof(ticket->topic), correction->value);
        ticket->confidence = 1;
    } else if (is(correction->what, "region")) {
        str_copy(ticket->region_code, sizeof(ticket->region_code), correction->value);
    } else if (is(correction->what, "kind")) {
        str_copy(ticket->kind, sizeof(ticket->kind), correction->value);
        // Who says that it is no report says that nobody is in danger, too.
        ticket->urgent = ticket->urgent && !is(correction->value, STORE_NOT_REPORT);
    } else {
        ticket->urgent = is(correction->value, "yes");
    }
}

// Does the agency keep what the rules would give to another one?  When a person gave it the ticket, or older
// rules did, and nothing is said of what is the matter or where.  The shelf keeps nothing that is a report.
static bool
keeps(const struct route_table *table, const struct correction *correction,
    const struct correction_ticket *routed)
{
    struct correction_ticket before = correction->ticket;

    if (is(correction->what, "topic") || is(correction->what, "region"))
        return false;
    if (is(before.agency, ROUTE_SHELF) || is(routed->agency, ROUTE_SHELF))
        return false;
    route(table, &before);
    return !is(before.agency, correction->ticket.agency);
}

static void
decide_route(
    const struct route_table *table, const struct correction *correction, struct correction_plan *plan)
{
    const char *before = correction->ticket.agency;
    struct correction_ticket routed;

    plan->act = CORRECTION_ROUTE;
    plan->ticket = correction->ticket;
    amend(&plan->ticket, correction);
    routed = plan->ticket;
    route(table, &routed);
    if (!plan->ticket.is_closed && !keeps(table, correction, &routed))
        plan->ticket = routed;
    plan->moves = !is(plan->ticket.agency, before);
    plan->raises =
        !plan->moves && !plan->ticket.is_closed && plan->ticket.urgent && !correction->ticket.urgent;
    if (plan->moves)
        snprintf(plan->done, sizeof(plan->done), "%s %s: %s -> %s", correction->what, correction->value,
            before, plan->ticket.agency);
    else
        snprintf(plan->done, sizeof(plan->done), "%s %s: stays with %s%s", correction->what,
            correction->value, before, plan->ticket.is_closed ? ", it is closed" : "");
}

static bool
is_no_report(const struct correction *correction)
{
    return is(correction->what, "kind") && is(correction->value, STORE_NOT_REPORT);
}

static void
split(const struct route_table *table, const struct correction *correction, struct correction_plan *plan)
{
    plan->act = CORRECTION_SPLIT;
    plan->ticket = correction->report;
    if (is(correction->what, "kind"))
        amend(&plan->ticket, correction);
    route(table, &plan->ticket);
    plan->moves = true;
    snprintf(plan->done, sizeof(plan->done), "%s%s%s: has a ticket of its own -> %s", correction->what,
        correction->value[0] != '\0' ? " " : "", correction->value, plan->ticket.agency);
}

static void
decide_split(
    const struct route_table *table, const struct correction *correction, struct correction_plan *plan)
{
    if (correction->report_id == correction->ticket_id)
        snprintf(plan->done, sizeof(plan->done), "split: nothing to do, the report opened its ticket");
    else
        split(table, correction, plan);
}

static void
decide_join(const struct correction *correction, struct correction_plan *plan)
{
    if (correction->other_ticket_id == 0) {
        snprintf(plan->done, sizeof(plan->done), "join: nothing done, there is no such report");
    } else if (correction->other_ticket_id == correction->ticket_id) {
        snprintf(plan->done, sizeof(plan->done), "join: nothing to do, both hang on one ticket");
    } else if (is(correction->other_agency, ROUTE_SHELF) && !is(correction->ticket.agency, ROUTE_SHELF)) {
        // A report must not vanish on the shelf.
        snprintf(plan->done, sizeof(plan->done), "join: nothing done, the other one lies on the shelf");
    } else if (correction->other_closed && !correction->ticket.is_closed) {
        // Nor behind what nobody works on any more.
        snprintf(plan->done, sizeof(plan->done),
            "join: nothing done, the other one is closed; it has to be opened again first");
    } else {
        plan->act = CORRECTION_JOIN;
        plan->moves = true;
        plan->raises = correction->ticket.urgent && !correction->other_urgent && !correction->other_closed;
        snprintf(plan->done, sizeof(plan->done), "join: its reports hang on the other ticket, with %s",
            correction->other_agency);
    }
}

void
correction_decide(
    const struct route_table *table, const struct correction *correction, struct correction_plan *plan)
{
    *plan = (struct correction_plan){.act = CORRECTION_NOTHING};
    if (is(correction->what, "split"))
        decide_split(table, correction, plan);
    else if (is_no_report(correction) && correction->report_id != correction->ticket_id)
        split(table, correction, plan); // the others on the ticket are reports as before
    else if (is(correction->what, "join"))
        decide_join(correction, plan);
    else
        decide_route(table, correction, plan);
}
