// log.h - one line an event, key=value, on standard error.
//
//     2026-11-22T08:15:30.123Z info ingest REPORT_REJECTED field=text reason="is empty"
//
// Event names are stable; log_events.h lists them all.  Never a citizen's text, name or number, never a token
// or an endpoint.
#ifndef KENTONGAN_LOG_H
#define KENTONGAN_LOG_H

#include "check.h"
#include "log_events.h"

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_ERROR };

// Names the service in each line from now on, and the least level that is printed.  Borrows service for ever.
void log_open(const char *service, enum log_level least);

// The level of that name; LOG_LEVEL_INFO for any other word.
enum log_level log_level(const char *name);

// From now on lines below LOG_LEVEL_WARN may wait for log_flush(), so that a burst costs one write and not
// thousands.
void log_buffer(void);
void log_flush(void);

// Prints one line.  format gives the key=value pairs; line breaks in them are printed as spaces.
void log_line(enum log_level level, enum log_event event, const char *format, ...) PRINTF_LIKE(3, 4);

#define log_debug(event, ...) log_line(LOG_LEVEL_DEBUG, event, __VA_ARGS__)
#define log_info(event, ...) log_line(LOG_LEVEL_INFO, event, __VA_ARGS__)
#define log_warn(event, ...) log_line(LOG_LEVEL_WARN, event, __VA_ARGS__)
#define log_error(event, ...) log_line(LOG_LEVEL_ERROR, event, __VA_ARGS__)

#endif
