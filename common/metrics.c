// metrics.c - numbers a service counts, in Prometheus' text format.
//
// For one thread: the loop that counts is the loop that writes.
#include "metrics.h"

#include "clock.h"
#include "str.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WRITTEN "kentongan_written_seconds"

// The list ends with this one, not with NULL: a metric whose next is NULL is not in the list yet.
static struct metric last;
static struct metric *first = &last;
static struct metric **end = &first;

static void
touch(struct metric *metric)
{
    if (metric->next != NULL)
        return;
    metric->next = &last;
    *end = metric;
    end = &metric->next;
}

void
metric_add(struct metric *metric, int64_t amount)
{
    touch(metric);
    metric->value += amount;
}

void
metric_set(struct metric *metric, int64_t value)
{
    touch(metric);
    metric->value = value;
}

static void
print(struct str *text, const char *name, const char *help, int64_t value)
{
    size_t length = strlen(name);
    bool counter = length > 6 && strcmp(name + length - 6, "_total") == 0;
    str_format(text, "# HELP %s %s\n# TYPE %s %s\n%s %" PRId64 "\n", name, help, name,
        counter ? "counter" : "gauge", name, value);
}

static int
write_file(const char *path, const struct str *text)
{
    FILE *file = fopen(path, "we");
    if (file == NULL)
        return -1;
    size_t written = fwrite(text->data, 1, text->length, file);
    if (fclose(file) != 0 || written != text->length)
        return -1;
    return 0;
}

int
metrics_write(const char *path)
{
    struct str text = {0}, beside = {0};
    int rc = -1;
    for (const struct metric *metric = first; metric != &last; metric = metric->next)
        print(&text, metric->name, metric->help, metric->value);
    print(&text, WRITTEN, "When this was written, Unix time.", clock_now_ms() / 1000);

    // Readers see the old file or the new one, never half of one.  Not flushed: after a crash it is stale
    // anyhow.
    str_format(&beside, "%s.new", path);
    if (write_file(beside.data, &text) != 0 || rename(beside.data, path) != 0) {
        int error = errno;
        (void)unlink(beside.data);
        errno = error;
        goto done;
    }
    rc = 0;
done:
    str_free(&text);
    str_free(&beside);
    return rc;
}

// When the file says it was written, Unix seconds; -1 when it does not say.
static int64_t
read_written(FILE *file)
{
    char line[512];
    while (fgets(line, sizeof(line), file)) {
        if (strncmp(line, WRITTEN " ", sizeof(WRITTEN)) != 0)
            continue;
        char *rest = NULL;
        errno = 0;
        long long seconds = strtoll(line + sizeof(WRITTEN), &rest, 10);
        return errno == 0 && *rest == '\n' && seconds > 0 ? seconds : -1;
    }
    return -1;
}

int
metrics_health(const char *path, int64_t limit_s)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        fprintf(stderr, "not healthy: %s: %s\n", path, strerror(errno));
        return 1;
    }
    int64_t written = read_written(file);
    fclose(file);
    if (written < 0) {
        fprintf(stderr, "not healthy: %s does not say when it was written\n", path);
        return 1;
    }
    // A time ahead of us by more than the limit is a clock set back; such a file would look fresh for ever.
    int64_t age = clock_now_ms() / 1000 - written;
    if (age > limit_s || age < -limit_s) {
        fprintf(stderr, "not healthy: %s was written %" PRId64 " s ago (limit %" PRId64 " s)\n", path, age,
            limit_s);
        return 1;
    }
    return 0;
}
