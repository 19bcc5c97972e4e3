// service.c - the one loop: signals, sockets, descriptors, timers.
//
// It never exits on its own: only a signal or service_stop() ends it.  A handler must not block for longer
// than a transaction may take.
#include "service.h"

#include "clock.h"
#include "log.h"
#include "metrics.h"
#include "version.h"

#include <czmq.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { WATCHES_MOST = 16, METRICS_MS = 5000 };

struct watch {
    void *socket; // NULL: a descriptor
    int (*fd)(void *self);
    short (*events)(void *self);
    service_handler *handler;
    void *self;
};

struct tick {
    int64_t interval_ms, next_ms;
    service_handler *handler;
    void *self;
};

struct service {
    const char *name;
    const char *metrics_path;
    int signal_fd;
    struct watch watches[WATCHES_MOST];
    size_t watch_count;
    struct tick ticks[WATCHES_MOST];
    size_t tick_count;
    int64_t (*before_wait)(void *self);
    void *before_wait_self;
    bool stopping;
    int exit_code;
};

static void
write_metrics(void *self)
{
    struct service *service = self;

    if (metrics_write(service->metrics_path) < 0)
        log_warn(EV_SETTING_WRONG, "setting=METRICS_FILE reason=\"%s\"", strerror(errno));
}

struct service *
service_new(const char *name, const char *metrics_path)
{
    struct service *service = check_zalloc(1, sizeof(*service));
    sigset_t signals;

    service->name = name;
    service->metrics_path = metrics_path;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    CHECK(sigprocmask(SIG_BLOCK, &signals, NULL) == 0);
    service->signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    CHECK(service->signal_fd >= 0);
    signal(SIGPIPE, SIG_IGN);

    // czmq's handler is off twice over: it would take the signal away from signalfd.
    setenv("ZSYS_SIGHANDLER", "false", 1);
    CHECK(zsys_init() != NULL);
    zsys_handler_set(NULL);
    zsys_set_logstream(NULL);
    if (metrics_path[0] != '\0')
        service_every(service, METRICS_MS, write_metrics, service);
    return service;
}

void
service_destroy(struct service **service)
{
    if (*service == NULL)
        return;
    close((*service)->signal_fd);
    log_flush();
    free(*service);
    *service = NULL;
}

static struct watch *
new_watch(struct service *service)
{
    CHECK(service->watch_count < WATCHES_MOST);
    return &service->watches[service->watch_count++];
}

void
service_watch_socket(struct service *service, void *zmq_socket, service_handler *handler, void *self)
{
    *new_watch(service) = (struct watch){.socket = zmq_socket, .handler = handler, .self = self};
}

void
service_unwatch_socket(struct service *service, void *zmq_socket)
{
    for (size_t i = 0; i < service->watch_count; i++)
        if (service->watches[i].socket == zmq_socket) {
            service->watches[i] = service->watches[--service->watch_count];
            return;
        }
}

void
service_watch_fd(struct service *service, int (*fd)(void *self), short (*events)(void *self),
    service_handler *handler, void *self)
{
    *new_watch(service) = (struct watch){.fd = fd, .events = events, .handler = handler, .self = self};
}

void
service_every(struct service *service, int64_t interval_ms, service_handler *handler, void *self)
{
    CHECK(service->tick_count < WATCHES_MOST);
    service->ticks[service->tick_count++] = (struct tick){
        .interval_ms = interval_ms, .next_ms = clock_mono_ms(), .handler = handler, .self = self};
}

void
service_before_wait(struct service *service, int64_t (*handler)(void *self), void *self)
{
    service->before_wait = handler;
    service->before_wait_self = self;
}

// Runs what is due; returns how long until the next one.
static int64_t
run_ticks(struct service *service)
{
    int64_t wait = METRICS_MS;

    for (size_t i = 0; i < service->tick_count; i++) {
        struct tick *tick = &service->ticks[i];
        int64_t now = clock_mono_ms();

        if (now >= tick->next_ms) {
            tick->next_ms = now + tick->interval_ms;
            tick->handler(tick->self);
        }
        if (tick->next_ms - now < wait)
            wait = tick->next_ms - now;
    }
    return wait > 0 ? wait : 0;
}

// Waits for any watch for at most wait_ms and calls the handlers of those that are ready.
static void
poll_once(struct service *service, int64_t wait_ms)
{
    zmq_pollitem_t items[WATCHES_MOST + 1];
    struct watch watches[WATCHES_MOST];
    size_t count = 0;

    items[0] = (zmq_pollitem_t){.fd = service->signal_fd, .events = ZMQ_POLLIN};
    for (size_t i = 0; i < service->watch_count; i++) {
        struct watch *watch = &service->watches[i];
        int fd = watch->socket == NULL ? watch->fd(watch->self) : -1;
        short wished = watch->socket == NULL ? watch->events(watch->self) : POLLIN;
        short events = (short)((wished & POLLIN ? ZMQ_POLLIN : 0) | (wished & POLLOUT ? ZMQ_POLLOUT : 0));

        if ((watch->socket == NULL && fd < 0) || events == 0)
            continue;
        items[count + 1] = (zmq_pollitem_t){.socket = watch->socket, .fd = fd, .events = events};
        watches[count++] = *watch;
    }
    if (zmq_poll(items, (int)count + 1, (long)wait_ms) <= 0)
        return; // time-out, or interrupted: the loop comes round again
    if (items[0].revents != 0) {
        service_stop(service, 0);
        return;
    }
    for (size_t i = 0; i < count && !service->stopping; i++)
        if (items[i + 1].revents != 0)
            watches[i].handler(watches[i].self);
}

int
service_run(struct service *service)
{
    log_buffer();
    log_info(EV_UP, "version=%s pid=%d", KENTONGAN_VERSION, (int)getpid());
    while (!service->stopping) {
        int64_t wait = run_ticks(service);

        if (service->before_wait != NULL) {
            int64_t most = service->before_wait(service->before_wait_self);

            if (most >= 0 && most < wait)
                wait = most;
        }
        log_flush();
        poll_once(service, wait);
    }
    log_info(EV_DOWN, "exit=%d", service->exit_code);
    log_flush();
    return service->exit_code;
}

void
service_stop(struct service *service, int exit_code)
{
    service->stopping = true;
    service->exit_code = exit_code;
}
