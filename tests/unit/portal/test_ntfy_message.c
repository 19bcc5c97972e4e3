// test_ntfy_message.c - what somebody publishes by the ntfy protocol.
#include "cmocka_all.h"
#include "ntfy_message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// Headers as "name: value" lines.
static const char *
find(const void *self, const char *name)
{
    static char values[16][1024]; // all of one message live at once
    static size_t next;
    char *value = values[next++ % LENGTH(values)];

    for (const char *line = self; *line != '\0'; line += strcspn(line, "\n") + (strchr(line, '\n') != NULL)) {
        size_t length = strcspn(line, ":");

        if (length == strlen(name) && strncasecmp(line, name, length) == 0) {
            snprintf(
                value, sizeof(values[0]), "%.*s", (int)strcspn(line + length + 2, "\n"), line + length + 2);
            return value;
        }
    }
    return NULL;
}

// Reads headers and a body, and compares with JSON; NULL: refused.
static void
expect(const char *headers, const char *body, const char *wanted)
{
    struct ntfy_message message = {0};
    const char *wrong = ntfy_message_of_headers(&message, find, headers, body, strlen(body));

    if (wanted == NULL) {
        assert_non_null(wrong);
    } else {
        json_t *json = json_loads(wanted, 0, NULL);

        if (wrong != NULL)
            fail_msg("%s: %s", headers, wrong);
        assert_non_null(json);
        if (!json_equal(json, message.said))
            fail_msg("%s: %s", headers, json_dumps(message.said, 0));
        json_decref(json);
    }
    json_decref(message.said);
}

static void
test_headers(void **state)
{
    (void)state;
    expect("", "Isi", "{\"message\":\"Isi\"}");
    expect("", "", "{\"message\":\"triggered\"}");
    expect("Message: Lain", "", "{\"message\":\"Lain\"}");
    expect("Message: Lain", "Isi", "{\"message\":\"Isi\"}");
    expect("Tags:  , ,", "x", "{\"message\":\"x\"}");
    expect("X-Title: A\nTitle: B", "x", "{\"message\":\"x\",\"title\":\"A\"}");
    expect("t: A\np: 5\nta: a,b", "x",
        "{\"message\":\"x\",\"title\":\"A\",\"priority\":5,\"tags\":[\"a\",\"b\"]}");
    expect("X-Priority: min", "x", "{\"message\":\"x\",\"priority\":1}");
    expect("X-Priority: DEFAULT", "x", "{\"message\":\"x\"}");
    expect("X-Title: =?UTF-8?B?TWVqYSBUcmlhc2U=?=", "x", "{\"message\":\"x\",\"title\":\"Meja Triase\"}");
    expect("X-Title: =?UTF-8?B?*?=", "x", NULL);
    expect("X-Title: \xff", "x", NULL);
    expect("X-Priority: 0", "x", NULL);
    expect("X-Delay: 1m", "x", NULL);
    expect("", "\xff", NULL);
}

static void
test_the_short_form_of_actions(void **state)
{
    static const char one[] =
        "{\"message\":\"x\",\"actions\":[{\"id\":\"action0001\",\"action\":\"view\",\"label\":\"Buka\","
        "\"url\":\"https://a\",\"clear\":false}]}";

    (void)state;
    expect("Actions: view, Buka, https://a", "x", one);
    expect("Actions:   view ,  Buka ,https://a ", "x", one);
    expect("Actions: view, Buka, https://a;", "x", one);
    expect("Actions: action=view, label=Buka, url=https://a, clear=no", "x", one);
    expect("Actions: \"view\", 'Buka', url=\"https://a\"", "x", one);
    expect("Actions: url=https://a, label=Buka, action=view", "x", one);
    expect("Actions: view, label='Bu, \\'ka\\'; ya', https://a, clear=true", "x",
        "{\"message\":\"x\",\"actions\":[{\"id\":\"action0001\",\"action\":\"view\",\"label\":\"Bu, 'ka'; "
        "ya\","
        "\"url\":\"https://a\",\"clear\":true}]}");
    expect("Actions: http, A, https://a, headers.X-Y=1, headers.Z=2, body=\"{}\" ; broadcast, B, extras.c=d, "
           "intent=i",
        "x",
        "{\"message\":\"x\",\"actions\":[{\"id\":\"action0001\",\"action\":\"http\",\"label\":\"A\",\"url\":"
        "\"https://a\","
        "\"headers\":{\"X-Y\":\"1\",\"Z\":\"2\"},\"body\":\"{}\",\"clear\":false},{\"id\":\"action0002\","
        "\"action\":\"broadcast\",\"label\":\"B\",\"extras\":{\"c\":\"d\"},\"intent\":\"i\",\"clear\":false}]"
        "}");
    expect("Actions: view, Buka", "x", NULL);
    expect("Actions: view", "x", NULL);
    expect("Actions: fly, Buka, https://a", "x", NULL);
    expect("Actions: view, 'Buka, https://a", "x", NULL);
    expect("Actions: view, Buka, https://a, more", "x", NULL);
    expect(
        "Actions: view, A, https://a; view, A, https://a; view, A, https://a; view, A, https://a", "x", NULL);
    expect("Actions: [{\"action\":\"view\",\"label\":\"Buka\",\"url\":\"https://a\"}]", "x", one);
    expect("Actions: [{\"action\":\"view\",\"label\":\"Buka\",\"url\":5}]", "x", NULL);
    expect("Actions: [{\"action\":\"view\",\"label\":\"Buka\",\"url\":\"https://a\",\"clear\":\"yes\"}]", "x",
        NULL);
    expect("Actions: [5]", "x", NULL);
    expect("Actions: [", "x", NULL);
}

static void
test_json_may_leave_things_to_headers(void **state)
{
    struct ntfy_message message = {0};
    json_t *json =
        json_loads("{\"topic\":\"t\",\"message\":\"x\",\"title\":\"A\",\"cache\":\"no\"}", 0, NULL);
    json_t *wanted =
        json_loads("{\"message\":\"x\",\"title\":\"A\",\"priority\":4,\"tags\":[\"b\"]}", 0, NULL);

    (void)state;
    assert_null(ntfy_message_of_json(&message, find, "X-Title: B\nX-Priority: high\nX-Tags: b", json));
    assert_string_equal(message.topic, "t");
    assert_false(message.is_kept);
    assert_true(json_equal(message.said, wanted));
    json_decref(message.said);
    json_decref(wanted);
    json_decref(json);
}

static void
test_topics(void **state)
{
    char long_one[NTFY_TOPIC_MOST + 1]; // nothing ends it: a topic is a piece of a path

    (void)state;
    memset(long_one, 'x', sizeof(long_one));
    assert_true(ntfy_message_is_topic("a-Z_9", 5));
    assert_true(ntfy_message_is_topic("a,b", 1));
    assert_true(ntfy_message_is_topic(long_one, NTFY_TOPIC_MOST));
    assert_false(ntfy_message_is_topic(long_one, NTFY_TOPIC_MOST + 1));
    assert_false(ntfy_message_is_topic("", 0));
    assert_false(ntfy_message_is_topic("a\0b", 3));
    assert_false(ntfy_message_is_topic("a b", 3));
    assert_false(ntfy_message_is_topic("a,b", 3));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_headers),
        cmocka_unit_test(test_the_short_form_of_actions),
        cmocka_unit_test(test_json_may_leave_things_to_headers), cmocka_unit_test(test_topics)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
