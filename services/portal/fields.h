// fields.h - the fields of a JSON body, each checked before it is used.
//
// The first one that is wrong is told: 400 with its name.  After that all are "" or NULL, so that a route
// reads all its fields and then asks once.
#ifndef KENTONGAN_PORTAL_FIELDS_H
#define KENTONGAN_PORTAL_FIELDS_H

#include "answer.h"
#include "request.h"

#include <stdbool.h>
#include <stddef.h>

struct fields {
    json_t *body; // owned; NULL: it was none
    struct answer *answer;
    bool is_wrong;
};

enum field_rule {
    FIELD_OPTIONAL, // "" when it is missing or null
    FIELD_NEEDED,   // neither missing nor ""
};

// Reads the request's body.  Borrows answer.
void fields_open(struct fields *fields, const struct request *request, struct answer *answer);
void fields_close(struct fields *fields);

// A text of at most this many bytes, UTF-8 without NUL.  name may have a dot: "photo.data" is the field data
// of the object photo.  Borrowed from the body.
const char *fields_text(struct fields *fields, const char *name, enum field_rule rule, size_t bytes_most);

// Is there such an object?  Something else of that name is wrong.
bool fields_has_object(struct fields *fields, const char *name);

// Says that a field is wrong, unless one was before.  message: a sentence.
void fields_wrong(struct fields *fields, const char *name, const char *message);

#endif
