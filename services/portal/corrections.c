// corrections.c - what officers say that a report is: topic, region, kind, urgent, split off, joined.
//
// A correction is only ever added; the router acts on it within seconds.
#include "corrections.h"

#include "acted.h"
#include "acts.h"
#include "code.h"
#include "fields.h"
#include "portal.h"
#include "store_acts.h"
#include "triage/kind.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { WHAT_MOST = 16, VALUE_MOST = 64, CODE_MOST = 32, REASON_MOST = 1000 };

enum what { WHAT_TOPIC, WHAT_REGION, WHAT_KIND, WHAT_URGENT, WHAT_SPLIT, WHAT_JOIN, WHATS };
static const char *const whats[WHATS] = {"topic", "region", "kind", "urgent", "split", "join"};

#define NOT_OF_TICKET "This report does not hang on the ticket."

struct given {
    enum what what;
    struct correction_said said;
    char other[24]; // join: the id of the other report, as the corrections table has it
};

static bool
is(const char *text, const char *wanted)
{
    return strcmp(text, wanted) == 0;
}

// A value that can be judged without the database.
static void
check_value(struct fields *fields, const struct request *request, struct given *given)
{
    const char *value = given->said.value;
    enum triage_kind kind = KIND_COMPLAINT;

    switch (given->what) {
    case WHAT_TOPIC:
    case WHAT_REGION:
        break;
    case WHAT_KIND:
        if (!kind_from_name(value, &kind))
            fields_wrong(fields, "value",
                "A kind is complaint, criticism, aspiration, suggestion, information_request or not_report.");
        break;
    case WHAT_URGENT:
        if (!is(value, "yes") && !is(value, "no"))
            fields_wrong(fields, "value", "Urgent is yes or no.");
        break;
    case WHAT_SPLIT:
        if (value[0] != '\0')
            fields_wrong(fields, "value", "Split has no value.");
        break;
    case WHAT_JOIN:
        given->said.other_report_id = code_report(request, value);
        if (given->said.other_report_id < 0)
            fields_wrong(fields, "value", "The value has to be the code of another report.");
        snprintf(given->other, sizeof(given->other), "%" PRId64, given->said.other_report_id);
        given->said.value = given->other;
        break;
    case WHATS:
        break;
    }
}

static void
read_what(struct fields *fields, struct given *given)
{
    const char *name = fields_text(fields, "what", FIELD_NEEDED, WHAT_MOST);

    given->what = WHAT_TOPIC;
    while (given->what < WHATS && !is(name, whats[given->what]))
        given->what++;
    if (given->what == WHATS)
        fields_wrong(fields, "what", "What is corrected is topic, region, kind, urgent, split or join.");
    else
        given->said.what = whats[given->what];
}

static void
read_given(struct fields *fields, const struct request *request, struct given *given)
{
    struct correction_said *said = &given->said;
    const char *report = NULL;

    said->key = acts_read_key(fields);
    read_what(fields, given);
    said->value = fields_text(fields, "value", FIELD_OPTIONAL, VALUE_MOST);
    said->reason = fields_text(fields, "reason", FIELD_OPTIONAL, REASON_MOST);
    report = fields_text(fields, "report", FIELD_OPTIONAL, CODE_MOST);
    if (fields->is_wrong)
        return;
    said->report_id = said->path_report_id;
    if (report[0] != '\0') {
        said->report_id = code_report(request, report);
        if (said->report_id < 0)
            fields_wrong(fields, "report", "This is no code of a report.");
    }
    check_value(fields, request, given);
}

// What is known to be stored already needs no look: it only has to be said again.
static void
check_known(struct fields *fields, const struct given *given, const struct correction_known *known)
{
    if (known->is_stored || known->ticket_id == 0)
        return;
    if (!known->is_of_ticket && known->report_is_seen)
        fields_wrong(fields, "report", NOT_OF_TICKET);
    else if (given->what == WHAT_SPLIT && given->said.report_id == known->ticket_id)
        fields_wrong(
            fields, "report", "The report that opened the ticket stays; say which other one is split off.");
    else if (given->what == WHAT_TOPIC && !known->value_is_topic)
        fields_wrong(fields, "value", "There is no such topic.");
    else if (given->what == WHAT_REGION && !known->value_is_region)
        fields_wrong(fields, "value", "There is no such region.");
    else if (given->what == WHAT_JOIN && !known->other_is_seen)
        fields_wrong(fields, "value", "There is no such report for you.");
}

static void
say_refused(struct answer *answer, struct fields *fields, const struct correction_known *known)
{
    if (known->ticket_id != 0 && known->is_allowed && !known->is_of_ticket && !known->key_is_used)
        fields_wrong(fields, "report", NOT_OF_TICKET);
    else
        acts_refused(answer, known->ticket_id, known->is_allowed);
}

static void
add(struct request *request, struct answer *answer, struct fields *fields, struct given *given)
{
    struct correction_known known = {0};
    struct stored_act stored = {0};
    enum outcome outcome = store_acts_look_at_correction(request, &given->said, &known);

    if (outcome == DONE) {
        check_known(fields, given, &known);
        if (fields->is_wrong)
            return;
    }
    stored.state = STORED_REFUSED;
    if (outcome == DONE && !known.key_is_used)
        outcome = store_acts_correct(request, &given->said, &stored);
    if (outcome != DONE) {
        answer_ending(answer, outcome);
    } else if (stored.state == STORED_REFUSED) {
        say_refused(answer, fields, &known);
    } else {
        acted_tell(request->portal->acted, given->said.report_id);
        answer_json(answer, 200,
            json_pack("{s:s, s:I}", "state", stored.state == STORED_OK ? "ok" : "again", "id",
                (json_int_t)stored.id));
    }
}

void
corrections_add(struct request *request, struct answer *answer)
{
    struct fields fields;
    struct given given = {.said = {.path_report_id = code_param(request, answer)}};

    if (given.said.path_report_id < 0)
        return;
    fields_open(&fields, request, answer);
    read_given(&fields, request, &given);
    if (!fields.is_wrong)
        add(request, answer, &fields, &given);
    fields_close(&fields);
}
