// ticket.c - one ticket as a whole.
#include "ticket.h"

#include "code.h"
#include "deadline/policy.h"
#include "store_ticket.h"
#include "ticket_why.h"

#include <string.h>

// In the order of enum NoticeKind (proto/stages.proto), then the test of a phone.
static const char *const kinds[] = {"", "ticket_opened", "report_routed", "warning_50", "warning_80",
    "breach", "incident", "urgent", "escalation", "test"};

static void
name_kinds(json_t *notices)
{
    size_t i = 0;
    json_t *notice = NULL;

    json_array_foreach(notices, i, notice)
    {
        json_int_t kind = json_integer_value(json_object_get(notice, "kind"));
        bool is_known = kind > 0 && (size_t)kind < LENGTH(kinds);

        json_object_set_new(notice, "kind", json_string(is_known ? kinds[kind] : "other"));
    }
}

static void
name_channels(json_t *reports)
{
    size_t i = 0;
    json_t *report = NULL;

    json_array_foreach(reports, i, report)
    {
        const char *name = policy_channel_name((int)json_integer_value(json_object_get(report, "channel")));

        json_object_set_new(report, "channel", json_string(name));
    }
}

void
ticket_show(struct request *request, struct answer *answer)
{
    int64_t report_id = code_param(request, answer);
    json_t *ticket = NULL;
    enum outcome outcome = DONE;

    if (report_id < 0)
        return;
    outcome = store_ticket_read(request, report_id, &ticket);
    if (outcome != DONE) {
        answer_ending(answer, outcome);
    } else if (ticket == NULL) {
        code_unknown(answer);
    } else {
        name_kinds(json_object_get(ticket, "notices"));
        name_channels(json_object_get(ticket, "reports"));
        json_object_set_new(ticket, "why", ticket_why(ticket));
        answer_json(answer, 200, ticket);
    }
}
