// fields.c - the fields of a JSON body, each checked before it is used.
#include "fields.h"

#include "str.h"

#include <stdio.h>
#include <string.h>

void
fields_open(struct fields *fields, const struct request *request, struct answer *answer)
{
    *fields = (struct fields){.body = request_json(request), .answer = answer};
    if (fields->body == NULL)
        fields_wrong(fields, "body", "The body has to be a JSON object in UTF-8, each field once.");
}

void
fields_close(struct fields *fields)
{
    json_decref(fields->body);
    fields->body = NULL;
}

void
fields_wrong(struct fields *fields, const char *name, const char *message)
{
    if (!fields->is_wrong)
        answer_error(fields->answer, 400, "wrong_field", name, message);
    fields->is_wrong = true;
}

// The field itself, or NULL.
static const json_t *
find(const struct fields *fields, const char *name)
{
    const char *dot = strchr(name, '.');
    char outer[32];

    if (dot == NULL)
        return json_object_get(fields->body, name);
    snprintf(outer, sizeof(outer), "%.*s", (int)(dot - name), name);
    return json_object_get(json_object_get(fields->body, outer), dot + 1);
}

const char *
fields_text(struct fields *fields, const char *name, enum field_rule rule, size_t bytes_most)
{
    const json_t *field = find(fields, name);
    char message[96];

    if (fields->is_wrong)
        return "";
    if (field == NULL || json_is_null(field)) {
        if (rule == FIELD_NEEDED)
            fields_wrong(fields, name, "This field is needed.");
        return "";
    }
    if (!json_is_string(field) || !str_is_text(json_string_value(field), json_string_length(field))) {
        fields_wrong(fields, name, "This field has to be a text in UTF-8 without NUL.");
        return "";
    }
    if (json_string_length(field) > bytes_most) {
        snprintf(message, sizeof(message), "This field has at most %zu bytes.", bytes_most);
        fields_wrong(fields, name, message);
        return "";
    }
    if (rule == FIELD_NEEDED && json_string_length(field) == 0)
        fields_wrong(fields, name, "This field must not be empty.");
    return json_string_value(field);
}

bool
fields_has_object(struct fields *fields, const char *name)
{
    const json_t *field = find(fields, name);

    if (field == NULL || json_is_null(field))
        return false;
    if (!json_is_object(field)) {
        fields_wrong(fields, name, "This field has to be an object.");
        return false;
    }
    return !fields->is_wrong;
}
