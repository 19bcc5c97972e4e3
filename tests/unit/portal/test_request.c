// test_request.c - paths, arguments and bodies as they come from outside.
#include "check.h"
#include "cmocka_all.h"
#include "request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
takes_apart_or_refuses(void **state)
{
    static const struct {
        const char *uri;
        bool is_one;
        const char *name, *value; // an argument; value NULL: it is not there
    } rows[] = {
        {"/a", true, "q", NULL},
        {"/a?", true, "q", NULL},
        {"/a?q=1", true, "q", "1"},
        {"/a?q=", true, "q", ""},
        {"/a?q", true, "q", ""},
        {"/a?x=1&q=2&q=3", true, "q", "2"},
        {"/a?&&q=2", true, "q", "2"},
        {"/a?q=a+b%20c%2Bd", true, "q", "a b c+d"},
        {"/a?%71=2", true, "q", "2"},
        {"/a?q=a=b", true, "q", "a=b"},
        {"/a?q=%C3%A9", true, "q", "\xc3\xa9"},
        {"/a?q=a%00b", true, "q", NULL},
        {"/a?q=%4", false, NULL, NULL},
        {"/a?q=%g1", false, NULL, NULL},
        {"/a?%00=1", false, NULL, NULL},
        {"a", false, NULL, NULL},
        {"", false, NULL, NULL},
        {"http://other/a", false, NULL, NULL},
        {"/a b", false, NULL, NULL},
        {"/\xff", false, NULL, NULL},
        {"*", false, NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct request request = {0};
        char *uri = strdup(rows[i].uri);
        int rc = request_open(&request, uri);
        const char *value = NULL;

        if ((rc == 0) != rows[i].is_one)
            fail_msg("%s: %d", rows[i].uri, rc);
        if (rc == 0) {
            value = request_query(&request, rows[i].name);
            if ((value == NULL) != (rows[i].value == NULL) ||
                (value != NULL && strcmp(value, rows[i].value) != 0))
                fail_msg("%s: %s", rows[i].uri, value != NULL ? value : "none");
        }
        request_close(&request);
        free(uri);
    }
}

static void
bytes_may_be_any(void **state)
{
    struct request request = {0};
    char uri[] = "/a?text=%00H%00i&x=1";
    size_t length = 0;
    const char *text = NULL;

    (void)state;
    assert_int_equal(request_open(&request, uri), 0);
    text = request_query_bytes(&request, "text", &length);
    assert_int_equal(length, 4);
    assert_memory_equal(text, "\0H\0i", 4);
    assert_string_equal(request_query(&request, "x"), "1");
    assert_null(request_query_bytes(&request, "y", &length));
    request_close(&request);
}

static void
too_many_arguments_are_none_of_ours(void **state)
{
    char uri[512] = "/a?";
    struct request request = {0};

    (void)state;
    for (int i = 0; i < 33; i++)
        snprintf(uri + strlen(uri), sizeof(uri) - strlen(uri), "a%d=1&", i);
    assert_int_equal(request_open(&request, uri), -1);
    request_close(&request);
}

static void
bodies_are_objects_or_nothing(void **state)
{
    static const struct {
        const char *body;
        bool is_one;
    } rows[] = {
        {"{}", true},
        {"{\"a\":1}", true},
        {" {\"a\":{\"b\":[1]}} ", true},
        {"", false},
        {"[]", false},
        {"null", false},
        {"\"a\"", false},
        {"{\"a\":1,\"a\":2}", false},
        {"{\"a\":\"\xff\"}", false},
        {"{\"a\":\"\\u0000\"}", false},
        {"{\"a\":1}x", false},
        {"{'a':1}", false},
        {"{\"a\":1", false},
    };
    char deep[10000];

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct request request = {.body = rows[i].body, .length = strlen(rows[i].body)};
        json_t *json = request_json(&request);

        if ((json != NULL) != rows[i].is_one)
            fail_msg("%s", rows[i].body);
        json_decref(json);
    }
    memset(deep, '[', sizeof(deep));
    // A body has no end but its length.
    // NOLINTNEXTLINE(bugprone-not-null-terminated-result)
    memcpy(deep, "{\"a\":", 5);
    assert_null(request_json(&(struct request){.body = deep, .length = sizeof(deep)}));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_apart_or_refuses),
        cmocka_unit_test(bytes_may_be_any),
        cmocka_unit_test(too_many_arguments_are_none_of_ours),
        cmocka_unit_test(bodies_are_objects_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
