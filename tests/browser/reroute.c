// reroute.c - to be preloaded into the notifier: Google's push service is on this machine.
//
// Chromium hands out endpoints on a host of Google's whatever it was told.  With this the notifier takes such
// an endpoint as it is: names, certificates and HTTP/2 included, and reaches the fake.  Environment:
//
//     REROUTE_HOST    names that end with this resolve to 127.0.0.1
//     REROUTE_PORT    where connections to 127.0.0.1:443 go instead
//     REROUTE_ISSUER  file with a certificate in PEM that is believed, besides the system's
//
// For tests alone; never part of what is installed.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { HTTPS = 443 };

int X509_STORE_load_file(void *store, const char *file);

static void *
next(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

int
getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    const char *host = getenv("REROUTE_HOST");
    size_t length = node != NULL ? strlen(node) : 0;

    *(void **)&real = next("getaddrinfo");
    if (host != NULL && length > strlen(host) && strcmp(node + length - strlen(host), host) == 0)
        node = "127.0.0.1";
    return real(node, service, hints, found);
}

int
connect(int fd, const struct sockaddr *address, socklen_t length)
{
    int (*real)(int, const struct sockaddr *, socklen_t);
    const char *port = getenv("REROUTE_PORT");
    struct sockaddr_in to;

    *(void **)&real = next("connect");
    if (port == NULL || address->sa_family != AF_INET || length != sizeof(to))
        return real(fd, address, length);
    memcpy(&to, address, sizeof(to));
    if (to.sin_addr.s_addr == htonl(INADDR_LOOPBACK) && to.sin_port == htons(HTTPS))
        to.sin_port = htons((uint16_t)atoi(port));
    return real(fd, (const struct sockaddr *)&to, sizeof(to));
}

// OpenSSL's; libcurl gives it the system's certificates.
int
X509_STORE_load_file(void *store, const char *file)
{
    int (*real)(void *, const char *);
    const char *issuer = getenv("REROUTE_ISSUER");

    *(void **)&real = next("X509_STORE_load_file");
    if (issuer != NULL && real(store, issuer) != 1)
        return 0;
    return real(store, file);
}
