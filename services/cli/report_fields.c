// report_fields.c - a table of all fields of a report, and the setters that it drives.
#include "report_fields.h"

#include "names.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define REPORT(field, type)                                                                                  \
    {                                                                                                        \
#field, REPORT_GROUP_REPORT, type, offsetof(Kentongan__V1__Report, field)                            \
    }
#define REPORTER(field)                                                                                      \
    {                                                                                                        \
#field, REPORT_GROUP_REPORTER, REPORT_TEXT, offsetof(Kentongan__V1__Reporter, field)                 \
    }
#define PLACE(field)                                                                                         \
    {                                                                                                        \
#field, REPORT_GROUP_PLACE, REPORT_TEXT, offsetof(Kentongan__V1__Place, field)                       \
    }
#define POINT(field)                                                                                         \
    {                                                                                                        \
#field, REPORT_GROUP_POINT, REPORT_REAL, offsetof(Kentongan__V1__Point, field)                       \
    }
#define ATTACHMENT(field, type)                                                                              \
    {                                                                                                        \
#field, REPORT_GROUP_ATTACHMENT, type, offsetof(Kentongan__V1__Attachment, field)                    \
    }

static const struct report_field table[] = {
    REPORT(source, REPORT_TEXT),
    REPORT(source_message_id, REPORT_TEXT),
    REPORT(channel, REPORT_CHANNEL),
    REPORT(text, REPORT_TEXT),
    REPORT(sent_at_ms, REPORT_INTEGER),
    REPORT(anonymous, REPORT_FLAG),
    REPORT(confidential, REPORT_FLAG),
    REPORT(addressed_to, REPORT_TEXT),
    REPORT(relayed_by, REPORT_TEXT),
    REPORT(in_reply_to, REPORT_TEXT),
    REPORTER(name),
    REPORTER(phone),
    REPORTER(handle),
    REPORTER(email),
    REPORTER(national_id),
    POINT(latitude),
    POINT(longitude),
    PLACE(region_code),
    PLACE(address),
    ATTACHMENT(uri, REPORT_TEXT),
    ATTACHMENT(media_type, REPORT_TEXT),
    ATTACHMENT(sha256, REPORT_HASH),
    ATTACHMENT(size, REPORT_INTEGER),
};

void
report_fields_clear(struct report_fields *fields)
{
    kentongan__v1__report__init(&fields->report);
    kentongan__v1__reporter__init(&fields->reporter);
    kentongan__v1__place__init(&fields->place);
    kentongan__v1__point__init(&fields->point);
    fields->attachment_count = 0;
    fields->has_reporter = fields->has_place = fields->has_point = false;
}

Kentongan__V1__Report *
report_fields_finish(struct report_fields *fields)
{
    if (fields->has_reporter)
        fields->report.reporter = &fields->reporter;
    if (fields->has_place || fields->has_point)
        fields->report.place = &fields->place;
    if (fields->has_point)
        fields->place.point = &fields->point;
    fields->report.n_attachments = fields->attachment_count;
    fields->report.attachments = fields->attachment_list;
    return &fields->report;
}

const struct report_field *
report_fields_find(enum report_group group, const char *name)
{
    for (size_t i = 0; i < LENGTH(table); i++)
        if (table[i].group == group && strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

const struct report_field *
report_fields_by_column(const char *name)
{
    for (size_t i = 0; i < LENGTH(table); i++)
        if (table[i].group != REPORT_GROUP_ATTACHMENT && strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

enum report_group
report_fields_inner(enum report_group group, const char *key)
{
    if (group == REPORT_GROUP_REPORT && strcmp(key, "reporter") == 0)
        return REPORT_GROUP_REPORTER;
    if (group == REPORT_GROUP_REPORT && strcmp(key, "place") == 0)
        return REPORT_GROUP_PLACE;
    if (group == REPORT_GROUP_REPORT && strcmp(key, "attachments") == 0)
        return REPORT_GROUP_ATTACHMENT;
    if (group == REPORT_GROUP_PLACE && strcmp(key, "point") == 0)
        return REPORT_GROUP_POINT;
    return REPORT_GROUP_REPORT;
}

const char *
report_fields_group_name(enum report_group group)
{
    switch (group) {
    case REPORT_GROUP_REPORT:
        return "report";
    case REPORT_GROUP_REPORTER:
        return "reporter";
    case REPORT_GROUP_PLACE:
        return "place";
    case REPORT_GROUP_POINT:
        return "point";
    case REPORT_GROUP_ATTACHMENT:
        return "attachment";
    }
    return "";
}

// Where the field lives; the part that it belongs to is there from now on.
static void *
place_of(struct report_fields *fields, const struct report_field *field)
{
    switch (field->group) {
    case REPORT_GROUP_REPORT:
        return (char *)&fields->report + field->offset;
    case REPORT_GROUP_REPORTER:
        fields->has_reporter = true;
        return (char *)&fields->reporter + field->offset;
    case REPORT_GROUP_PLACE:
        fields->has_place = true;
        return (char *)&fields->place + field->offset;
    case REPORT_GROUP_POINT:
        fields->has_point = true;
        return (char *)&fields->point + field->offset;
    case REPORT_GROUP_ATTACHMENT:
        CHECK(fields->attachment_count > 0);
        return (char *)&fields->attachments[fields->attachment_count - 1] + field->offset;
    }
    return NULL;
}

static const char *
set_channel(struct report_fields *fields, const struct report_field *field, const char *text)
{
    int number = names_channel_number(text, strlen(text));

    if (number < 0)
        return "is no channel; give web, app, sms, whatsapp, phone, walk_in, ..";
    *(Kentongan__V1__Channel *)place_of(fields, field) = (Kentongan__V1__Channel)number;
    return NULL;
}

static const char *
set_hash(struct report_fields *fields, const struct report_field *field, const char *text)
{
    CHECK(field->group == REPORT_GROUP_ATTACHMENT && fields->attachment_count > 0);
    uint8_t *hash = fields->hashes[fields->attachment_count - 1];

    if (strlen(text) != 64 || strspn(text, "0123456789abcdefABCDEF") != 64)
        return "is not 64 hexadecimal digits";
    for (size_t i = 0; i < 32; i++) {
        char digits[3] = {text[2 * i], text[2 * i + 1], '\0'};
        hash[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    ((ProtobufCBinaryData *)place_of(fields, field))->data = hash;
    ((ProtobufCBinaryData *)place_of(fields, field))->len = 32;
    return NULL;
}

const char *
report_fields_set_text(struct report_fields *fields, const struct report_field *field, char *text)
{
    char *end = NULL;
    long long integer = 0;
    double real = 0;

    switch (field->type) {
    case REPORT_TEXT:
        *(char **)place_of(fields, field) = text;
        return NULL;
    case REPORT_CHANNEL:
        return set_channel(fields, field, text);
    case REPORT_FLAG:
        if (strcasecmp(text, "yes") == 0 || strcasecmp(text, "true") == 0 || strcmp(text, "1") == 0)
            return report_fields_set_flag(fields, field, true);
        if (strcasecmp(text, "no") == 0 || strcasecmp(text, "false") == 0 || strcmp(text, "0") == 0)
            return report_fields_set_flag(fields, field, false);
        return "is neither yes nor no";
    case REPORT_INTEGER:
        errno = 0;
        integer = strtoll(text, &end, 10);
        if (end == text || *end != '\0' || errno != 0)
            return "is not a whole number";
        return report_fields_set_integer(fields, field, integer);
    case REPORT_REAL:
        real = strtod(text, &end);
        if (end == text || *end != '\0' || !isfinite(real))
            return "is not a number with a decimal point";
        return report_fields_set_real(fields, field, real);
    case REPORT_HASH:
        return set_hash(fields, field, text);
    }
    return NULL;
}

const char *
report_fields_set_flag(struct report_fields *fields, const struct report_field *field, bool value)
{
    if (field->type != REPORT_FLAG)
        return "is true or false where another kind of value belongs";
    *(protobuf_c_boolean *)place_of(fields, field) = value;
    return NULL;
}

const char *
report_fields_set_integer(struct report_fields *fields, const struct report_field *field, int64_t value)
{
    if (field->type == REPORT_REAL)
        return report_fields_set_real(fields, field, (double)value);
    if (field->type == REPORT_CHANNEL) {
        if (value <= 0 || value > KENTONGAN__V1__CHANNEL__CHANNEL_OTHER)
            return "is no channel; give web, app, sms, whatsapp, phone, walk_in, ..";
        *(Kentongan__V1__Channel *)place_of(fields, field) = (Kentongan__V1__Channel)value;
        return NULL;
    }
    if (field->type != REPORT_INTEGER)
        return "is a number where another kind of value belongs";
    if (field->group == REPORT_GROUP_ATTACHMENT) {
        if (value < 0)
            return "is below 0";
        *(uint64_t *)place_of(fields, field) = (uint64_t)value;
    } else {
        *(int64_t *)place_of(fields, field) = value;
    }
    return NULL;
}

const char *
report_fields_set_real(struct report_fields *fields, const struct report_field *field, double value)
{
    if (field->type != REPORT_REAL)
        return "is a number with a decimal point where another kind of value belongs";
    *(double *)place_of(fields, field) = value;
    return NULL;
}

bool
report_fields_add_attachment(struct report_fields *fields)
{
    if (fields->attachment_count == REPORT_ATTACHMENTS_MOST)
        return false;
    kentongan__v1__attachment__init(&fields->attachments[fields->attachment_count]);
    fields->attachment_list[fields->attachment_count] = &fields->attachments[fields->attachment_count];
    fields->attachment_count++;
    return true;
}
