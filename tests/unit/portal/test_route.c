// test_route.c - which request goes to which route, and that the table says what API.md says.
#include "check.h"
#include "cmocka_all.h"
#include "routes.h"
#include "str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct route table[] = {
    {METHOD_GET, "/tickets", ACCESS_PERSON, 0, 0, NULL},
    {METHOD_GET, "/tickets/*", ACCESS_PERSON, 0, 0, NULL},
    {METHOD_POST, "/tickets/*/acts", ACCESS_PERSON, 100, 0, NULL},
    {METHOD_POST, "/hook/*/mo", ACCESS_TOKEN, 0, 0, NULL},
    {METHOD_GET, "/*/json", ACCESS_TOKEN, 0, 0, NULL},
    {METHOD_PUT, "/*", ACCESS_TOKEN, 0, 0, NULL},
    {METHOD_POST, "/", ACCESS_TOKEN, 0, 0, NULL},
};

enum { UNKNOWN = -1, OTHER_METHOD = -2 };

#define A10 "aaaaaaaaaa"
#define A120 A10 A10 A10 A10 A10 A10 A10 A10 A10 A10 A10 A10

static void
finds_the_route_and_its_params(void **state)
{
    static const struct {
        enum method method;
        const char *path;
        int route;
        const char *param; // the first one
    } rows[] = {
        {METHOD_GET, "/tickets", 0, NULL}, {METHOD_GET, "/tickets/", UNKNOWN, NULL},
        {METHOD_GET, "/tickets/JT-1", 1, "JT-1"}, {METHOD_GET, "/tickets/JT%2d1", 1, "JT-1"},
        {METHOD_GET, "/tickets/a%2Fb", 1, "a/b"}, {METHOD_GET, "/tickets/%00", UNKNOWN, NULL},
        {METHOD_GET, "/tickets/%zz", UNKNOWN, NULL}, {METHOD_GET, "/tickets/%4", UNKNOWN, NULL},
        {METHOD_GET, "/tickets/" A120 "aaaaaaaa", 1, A120 "aaaaaaaa"},
        {METHOD_GET, "/tickets/" A120 "aaaaaaaaa", UNKNOWN, NULL},
        {METHOD_POST, "/tickets/JT-1/acts", 2, "JT-1"},
        {METHOD_GET, "/tickets/JT-1/acts", OTHER_METHOD, NULL},
        {METHOD_OTHER, "/tickets/JT-1/acts", OTHER_METHOD, NULL},
        {METHOD_POST, "/tickets/JT-1/acts/", UNKNOWN, NULL}, {METHOD_POST, "/tickets//acts", UNKNOWN, NULL},
        {METHOD_POST, "/hook/s3cret/mo", 3, "s3cret"}, {METHOD_GET, "/topic/json", 4, "topic"},
        {METHOD_GET, "/tickets/json", 1, "json"}, // the first that fits
        {METHOD_PUT, "/topic", 5, "topic"}, {METHOD_POST, "/", 6, NULL},
        {METHOD_GET, "/../tickets", UNKNOWN, NULL}, {METHOD_GET, "/TICKETS", OTHER_METHOD, NULL}, // a topic
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct request request = {.method = rows[i].method, .path = rows[i].path};
        bool known = false;
        const struct route *route = route_find(table, LENGTH(table), &request, &known);
        int got = route != NULL ? (int)(route - table) : known ? OTHER_METHOD : UNKNOWN;

        if (got != rows[i].route)
            fail_msg("%s: route %d, not %d", rows[i].path, got, rows[i].route);
        if (rows[i].param != NULL)
            assert_string_equal(request.params[0], rows[i].param);
        else
            assert_int_equal(request.param_count, 0);
        request_close(&request);
    }
}

static const char *const methods[] = {
    [METHOD_GET] = "GET", [METHOD_POST] = "POST", [METHOD_PUT] = "PUT", [METHOD_DELETE] = "DELETE"};

// Does API.md name this route?  What stands for a * has a name there.
static bool
is_named(const char *text, const struct route *route)
{
    static const char start[] = "/api/v1/";
    const char *path =
        route->pattern + (strncmp(route->pattern, start, strlen(start)) == 0 ? strlen(start) : 0);
    struct str named = {0};
    bool found = false;

    str_format(&named, "%s %.*s", methods[route->method], (int)strcspn(path, "*"), path);
    found = strstr(text, named.data) != NULL;
    str_clear(&named);
    str_format(&named, "%s|POST %s", methods[route->method], path); // "GET|POST /hook/whatsapp"
    found = found || strstr(text, named.data) != NULL;
    str_clear(&named);
    str_format(&named, "|%s %.*s", methods[route->method], (int)strcspn(path, "*"), path);
    found = found || strstr(text, named.data) != NULL;
    str_free(&named);
    return found;
}

static void
every_route_is_in_the_document(void **state)
{
    static char text[65536];
    FILE *file = fopen(SOURCE_DIR "/services/portal/API.md", "r");

    (void)state;
    assert_non_null(file);
    text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
    fclose(file);
    assert_true(routes_portal.count > 3);
    for (size_t i = 0; i < routes_portal.count; i++)
        if (!is_named(text, &routes_portal.routes[i]))
            fail_msg("%s %s is not in API.md", methods[routes_portal.routes[i].method],
                routes_portal.routes[i].pattern);
}

// Who has no session is let in nowhere else: a new row of this kind is a decision.
static void
only_these_are_open(void **state)
{
    static const char *const open[] = {"/api/v1/session", "/api/v1/track/*", "/api/v1/push/received",
        "/api/v1/push/seen", "/api/v1/push/acknowledge", "/hook/kannel/*/mo", "/hook/kannel/*/dlr",
        "/hook/whatsapp"};

    (void)state;
    for (size_t i = 0; i < routes_portal.count; i++) {
        const struct route *route = &routes_portal.routes[i];
        bool is_open = false;

        for (size_t k = 0; k < LENGTH(open); k++)
            is_open = is_open || strcmp(route->pattern, open[k]) == 0;
        if (route->access != ACCESS_PERSON && !is_open)
            fail_msg("%s is open", route->pattern);
        if (route->access == ACCESS_PUBLIC && route->per_minute == 0)
            fail_msg("%s is open and has no limit", route->pattern);
        assert_non_null(route->handle);
    }
}

static void
no_two_routes_are_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < routes_portal.count; i++)
        for (size_t k = 0; k < i; k++)
            assert_false(routes_portal.routes[i].method == routes_portal.routes[k].method &&
                         strcmp(routes_portal.routes[i].pattern, routes_portal.routes[k].pattern) == 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_route_and_its_params),
        cmocka_unit_test(every_route_is_in_the_document),
        cmocka_unit_test(only_these_are_open),
        cmocka_unit_test(no_two_routes_are_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
