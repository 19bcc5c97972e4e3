// report_fields.h - one report and its parts, filled field by field under the names of the contract.
#ifndef KENTONGAN_CLI_REPORT_FIELDS_H
#define KENTONGAN_CLI_REPORT_FIELDS_H

#include "check.h"
#include "ingest.pb-c.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REPORT_ATTACHMENTS_MOST = 10 };

// The messages of the contract that a report consists of.
enum report_group {
    REPORT_GROUP_REPORT,
    REPORT_GROUP_REPORTER,
    REPORT_GROUP_PLACE,
    REPORT_GROUP_POINT,
    REPORT_GROUP_ATTACHMENT,
};

enum report_type { REPORT_TEXT, REPORT_CHANNEL, REPORT_FLAG, REPORT_INTEGER, REPORT_REAL, REPORT_HASH };

struct report_field {
    const char *name; // as in the contract
    enum report_group group;
    enum report_type type;
    size_t offset; // in the group's message
};

struct report_fields {
    Kentongan__V1__Report report; // points into the others
    Kentongan__V1__Reporter reporter;
    Kentongan__V1__Place place;
    Kentongan__V1__Point point;
    Kentongan__V1__Attachment attachments[REPORT_ATTACHMENTS_MOST];
    Kentongan__V1__Attachment *attachment_list[REPORT_ATTACHMENTS_MOST];
    size_t attachment_count;
    uint8_t hashes[REPORT_ATTACHMENTS_MOST][32];
    bool has_reporter, has_place, has_point;
};

// Empties the report.
void report_fields_clear(struct report_fields *fields);

// Links the parts that were filled to the report.  Borrowed, as long as fields lives.
Kentongan__V1__Report *report_fields_finish(struct report_fields *fields);

// The field of this name in the group, or NULL.  Borrowed for ever.
const struct report_field *report_fields_find(enum report_group group, const char *name);

// The field that a column of a TSV names: any but those of attachments.  NULL: none.
const struct report_field *report_fields_by_column(const char *name);

// The group that this key of a group opens (reporter, place, point, attachments); REPORT_GROUP_REPORT: none.
enum report_group report_fields_inner(enum report_group group, const char *key);
const char *report_fields_group_name(enum report_group group);

// Sets a field from a value of one kind.  Returns NULL, or what is wrong with it.  Borrows text as long as
// the report is used.
MUST_USE const char *report_fields_set_text(
    struct report_fields *fields, const struct report_field *field, char *text);
MUST_USE const char *report_fields_set_flag(
    struct report_fields *fields, const struct report_field *field, bool value);
MUST_USE const char *report_fields_set_integer(
    struct report_fields *fields, const struct report_field *field, int64_t value);
MUST_USE const char *report_fields_set_real(
    struct report_fields *fields, const struct report_field *field, double value);

// Starts the next attachment, which fields of that group then go to.  False: there are too many.
bool report_fields_add_attachment(struct report_fields *fields);

#endif
