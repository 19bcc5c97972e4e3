// service.h - the one loop of every process: sockets, descriptors, timers, and an orderly end.
//
// service_new() has to come before any other czmq or ZeroMQ call: it blocks SIGTERM and SIGINT for all
// threads, takes them from a signalfd, and switches czmq's own handler off (with it, a process may never see
// the signal).
#ifndef KENTONGAN_SERVICE_H
#define KENTONGAN_SERVICE_H

#include "check.h"

#include <stdbool.h>
#include <stdint.h>

struct service;
typedef void service_handler(void *self);

// name is borrowed for ever.  metrics_path "" writes no metrics.  Returns new.
struct service *service_new(const char *name, const char *metrics_path);
void service_destroy(struct service **service);

// Calls handler when the socket has something to read.  Borrows self and socket until the end of the service.
void service_watch_socket(struct service *service, void *zmq_socket, service_handler *handler, void *self);
void service_unwatch_socket(struct service *service, void *zmq_socket);

// Asks fd and events before each wait (both may change; -1: skip), and calls handler when the descriptor is
// ready.
void service_watch_fd(struct service *service, int (*fd)(void *self), short (*events)(void *self),
    service_handler *handler, void *self);

// Calls handler about every interval_ms.  After a pause it is called once, not once for each time missed.
void service_every(struct service *service, int64_t interval_ms, service_handler *handler, void *self);

// Runs handler before each wait; it returns how long the wait may last at most in ms (-1: for ever, 0: do not
// wait).
void service_before_wait(struct service *service, int64_t (*handler)(void *self), void *self);

// Logs UP, runs until SIGTERM or SIGINT, and logs DOWN.  Returns the exit code of the process: 0 after a
// signal.
int service_run(struct service *service);

// Ends service_run() with this exit code.
void service_stop(struct service *service, int exit_code);

#endif
