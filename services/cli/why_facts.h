// why_facts.h - everything that kentongan why says of a ticket, as JSON: the facts, and each deadline as it
// is derived from them now, beside the one that is stored.
#ifndef KENTONGAN_CLI_WHY_FACTS_H
#define KENTONGAN_CLI_WHY_FACTS_H

#include "check.h"
#include "deadline_store.h"

#include <jansson.h>
#include <stdint.h>

// Of one ticket; rest is what store_why_rest() gave for it.  Returns new:
//     ticket_id, tracking_code, stage, region_code, kind, urgent, topic, channel, received_at_ms
//     turns      turn, agency, from_ms, until_ms (null: runs), because
//     held       agency, ms: how long each agency has had it, over all its turns
//     acts       id, at_ms, act, actor, actor_kind, agency, value, same_text, done (what the router did)
//     deadlines  clock, turn, agency, policy, started_at_ms, due_at_ms (null: never), stopped_at_ms, stop,
//                stopped_by (the act, or null), spans (kind, agency, from_ms, until_ms, amount_ms), steps
//                (step, percent, wait_s, role, at_ms, fired), told (notices), changes (the journal), stored
//                (null: not yet), check (ok, says), explained (the same for people, lines)
MUST_USE json_t *why_facts(
    const struct rules *rules, const struct deadline_case *ticket, const json_t *rest, int64_t now_ms);

#endif
