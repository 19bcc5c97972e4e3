// fuzz_endpoint.c - any text as the address of a push service: libcurl, which is what goes there, reads in an
// allowed one the host that was allowed, and nothing that leads elsewhere.
#include "fuzz.h"

#include "endpoint.h"
#include "texts.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char allowed[] = "push.example.org,*.googleapis.com";

static bool
ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);

    return length > strlen(end) && strcasecmp(text + length - strlen(end), end) == 0;
}

static bool
is_host(const char *host, bool allow_loopback)
{
    return strcasecmp(host, "push.example.org") == 0 || ends_with(host, ".googleapis.com") ||
           (allow_loopback && (strcmp(host, "127.0.0.1") == 0 || strcmp(host, "[::1]") == 0 ||
                                  strcasecmp(host, "localhost") == 0));
}

// A part as curl reads it; "" where there is none.  Returns new, for curl_free().
static char *
part(CURLU *parsed, CURLUPart what)
{
    char *text = NULL;

    (void)curl_url_get(parsed, what, &text, what == CURLUPART_PORT ? CURLU_DEFAULT_PORT : 0);
    return text;
}

static void
check_allowed(const char *url, bool allow_loopback)
{
    CURLU *parsed = curl_url();
    char origin[ENDPOINT_ORIGIN_SIZE];
    char wanted[ENDPOINT_ORIGIN_SIZE + 16];

    CHECK(parsed != NULL && strlen(url) <= ENDPOINT_MOST);
    CHECK(curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK);
    char *scheme = part(parsed, CURLUPART_SCHEME);
    char *host = part(parsed, CURLUPART_HOST);
    char *port = part(parsed, CURLUPART_PORT);
    char *user = part(parsed, CURLUPART_USER);
    char *password = part(parsed, CURLUPART_PASSWORD);
    char *fragment = part(parsed, CURLUPART_FRAGMENT);

    CHECK(user == NULL && password == NULL && fragment == NULL);
    CHECK(scheme != NULL && host != NULL && port != NULL && is_host(host, allow_loopback));
    if (is_host(host, false))
        CHECK(strcmp(scheme, "https") == 0 && strcmp(port, "443") == 0);
    endpoint_origin(url, origin);
    bool own = strcmp(port, strcmp(scheme, "https") == 0 ? "443" : "80") == 0;
    snprintf(wanted, sizeof(wanted), "%s://%s%s%s", scheme, host, own ? "" : ":", own ? "" : port);
    CHECK(strcasecmp(origin, wanted) == 0);
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    curl_free(user);
    curl_free(password);
    curl_free(fragment);
    curl_url_cleanup(parsed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct texts texts;

    texts_cut(&texts, data, size, 1);
    const char *url = texts.text[0];
    bool is_allowed = endpoint_refusal(url, allowed, false) == NULL;

    if (is_allowed) {
        check_allowed(url, false);
        CHECK(endpoint_refusal(url, allowed, true) == NULL);
    } else if (endpoint_refusal(url, allowed, true) == NULL) {
        check_allowed(url, true);
    }
    texts_free(&texts);
    return 0;
}
