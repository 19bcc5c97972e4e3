// test_endpoint.c - which addresses we push to, by tables.
#include "endpoint.h"

#include "cmocka_all.h"
#include "rows.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

static size_t refused;

static void
check_endpoint(char *const *column)
{
    const char *reason = endpoint_refusal(column[2], ENDPOINT_ALLOW, strcmp(column[1], "yes") == 0);
    bool want_allowed = strcmp(column[0], "allow") == 0;

    if ((reason == NULL) != want_allowed)
        fail_msg("%s (%s): %s", column[2], column[3], reason != NULL ? reason : "allowed");
    refused += reason != NULL;
}

static void
test_endpoints(void **state)
{
    (void)state;
    assert_true(rows_each("endpoints.tsv", 4, check_endpoint) >= 150);
    assert_true(refused >= 100);
}

static void
check_address(char *const *column)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    const struct sockaddr *address = (const struct sockaddr *)&v4;

    if (inet_pton(AF_INET, column[2], &v4.sin_addr) != 1) {
        assert_int_equal(inet_pton(AF_INET6, column[2], &v6.sin6_addr), 1);
        address = (const struct sockaddr *)&v6;
    }
    if (endpoint_address_allowed(address, strcmp(column[1], "yes") == 0) != (strcmp(column[0], "allow") == 0))
        fail_msg("%s (%s) should be: %s", column[2], column[3], column[0]);
}

static void
test_addresses(void **state)
{
    const struct sockaddr unix_socket = {.sa_family = AF_UNIX};

    (void)state;
    assert_true(rows_each("addresses.tsv", 4, check_address) >= 80);
    assert_false(endpoint_address_allowed(&unix_socket, true));
}

static void
test_patterns(void **state)
{
    (void)state;
    assert_null(endpoint_refusal("https://push.example.org/x", "push.example.org", false));
    assert_null(
        endpoint_refusal("https://push.example.org/x", "a.example, push.example.org ,b.example", false));
    assert_non_null(endpoint_refusal("https://x.push.example.org/x", "push.example.org", false));
    assert_non_null(endpoint_refusal("https://push.example.org/x", "", false));
    assert_non_null(endpoint_refusal("https://push.example.org/x", "*", false));
    assert_non_null(endpoint_refusal("https://push.example.org/x", "*.", false));
    assert_non_null(endpoint_refusal("https://push.example.org/x", ",,", false));
    assert_non_null(endpoint_refusal("https://example.org/x", "*.example.org", false));
}

static void
test_origins(void **state)
{
    static const char *const cases[][2] = {
        {"https://FCM.googleapis.com/fcm/send/a:b", "https://fcm.googleapis.com"},
        {"https://fcm.googleapis.com:443/x", "https://fcm.googleapis.com"},
        {"http://127.0.0.1:8099/push/1", "http://127.0.0.1:8099"},
        {"http://127.0.0.1:80/push/1", "http://127.0.0.1"},
        {"https://127.0.0.1:80/push/1", "https://127.0.0.1:80"},
        {"http://[::1]:8099/push/1", "http://[::1]:8099"},
    };
    char origin[ENDPOINT_ORIGIN_SIZE];

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        endpoint_origin(cases[i][0], origin);
        assert_string_equal(origin, cases[i][1]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_endpoints),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_origins),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
