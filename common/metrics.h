// metrics.h - numbers a service counts, in Prometheus' text format.
//
// A service writes them to a file every few seconds, whole and atomically (rename); a node exporter's
// textfile collector or the health check reads it.  No label ever holds anything of a citizen.
#ifndef KENTONGAN_METRICS_H
#define KENTONGAN_METRICS_H

#include "check.h"

#include <stdint.h>

struct metric {
    const char *name; // kentongan_ingest_accepted_total
    const char *help;
    int64_t value;
    struct metric *next;
};

// A counter or gauge that lives for ever; registers itself at first use.  For any thread.
//     static struct metric accepted = {"kentongan_ingest_accepted_total", "Reports accepted.", 0, NULL};
void metric_add(struct metric *metric, int64_t amount);
void metric_set(struct metric *metric, int64_t value);

// Writes all metrics that were touched to path, and kentongan_written_seconds.  Returns 0 or -1 (errno is
// set).
MUST_USE int metrics_write(const char *path);

// Exit code of a health check: 0 when the file at path was written at most limit_s seconds ago, else 1 with a
// line on stderr.
int metrics_health(const char *path, int64_t limit_s);

#endif
