// metrics.c - numbers a service counts, in Prometheus' text format.
//
// Any thread may count; the list of metrics only grows.
#include "metrics.h"

#include "clock.h"
#include "str.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WRITTEN "kentongan_written_seconds"

// The list ends with this one, not with NULL: a metric whose next is NULL is not in the list yet.
static struct metric last;
static struct metric *first = &last;
static struct metric **end = &first;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; // guards the list

static void
touch(struct metric *metric)
{
    if (__atomic_load_n(&metric->next, __ATOMIC_ACQUIRE) != NULL)
        return;
    CHECK(pthread_mutex_lock(&lock) == 0);
    if (metric->next == NULL) {
        __atomic_store_n(&metric->next, &last, __ATOMIC_RELEASE);
        __atomic_store_n(end, metric, __ATOMIC_RELEASE);
        end = &metric->next;
    }
    CHECK(pthread_mutex_unlock(&lock) == 0);
}

void
metric_add(struct metric *metric, int64_t amount)
{
    touch(metric);
    __atomic_add_fetch(&metric->value, amount, __ATOMIC_RELAXED);
}

void
metric_set(struct metric *metric, int64_t value)
{
    touch(metric);
    __atomic_store_n(&metric->value, value, __ATOMIC_RELAXED);
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
    CHECK(pthread_mutex_lock(&lock) == 0);
    for (const struct metric *metric = first; metric != &last; metric = metric->next)
        print(&text, metric->name, metric->help, __atomic_load_n(&metric->value, __ATOMIC_RELAXED));
    CHECK(pthread_mutex_unlock(&lock) == 0);
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
