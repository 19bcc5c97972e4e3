// connections.c - how long each connection may take.
//
// One lock for all: it also makes sure that a descriptor is not cut off after it was closed and given to
// somebody else.
#include "connections.h"

#include "check.h"
#include "clock.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>

struct connection {
    struct connections *connections;
    struct connection *next, **link;
    int fd;
    bool served; // at least one request
    int64_t late_ms;
};

struct connections {
    pthread_mutex_t lock;
    struct connection *first;
    size_t count;
};

struct connections *
connections_new(void)
{
    struct connections *connections = check_zalloc(1, sizeof(*connections));

    CHECK(pthread_mutex_init(&connections->lock, NULL) == 0);
    return connections;
}

void
connections_destroy(struct connections **connections)
{
    if (*connections == NULL)
        return;
    CHECK((*connections)->count == 0);
    CHECK(pthread_mutex_destroy(&(*connections)->lock) == 0);
    free(*connections);
    *connections = NULL;
}

static void
lock(struct connections *connections)
{
    CHECK(pthread_mutex_lock(&connections->lock) == 0);
}

static void
unlock(struct connections *connections)
{
    CHECK(pthread_mutex_unlock(&connections->lock) == 0);
}

struct connection *
connection_open(struct connections *connections, int fd)
{
    struct connection *connection = check_zalloc(1, sizeof(*connection));

    connection->connections = connections;
    connection->fd = fd;
    connection->late_ms = clock_mono_ms() + CONNECTIONS_REQUEST_MS;
    lock(connections);
    connection->next = connections->first;
    connection->link = &connections->first;
    if (connection->next != NULL)
        connection->next->link = &connection->next;
    connections->first = connection;
    connections->count++;
    unlock(connections);
    return connection;
}

void
connection_close(struct connection **connection)
{
    struct connection *old = *connection;
    struct connections *connections = NULL;

    if (old == NULL)
        return;
    connections = old->connections;
    lock(connections);
    *old->link = old->next;
    if (old->next != NULL)
        old->next->link = old->link;
    connections->count--;
    unlock(connections);
    free(old);
    *connection = NULL;
}

static void
late_at(struct connection *connection, int64_t late_ms)
{
    lock(connection->connections);
    connection->late_ms = late_ms;
    unlock(connection->connections);
}

void
connection_coming(struct connection *connection)
{
    // The first one's time runs since the connection was made.
    if (connection->served)
        late_at(connection, clock_mono_ms() + CONNECTIONS_REQUEST_MS);
    connection->served = true;
}

void
connection_working(struct connection *connection)
{
    late_at(connection, INT64_MAX);
}

void
connection_leaving(struct connection *connection)
{
    late_at(connection, clock_mono_ms() + CONNECTIONS_ANSWER_MS);
}

void
connection_streaming(struct connection *connection)
{
    late_at(connection, INT64_MAX);
}

void
connection_waiting(struct connection *connection)
{
    late_at(connection, clock_mono_ms() + CONNECTIONS_IDLE_MS);
}

size_t
connections_cut(struct connections *connections)
{
    int64_t now = clock_mono_ms();
    size_t count = 0;

    lock(connections);
    for (struct connection *i = connections->first; i != NULL; i = i->next)
        if (now > i->late_ms) {
            // The server's own loop then finds it ended; it alone closes it.
            (void)shutdown(i->fd, SHUT_RDWR);
            i->late_ms = INT64_MAX;
            count++;
        }
    unlock(connections);
    return count;
}

size_t
connections_count(struct connections *connections)
{
    size_t count = 0;

    lock(connections);
    count = connections->count;
    unlock(connections);
    return count;
}
