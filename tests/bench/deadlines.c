// deadlines.c - what Redis itself can take: the members that the watcher would have there, without the
// watcher.
//
//     bench_deadlines SOCKET PENDING COUNT
//
// Fills a sorted set with PENDING members that are due within a day, then adds COUNT, removes them, adds them
// again as due and takes them out by ranged reads: ZADD and ZREM of 1,024 members each, pipelined;
// ZRANGEBYSCORE of 1,024 and the ZREM of what it gave.  Prints one line of JSON: of each a second, and bytes
// a member.
#include "check.h"

#include <hiredis/hiredis.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCH = 1024, DEPTH = 8, TEXT = 24, DAY_MS = 86400000 };

static const char set_name[] = "bench:timers";

struct bench {
    redisContext *redis;
    char members[BATCH][TEXT], scores[BATCH][TEXT];
    const char *words[2 + 2 * BATCH];
    size_t sent; // commands without an answer yet
};

static double
now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static redisReply *
answer(struct bench *bench)
{
    void *reply = NULL;

    CHECK(
        redisGetReply(bench->redis, &reply) == REDIS_OK && ((redisReply *)reply)->type != REDIS_REPLY_ERROR);
    bench->sent--;
    return reply;
}

static void
send_words(struct bench *bench, size_t count)
{
    CHECK(redisAppendCommandArgv(bench->redis, (int)count, bench->words, NULL) == REDIS_OK);
    bench->sent++;
    while (bench->sent >= DEPTH)
        freeReplyObject(answer(bench));
}

static void
finish(struct bench *bench)
{
    while (bench->sent > 0)
        freeReplyObject(answer(bench));
}

// ZADD of first .. first + count - 1.
static void
add(struct bench *bench, int64_t first, int64_t count, int64_t due_ms, int64_t spread_ms)
{
    for (int64_t done = 0; done < count; done += BATCH) {
        size_t words = 0;

        bench->words[words++] = "ZADD";
        bench->words[words++] = set_name;
        for (int64_t i = 0; i < BATCH && done + i < count; i++) {
            int64_t id = first + done + i;
            // Scattered as the times of real tickets are.
            int64_t at_ms = due_ms + id * 7919 % spread_ms;

            snprintf(bench->scores[i], TEXT, "%lld", (long long)at_ms);
            snprintf(bench->members[i], TEXT, "%lld", (long long)id);
            bench->words[words++] = bench->scores[i];
            bench->words[words++] = bench->members[i];
        }
        send_words(bench, words);
    }
    finish(bench);
}

static void
cancel(struct bench *bench, int64_t first, int64_t count)
{
    for (int64_t done = 0; done < count; done += BATCH) {
        size_t words = 0;

        bench->words[words++] = "ZREM";
        bench->words[words++] = set_name;
        for (int64_t i = 0; i < BATCH && done + i < count; i++) {
            int64_t id = first + done + i;

            snprintf(bench->members[i], TEXT, "%lld", (long long)id);
            bench->words[words++] = bench->members[i];
        }
        send_words(bench, words);
    }
    finish(bench);
}

// Takes out what is due up to due_ms.  Returns how many that were.
static int64_t
fire(struct bench *bench, int64_t due_ms)
{
    int64_t fired = 0;

    for (;;) {
        redisReply *due = NULL;
        size_t words = 2;

        CHECK(redisAppendCommand(bench->redis, "ZRANGEBYSCORE %s -inf %lld LIMIT 0 %d", set_name,
                  (long long)due_ms, (int)BATCH) == REDIS_OK);
        bench->sent++;
        due = answer(bench);
        if (due->elements == 0) {
            freeReplyObject(due);
            return fired;
        }
        bench->words[0] = "ZREM";
        bench->words[1] = set_name;
        for (size_t i = 0; i < due->elements; i++)
            bench->words[words++] = due->element[i]->str;
        send_words(bench, words);
        finish(bench);
        fired += (int64_t)due->elements;
        freeReplyObject(due);
    }
}

static long long
used_memory(struct bench *bench)
{
    redisReply *info = NULL;
    const char *line = NULL;
    long long used = 0;

    CHECK(redisAppendCommand(bench->redis, "INFO memory") == REDIS_OK);
    bench->sent++;
    info = answer(bench);
    line = strstr(info->str, "used_memory:");
    CHECK(line != NULL);
    used = strtoll(line + strlen("used_memory:"), NULL, 10);
    freeReplyObject(info);
    return used;
}

int
main(int argc, char **argv)
{
    static struct bench bench;
    int64_t pending = argc == 4 ? strtoll(argv[2], NULL, 10) : 0;
    int64_t count = argc == 4 ? strtoll(argv[3], NULL, 10) : 0;
    int64_t due_ms = (int64_t)time(NULL) * 1000 + 2 * (int64_t)DAY_MS; // later than what is taken out as due
    double times[4];
    long long before = 0;
    long long bytes = 0;

    if (pending <= 0 || count <= 0) {
        fprintf(stderr, "usage: bench_deadlines SOCKET PENDING COUNT\n");
        return 64;
    }
    bench.redis = redisConnectUnix(argv[1]);
    CHECK(bench.redis != NULL && bench.redis->err == 0);
    before = used_memory(&bench);
    add(&bench, 1, pending, due_ms, DAY_MS);
    bytes = used_memory(&bench) - before;

    times[0] = now_s();
    add(&bench, pending + 1, count, due_ms, DAY_MS);
    times[1] = now_s();
    cancel(&bench, pending + 1, count);
    times[2] = now_s();
    add(&bench, pending + 1, count, due_ms - DAY_MS, 1000);
    times[3] = now_s();
    CHECK(fire(&bench, due_ms - DAY_MS + 1000) == count);
    printf("{\"set\": %.0f, \"cancelled\": %.0f, \"fired\": %.0f, \"bytes\": %.1f}\n",
        (double)count / (times[1] - times[0]), (double)count / (times[2] - times[1]),
        (double)count / (now_s() - times[3]), (double)bytes / (double)pending);

    CHECK(redisAppendCommand(bench.redis, "DEL %s", set_name) == REDIS_OK);
    bench.sent++;
    freeReplyObject(answer(&bench));
    redisFree(bench.redis);
    return 0;
}
