// fuzz_request.c - any bytes as a request line and a body: "GET /api/v1/tickets?q=a", a line break, the body.
//
// Arguments say what another reading of the query says.  Each route that is found is found again by the path
// that its pattern and its params make.  A JSON body is an object in UTF-8, and a field that is used is a
// text within its limit; the first that is not is told by its name.
#include "fuzz.h"

#include "fields.h"
#include "request.h"
#include "route.h"
#include "routes.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>

enum { PARAM_MOST = 128, ARGUMENTS_MOST = 32 };

// Query ---------------------------------------------------------------------------------------------------

// Another decoding of a name or a value: what %XX is, by the C library.
static void
decode(struct str *out, const char *from, size_t length)
{
    str_clear(out);
    str_add(out, "", 0);
    for (size_t i = 0; i < length; i++) {
        char hex[3] = "";
        unsigned char byte = (unsigned char)from[i];

        if (from[i] == '%') {
            CHECK(i + 2 < length);
            memcpy(hex, from + i + 1, 2);
            CHECK(strspn(hex, "0123456789abcdefABCDEF") == 2);
            byte = (unsigned char)strtoul(hex, NULL, 16);
            i += 2;
        } else if (from[i] == '+') {
            byte = ' ';
        }
        str_add(out, &byte, 1);
    }
}

// All arguments of a query that was taken; of two with the same name the first counts.
static void
check_query(const struct request *request, const char *query)
{
    static struct str names[ARGUMENTS_MOST], value;
    size_t count = 0;

    while (*query != '\0') {
        size_t length = strcspn(query, "&");
        const char *equals = memchr(query, '=', length);
        size_t name = equals != NULL ? (size_t)(equals - query) : length;
        size_t given = 0;
        bool is_new = true;

        if (length > 0) {
            CHECK(count < ARGUMENTS_MOST);
            decode(&names[count], query, name);
            decode(&value, equals != NULL ? equals + 1 : "", equals != NULL ? length - name - 1 : 0);
            for (size_t i = 0; i < count; i++)
                is_new = is_new && strcmp(names[i].data, names[count].data) != 0;
            const char *bytes = request_query_bytes(request, names[count].data, &given);
            CHECK(bytes != NULL);
            CHECK(!is_new || (given == value.length && memcmp(bytes, value.data, given) == 0));
            const char *text = request_query(request, names[count].data);
            CHECK(text == NULL ? memchr(bytes, '\0', given) != NULL : strlen(text) == given);
            count++;
        }
        query += length + (query[length] == '&');
    }
}

// Routes --------------------------------------------------------------------------------------------------

static void
write_path(struct str *path, const struct route *route, const struct request *request)
{
    size_t param = 0;

    for (const char *c = route->pattern; *c != '\0'; c++) {
        if (*c != '*') {
            str_add(path, c, 1);
            continue;
        }
        CHECK(param < request->param_count);
        for (const char *p = request->params[param++]; *p != '\0'; p++)
            str_format(path, "%%%02x", (unsigned char)*p);
    }
    CHECK(param == request->param_count);
}

static void
check_route(const struct route_table *table, struct request *request)
{
    struct request again = {.method = request->method};
    struct str path = {0};
    bool known = false;
    bool others = false;
    const struct route *route = route_find(table->routes, table->count, request, &known);

    if (route == NULL) {
        CHECK(request->param_count == 0);
        for (again.method = METHOD_GET; known && again.method < METHOD_OTHER; again.method++) {
            bool ignored = false;

            again.path = request->path;
            others = others || route_find(table->routes, table->count, &again, &ignored) != NULL;
            request_close(&again);
        }
        CHECK(others == known);
        return;
    }
    CHECK(route->method == request->method);
    for (size_t i = 0; i < request->param_count; i++)
        CHECK(request->params[i][0] != '\0' && strlen(request->params[i]) <= PARAM_MOST);
    write_path(&path, route, request);
    again.path = path.data;
    CHECK(route_find(table->routes, table->count, &again, &known) == route);
    CHECK(again.param_count == request->param_count);
    for (size_t i = 0; i < again.param_count; i++)
        CHECK(strcmp(again.params[i], request->params[i]) == 0);
    request_close(&again);
    str_free(&path);
}

static void
check_line(enum method method, const char *uri)
{
    struct request request = {.method = method, .body = ""};
    char *line = strdup(uri);

    CHECK(line != NULL);
    if (request_open(&request, line) == 0) {
        CHECK(request.path[0] == '/' && strchr(request.path, '?') == NULL);
        for (const char *c = request.path; *c != '\0'; c++)
            CHECK(*c > ' ' && *c < 0x7f);
        if (strchr(uri, '?') != NULL)
            check_query(&request, strchr(uri, '?') + 1);
        check_route(&routes_portal, &request);
        for (size_t i = 0; i < request.param_count; i++)
            free(request.params[i]);
        request.param_count = 0;
        check_route(&routes_ntfy, &request);
    }
    request_close(&request);
    free(line);
}

// Body ----------------------------------------------------------------------------------------------------

static void
check_fields(const struct request *request)
{
    static const struct {
        const char *name;
        enum field_rule rule;
        size_t most;
    } wanted[] = {{"name", FIELD_NEEDED, 40}, {"kind", FIELD_OPTIONAL, 20}, {"keys.auth", FIELD_OPTIONAL, 24},
        {"photo.data", FIELD_NEEDED, 100}};
    struct answer answer = {0};
    struct fields fields;
    const char *first = NULL;

    fields_open(&fields, request, &answer);
    CHECK((fields.body == NULL) == fields.is_wrong);
    for (size_t i = 0; i < LENGTH(wanted); i++) {
        bool was_wrong = fields.is_wrong;
        const char *text = fields_text(&fields, wanted[i].name, wanted[i].rule, wanted[i].most);

        CHECK(text != NULL && strlen(text) <= wanted[i].most);
        CHECK(text[0] == '\0' || (!fields.is_wrong && str_is_text(text, strlen(text))));
        CHECK(wanted[i].rule != FIELD_NEEDED || fields.is_wrong || text[0] != '\0');
        if (fields.is_wrong && !was_wrong)
            first = wanted[i].name;
    }
    CHECK(fields.is_wrong || fields_has_object(&fields, "photo"));
    CHECK(answer.status == (fields.is_wrong ? 400 : 0));
    if (fields.is_wrong) {
        json_t *said = json_loadb(answer.body.data, answer.body.length, JSON_REJECT_DUPLICATES, NULL);
        const char *told = json_string_value(json_object_get(json_object_get(said, "error"), "field"));

        CHECK(told != NULL && strcmp(told, first != NULL ? first : "body") == 0);
        json_decref(said);
    }
    fields_close(&fields);
    answer_free(&answer);
}

static void
check_body(const char *body, size_t length)
{
    const struct request request = {.body = body, .length = length};
    json_t *json = request_json(&request);

    if (json != NULL) {
        char *text = json_dumps(json, JSON_COMPACT);
        CHECK(json_is_object(json) && str_is_text(body, length) && text != NULL);
        const struct request written = {.body = text, .length = strlen(text)};
        json_t *again = request_json(&written);

        CHECK(again != NULL && json_equal(json, again));
        json_decref(again);
        free(text);
    }
    json_decref(json);
    check_fields(&request);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const methods[] = {
        [METHOD_GET] = "GET ", [METHOD_POST] = "POST ", [METHOD_PUT] = "PUT ", [METHOD_DELETE] = "DELETE "};
    const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
    size_t length = end != NULL ? (size_t)(end - data) : size;
    struct str line = {0};
    enum method method = METHOD_OTHER;
    const char *uri = NULL;

    str_add(&line, data, length);
    str_add(&line, "", 0);
    uri = line.data;
    for (enum method i = METHOD_GET; i < METHOD_OTHER; i++)
        if (strncmp(line.data, methods[i], strlen(methods[i])) == 0) {
            method = i;
            uri = line.data + strlen(methods[i]);
        }
    check_line(method, uri);
    if (end != NULL)
        check_body((const char *)end + 1, size - length - 1);
    str_free(&line);
    return 0;
}
