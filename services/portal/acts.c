// acts.c - what officers do on tickets.
//
// The body is checked field by field, then what it names is looked up, then it is stored by portal_act(),
// which says `again` for a key that it knows: a client sends the same until it has an answer.
#include "acts.h"

#include "acted.h"
#include "code.h"
#include "deadline/act.h"
#include "jpeg.h"
#include "portal.h"

#include <stdio.h>
#include <string.h>

enum { KEY_LEAST = 8, KEY_MOST = 64, VALUE_MOST = 63, NAME_MOST = 40, TYPE_MOST = 40 };

struct given {
    enum act act;
    const char *key, *value, *text;
    struct str picture;
    int64_t judged_id;
};

static bool
is_key(const char *key)
{
    size_t length = strlen(key);

    for (size_t i = 0; i < length; i++)
        if (key[i] <= ' ' || key[i] > '~')
            return false;
    return length >= KEY_LEAST && length <= KEY_MOST;
}

const char *
acts_read_key(struct fields *fields)
{
    const char *key = fields_text(fields, "key", FIELD_NEEDED, KEY_MOST);

    if (!fields->is_wrong && !is_key(key))
        fields_wrong(fields, "key", "The key has to be 8 to 64 visible ASCII characters.");
    return key;
}

// Base64 as JSON's writers have it, with + and / and padding; str_unbase64url() reads the other alphabet,
// without.
static bool
decode(const char *text, struct str *out)
{
    size_t length = strlen(text);
    struct str url = {0};
    int decoded = -1;

    if (length == 0 || length % 4 != 0)
        return false;
    str_add(&url, text, length);
    while (url.length > 0 && url.data[url.length - 1] == '=' && length - url.length < 2)
        url.length--;
    for (size_t i = 0; i < url.length; i++) {
        char c = url.data[i];

        // The other alphabet's own signs have no place here.
        url.data[i] = c == '+' ? '-' : c == '/' ? '_' : c == '-' || c == '_' ? '=' : c;
    }
    str_reserve(out, length);
    decoded = str_unbase64url(url.data, url.length, (uint8_t *)out->data, length);
    str_free(&url);
    if (decoded < 0)
        return false;
    out->length = (size_t)decoded;
    return true;
}

static void
read_picture(struct fields *fields, struct given *given)
{
    const char *type = NULL;
    const char *data = NULL;
    struct str raw = {0};

    if (!fields_has_object(fields, "photo"))
        return;
    type = fields_text(fields, "photo.media_type", FIELD_NEEDED, TYPE_MOST);
    data = fields_text(fields, "photo.data", FIELD_NEEDED, ACTS_BODY_MOST);
    if (fields->is_wrong)
        return;
    if (strcmp(type, "image/jpeg") != 0)
        fields_wrong(fields, "photo.media_type", "A photo has to be image/jpeg.");
    else if (!decode(data, &raw))
        fields_wrong(fields, "photo.data", "The photo has to be base64 with padding (RFC 4648).");
    else if (raw.length > ACTS_PICTURE_MOST)
        fields_wrong(fields, "photo.data", "A photo has at most 1 MB.");
    else if (jpeg_strip((const uint8_t *)raw.data, raw.length, &given->picture) < 0)
        fields_wrong(fields, "photo.data", "This is no whole JPEG picture.");
    str_free(&raw);
}

// Names the field that act_wrong() begins with.
static void
check_act(struct fields *fields, struct given *given)
{
    const char *wrong = act_wrong(given->act, given->value, given->text);
    struct act_row row = {.act = given->act};
    bool counts = false;
    char field[16];

    if (wrong != NULL) {
        snprintf(field, sizeof(field), "%.*s", (int)strcspn(wrong, ":"), wrong);
        fields_wrong(fields, field, wrong);
    } else if (given->act == ACT_JUDGE) {
        str_copy(row.value, sizeof(row.value), given->value);
        if (!act_judges(&row, &given->judged_id, &counts))
            fields_wrong(fields, "value", "The value has to be an act's id and counts or pasted.");
    }
}

static void
read_given(struct fields *fields, struct given *given)
{
    const char *name = NULL;

    given->key = acts_read_key(fields);
    name = fields_text(fields, "act", FIELD_NEEDED, NAME_MOST);
    given->value = fields_text(fields, "value", FIELD_OPTIONAL, VALUE_MOST);
    given->text = fields_text(fields, "text", FIELD_OPTIONAL, ACTS_TEXT_MOST);
    if (!fields->is_wrong && (!act_parse(name, &given->act) || given->act == ACT_ANSWER))
        fields_wrong(fields, "act", "There is no such act for officers.");
    if (!fields->is_wrong)
        check_act(fields, given);
    read_picture(fields, given);
}

void
acts_refused(struct answer *answer, int64_t ticket_id, bool is_allowed)
{
    if (ticket_id == 0)
        code_unknown(answer);
    else if (!is_allowed)
        answer_error(answer, 403, "not_for_role", "act", "Your role may not do this.");
    else
        answer_error(
            answer, 409, "key_used", "key", "Something else was done with this key; nothing was stored.");
}

static void
check_known(struct fields *fields, const struct given *given, const struct act_known *known)
{
    bool names_agency = given->act == ACT_ASSIGN || (given->act == ACT_NOT_OURS && given->value[0] != '\0');

    if (names_agency && !known->value_is_agency)
        fields_wrong(fields, "value", "There is no agency of this code that can have tickets.");
    else if (given->act == ACT_JUDGE && known->ticket_id != 0 && !known->value_is_act)
        fields_wrong(fields, "value", "This ticket has no such act.");
}

// Stores it.  What was stored before, when the report hung on a ticket of its own, is `again`, too.
static enum outcome
store(struct request *request, int64_t report_id, const struct act_known *known, struct act_said *said,
    struct stored_act *stored)
{
    enum outcome outcome = DONE;

    said->ticket_id = known->ticket_id != 0 ? known->ticket_id : report_id;
    outcome = store_acts_add(request, said, stored);
    if (outcome == DONE && stored->state == STORED_REFUSED && said->ticket_id != report_id) {
        said->ticket_id = report_id;
        outcome = store_acts_add(request, said, stored);
    }
    return outcome;
}

static void
add(struct request *request, struct answer *answer, int64_t report_id, struct fields *fields,
    struct given *given)
{
    struct act_said said = {.act = act_name(given->act),
        .value = given->value,
        .text = given->text,
        .key = given->key,
        .text_key = act_text_key(given->text),
        .picture = given->picture.length > 0 ? given->picture.data : NULL,
        .picture_length = given->picture.length};
    struct act_known known = {0};
    struct stored_act stored = {0};
    enum outcome outcome = store_acts_look(request, report_id, &said, given->judged_id, &known);

    if (outcome == DONE) {
        check_known(fields, given, &known);
        if (fields->is_wrong)
            return;
        stored.state = STORED_REFUSED;
        if (!known.key_is_used)
            outcome = store(request, report_id, &known, &said, &stored);
    }
    if (outcome != DONE) {
        answer_ending(answer, outcome);
    } else if (stored.state == STORED_REFUSED) {
        acts_refused(answer, known.ticket_id, known.is_allowed);
    } else {
        acted_tell(request->portal->acted, said.ticket_id);
        answer_json(answer, 200,
            json_pack("{s:s, s:I, s:I}", "state", stored.state == STORED_OK ? "ok" : "again", "id",
                (json_int_t)stored.id, "at_ms", (json_int_t)stored.at_ms));
    }
}

void
acts_add(struct request *request, struct answer *answer)
{
    int64_t report_id = code_param(request, answer);
    struct fields fields;
    struct given given = {.act = ACT_NOTE};

    if (report_id < 0)
        return;
    fields_open(&fields, request, answer);
    read_given(&fields, &given);
    if (!fields.is_wrong)
        add(request, answer, report_id, &fields, &given);
    str_free(&given.picture);
    fields_close(&fields);
}
