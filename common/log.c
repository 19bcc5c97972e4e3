// log.c - one line an event; only whole lines are written, so that those of several processes do not mix.
//
// For any thread: the lock guards what waits to be written.
#include "log.h"

#include "clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *service_name = "kentongan";
static enum log_level least_level = LOG_LEVEL_INFO;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool buffers;
static char buffer[32768];
static size_t buffered;

static const char *const level_names[] = {"debug", "info", "warn", "error"};

#define LOG_EVENT_TEXT(name) [EV_##name] = #name,
static const char *const event_names[EV_COUNT] = {LOG_EVENTS(LOG_EVENT_TEXT)};
#undef LOG_EVENT_TEXT

void
log_open(const char *service, enum log_level least)
{
    service_name = service;
    least_level = least;
}

enum log_level
log_level(const char *name)
{
    for (size_t i = 0; i < LENGTH(level_names); i++)
        if (strcmp(name, level_names[i]) == 0)
            return (enum log_level)i;
    return LOG_LEVEL_INFO;
}

// Under the lock.
static void
flush(void)
{
    size_t written = 0;

    while (written < buffered) {
        ssize_t length = write(STDERR_FILENO, buffer + written, buffered - written);

        if (length <= 0)
            break; // nowhere left to say it
        written += (size_t)length;
    }
    buffered = 0;
}

void
log_line(enum log_level level, enum log_event event, const char *format, ...)
{
    char line[1024];
    char time[32];
    int used = 0;
    int more = 0;
    int saved = errno;
    va_list arguments;

    if (level < least_level)
        return;
    used = snprintf(line, sizeof(line), "%s %s %s %s ", clock_format(clock_now_ms(), time, sizeof(time)),
        level_names[level], service_name, event_names[event]);
    CHECK(used > 0 && (size_t)used < sizeof(line) / 2);
    va_start(arguments, format);
    more = vsnprintf(line + used, sizeof(line) - (size_t)used, format, arguments);
    va_end(arguments);
    if (more > 0)
        used += more;
    if ((size_t)used > sizeof(line) - 2)
        used = (int)sizeof(line) - 2;

    // Whatever came from outside must not forge a second line.
    for (int i = 0; i < used; i++)
        if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
            line[i] = ' ';
    line[used++] = '\n';
    CHECK(pthread_mutex_lock(&lock) == 0);
    if (buffered + (size_t)used > sizeof(buffer))
        flush();
    memcpy(buffer + buffered, line, (size_t)used);
    buffered += (size_t)used;
    if (!buffers || level >= LOG_LEVEL_WARN)
        flush();
    CHECK(pthread_mutex_unlock(&lock) == 0);
    errno = saved;
}

void
log_buffer(void)
{
    CHECK(pthread_mutex_lock(&lock) == 0);
    buffers = true;
    CHECK(pthread_mutex_unlock(&lock) == 0);
}

void
log_flush(void)
{
    CHECK(pthread_mutex_lock(&lock) == 0);
    flush();
    CHECK(pthread_mutex_unlock(&lock) == 0);
}
