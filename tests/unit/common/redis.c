// redis.c - a private redis-server on a unix socket, for tests.
#include "redis.h"

#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct redis {
    char folder[32], socket[64], url[80], password[32];
    pid_t pid; // 0: not running
};

struct redis *
redis_new(const char *password)
{
    struct redis *redis = check_zalloc(1, sizeof(*redis));
    snprintf(redis->folder, sizeof(redis->folder), "/tmp/kentongan-test-XXXXXX");
    CHECK(mkdtemp(redis->folder));
    snprintf(redis->socket, sizeof(redis->socket), "%s/redis", redis->folder);
    snprintf(redis->url, sizeof(redis->url), "unix:%s", redis->socket);
    snprintf(redis->password, sizeof(redis->password), "%s", password ? password : "");
    return redis;
}

void
redis_destroy(struct redis **redis)
{
    struct redis *old = *redis;
    if (!old)
        return;
    redis_stop(old);
    (void)unlink(old->socket);
    (void)rmdir(old->folder);
    free(old);
    *redis = NULL;
}

static bool
listens(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    CHECK(fd >= 0);
    bool up = connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0;
    close(fd);
    return up;
}

void
redis_start(struct redis *redis)
{
    CHECK(redis->pid == 0);
    redis->pid = fork();
    CHECK(redis->pid >= 0);
    if (redis->pid == 0) {
        int null = open("/dev/null", O_RDWR);
        CHECK(null >= 0 && dup2(null, STDOUT_FILENO) >= 0);
        execlp("redis-server", "redis-server", "--port", "0", "--unixsocket", redis->socket, "--save", "",
            "--appendonly", "no", "--dir", redis->folder, "--requirepass", redis->password, (char *)NULL);
        perror("redis-server");
        _exit(127);
    }
    for (int tries = 0; !listens(redis->socket); tries++) {
        const struct timespec a_moment = {.tv_nsec = 10000000};
        CHECK(tries < 1000 && waitpid(redis->pid, NULL, WNOHANG) == 0);
        nanosleep(&a_moment, NULL);
    }
}

void
redis_stop(struct redis *redis)
{
    if (redis->pid == 0)
        return;
    (void)kill(redis->pid, SIGKILL);
    CHECK(waitpid(redis->pid, NULL, 0) == redis->pid);
    redis->pid = 0;
    (void)unlink(redis->socket);
}

void
redis_freeze(struct redis *redis)
{
    CHECK(kill(redis->pid, SIGSTOP) == 0);
}

void
redis_thaw(struct redis *redis)
{
    CHECK(kill(redis->pid, SIGCONT) == 0);
}

const char *
redis_url(const struct redis *redis)
{
    return redis->url;
}
