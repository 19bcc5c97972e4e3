// endpoint.c - may we push to this address?
//
// The reader of URLs here knows only what a push endpoint needs and refuses the rest, so that it cannot read
// a URL in another way than the HTTP library does.
#include "endpoint.h"

#include <ctype.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

enum { HOST_MOST = 253, LABEL_MOST = 63, PORT_MOST = 65535 };

struct parts {
    bool https;
    const char *host; // with its brackets
    size_t host_length;
    long port;
};

static bool
is_visible(const char *url)
{
    for (const char *c = url; *c != '\0'; c++)
        if (*c <= ' ' || *c > '~' || strchr("\"<>\\^`{|}#", *c) != NULL)
            return false;
    return true;
}

// Reads 1 to 5 digits.  Returns the port, or -1.
static long
read_port(const char *text, size_t length)
{
    long port = 0;

    if (length == 0 || length > 5)
        return -1;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        port = port * 10 + (text[i] - '0');
    }
    return port >= 1 && port <= PORT_MOST ? port : -1;
}

// Takes scheme, host and port apart.  Returns NULL, or what is wrong.
static const char *
split(const char *url, struct parts *parts)
{
    static const char secure[] = "https://";
    static const char plain[] = "http://";
    const char *end = NULL;
    const char *colon = NULL;

    if (strncmp(url, secure, sizeof(secure) - 1) == 0)
        parts->https = true;
    else if (strncmp(url, plain, sizeof(plain) - 1) != 0)
        return "is not https";
    parts->host = url + (parts->https ? sizeof(secure) : sizeof(plain)) - 1;
    end = parts->host + strcspn(parts->host, "/?");
    if (*end != '/')
        return "has no path";
    if (memchr(parts->host, '@', (size_t)(end - parts->host)) != NULL)
        return "has a user";
    colon = parts->host + strcspn(parts->host, *parts->host == '[' ? "]/" : ":/");
    if (*colon == ']')
        colon++;
    parts->host_length = (size_t)(colon - parts->host);
    parts->port = parts->https ? 443 : 80;
    if (colon == end)
        return NULL;
    parts->port = *colon == ':' ? read_port(colon + 1, (size_t)(end - colon - 1)) : -1;
    return parts->port < 0 ? "has a wrong port" : NULL;
}

static bool
host_is(const struct parts *parts, const char *name, size_t length)
{
    return parts->host_length == length && strncasecmp(parts->host, name, length) == 0;
}

static bool
is_loopback(const struct parts *parts)
{
    return host_is(parts, "127.0.0.1", 9) || host_is(parts, "[::1]", 5) || host_is(parts, "localhost", 9);
}

// Letters, digits and inner hyphens; the last label begins with a letter, so that no way to write an IPv4
// address passes.
static bool
is_host_name(const char *host, size_t length)
{
    size_t label = 0; // where the current one begins

    if (length == 0 || length > HOST_MOST)
        return false;
    for (size_t i = 0; i <= length; i++) {
        if (i < length && host[i] != '.') {
            if (isalnum((unsigned char)host[i]) == 0 && host[i] != '-')
                return false;
            continue;
        }
        if (i == label || i - label > LABEL_MOST || host[label] == '-' || host[i - 1] == '-')
            return false;
        if (i == length)
            return label > 0 && isalpha((unsigned char)host[label]) != 0;
        label = i + 1;
    }
    return false;
}

static bool
matches(const struct parts *parts, const char *pattern, size_t length)
{
    const char *host = parts->host;

    if (length > 2 && pattern[0] == '*' && pattern[1] == '.') {
        size_t tail = length - 1; // with its dot

        return parts->host_length > tail &&
               strncasecmp(host + parts->host_length - tail, pattern + 1, tail) == 0;
    }
    return length > 0 && host_is(parts, pattern, length);
}

static bool
matches_any(const struct parts *parts, const char *patterns)
{
    const char *pattern = patterns;

    for (;;) {
        size_t length = 0;

        pattern += strspn(pattern, ", ");
        length = strcspn(pattern, ", ");
        if (length == 0)
            return false;
        if (matches(parts, pattern, length))
            return true;
        pattern += length;
    }
}

const char *
endpoint_refusal(const char *url, const char *patterns, bool allow_loopback)
{
    struct parts parts = {0};
    const char *wrong = NULL;

    if (strnlen(url, ENDPOINT_MOST + 1) > ENDPOINT_MOST)
        return "is too long";
    if (!is_visible(url))
        return "has characters that do not belong into an address";
    wrong = split(url, &parts);
    if (wrong != NULL)
        return wrong;
    if (is_loopback(&parts))
        return allow_loopback ? NULL : "is on loopback";
    if (!parts.https)
        return "is not https";
    if (parts.port != 443)
        return "is not on port 443";
    if (!is_host_name(parts.host, parts.host_length))
        return "has no host name";
    return matches_any(&parts, patterns) ? NULL : "has a host that is not on the list of push services";
}

void
endpoint_origin(const char *url, char *origin)
{
    struct parts parts = {0};
    size_t length = 0;

    CHECK(split(url, &parts) == NULL && parts.host_length <= HOST_MOST);
    length = (size_t)snprintf(origin, ENDPOINT_ORIGIN_SIZE, "%s://", parts.https ? "https" : "http");
    for (size_t i = 0; i < parts.host_length; i++)
        origin[length++] = (char)tolower((unsigned char)parts.host[i]);
    origin[length] = '\0';
    if (parts.port != (parts.https ? 443 : 80))
        snprintf(origin + length, ENDPOINT_ORIGIN_SIZE - length, ":%ld", parts.port);
}

struct block {
    uint32_t address, bits;
};

// Everything that is not public unicast: this network, private, CGNAT, loopback, link-local, protocol
// assignments, documentation, 6to4 relays, benchmarking, multicast, reserved and broadcast.
static const struct block closed_v4[] = {
    {0x00000000, 8},  // 0.0.0.0
    {0x0a000000, 8},  // 10.0.0.0
    {0x64400000, 10}, // 100.64.0.0
    {0x7f000000, 8},  // 127.0.0.0
    {0xa9fe0000, 16}, // 169.254.0.0
    {0xac100000, 12}, // 172.16.0.0
    {0xc0000000, 24}, // 192.0.0.0
    {0xc0000200, 24}, // 192.0.2.0
    {0xc0586300, 24}, // 192.88.99.0
    {0xc0a80000, 16}, // 192.168.0.0
    {0xc6120000, 15}, // 198.18.0.0
    {0xc6336400, 24}, // 198.51.100.0
    {0xcb007100, 24}, // 203.0.113.0
    {0xe0000000, 4},  // 224.0.0.0
    {0xf0000000, 4},  // 240.0.0.0
};

static bool
is_in(uint32_t address, const struct block *block)
{
    return (address ^ block->address) >> (32 - block->bits) == 0;
}

static bool
allowed_v4(uint32_t address, bool allow_loopback)
{
    if (allow_loopback && address >> 24 == 127)
        return true;
    for (size_t i = 0; i < LENGTH(closed_v4); i++)
        if (is_in(address, &closed_v4[i]))
            return false;
    return true;
}

// Global unicast is 2000::/3 alone; that leaves out loopback, mapped and NAT64 addresses, ULA, link-local,
// site-local and multicast.  Inside it, these lead elsewhere: 2001::/23 (Teredo, ORCHID), 2001:db8::/32 and
// 3fff::/20 (documentation), 2002::/16 (6to4: carries an IPv4 address).
static const struct block closed_v6[] = {
    {0x20010000, 23}, {0x20010db8, 32}, {0x20020000, 16}, {0x3fff0000, 20}};

static bool
allowed_v6(const struct in6_addr *address, bool allow_loopback)
{
    const uint8_t *bytes = address->s6_addr;
    uint32_t head = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];

    if (IN6_IS_ADDR_LOOPBACK(address))
        return allow_loopback;
    if (head >> 29 != 1)
        return false;
    for (size_t i = 0; i < LENGTH(closed_v6); i++)
        if (is_in(head, &closed_v6[i]))
            return false;
    return true;
}

bool
endpoint_address_allowed(const struct sockaddr *address, bool allow_loopback)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;

    if (address->sa_family == AF_INET) {
        memcpy(&v4, address, sizeof(v4));
        return allowed_v4(ntohl(v4.sin_addr.s_addr), allow_loopback);
    }
    if (address->sa_family == AF_INET6) {
        memcpy(&v6, address, sizeof(v6));
        return allowed_v6(&v6.sin6_addr, allow_loopback);
    }
    return false;
}
