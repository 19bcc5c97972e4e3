// postgres.c - a private PostgreSQL on a unix socket, for tests.
#include "postgres.h"

#include "check.h"
#include "str.h"

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATH "PATH=/usr/lib/postgresql/15/bin:$PATH; "

enum { PATIENCE_MS = 5000, TRIES = 20 };

struct postgres {
    char folder[40], conninfo[96];
    pid_t pid;
};

// PostgreSQL does not run as root.
static const struct passwd *
other_user(void)
{
    const struct passwd *user = geteuid() == 0 ? getpwnam("postgres") : NULL;

    CHECK(geteuid() != 0 || user != NULL);
    return user;
}

// Runs a command of the shell without a word, in a child.
static pid_t
start(const char *command)
{
    const struct passwd *user = other_user();
    pid_t pid = fork();
    int null = -1;

    CHECK(pid >= 0);
    if (pid > 0)
        return pid;
    null = open("/dev/null", O_RDWR);
    CHECK(null >= 0 && dup2(null, STDOUT_FILENO) >= 0 && dup2(null, STDERR_FILENO) >= 0 && chdir("/") == 0);
    CHECK(user == NULL || (setgid(user->pw_gid) == 0 && setuid(user->pw_uid) == 0));
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

struct postgres *
postgres_new(void)
{
    struct postgres *postgres = check_zalloc(1, sizeof(*postgres));
    const struct passwd *user = other_user();
    struct str command = {0};
    struct db *db = NULL;
    int status = 0;

    snprintf(postgres->folder, sizeof(postgres->folder), "/tmp/kentongan-test-XXXXXX");
    CHECK(mkdtemp(postgres->folder) != NULL);
    CHECK(user == NULL || chown(postgres->folder, user->pw_uid, user->pw_gid) == 0);
    snprintf(postgres->conninfo, sizeof(postgres->conninfo), "host=%s dbname=postgres user=test",
        postgres->folder);
    str_format(&command, PATH "initdb -D %s/data -U test -A trust --no-sync", postgres->folder);
    CHECK(waitpid(start(command.data), &status, 0) > 0 && status == 0);
    str_clear(&command);
    str_format(&command, PATH "exec postgres -F -c autovacuum=off -D %s/data -k %s -h ''", postgres->folder,
        postgres->folder);
    postgres->pid = start(command.data);
    str_free(&command);

    db = db_new(postgres->conninfo, NULL, "test");
    for (int tries = 0; db_pump(db) != DB_READY; tries++) {
        const struct db_query query = {"up", "SELECT 1", NULL};

        CHECK(tries < TRIES && waitpid(postgres->pid, NULL, WNOHANG) == 0);
        (void)!db_run(db, &query, 1, PATIENCE_MS);
        db_release(db);
    }
    db_destroy(&db);
    return postgres;
}

void
postgres_destroy(struct postgres **postgres)
{
    struct postgres *old = *postgres;
    struct str command = {0};

    if (old == NULL)
        return;
    CHECK(kill(old->pid, SIGQUIT) == 0 && waitpid(old->pid, NULL, 0) == old->pid);
    str_format(&command, "rm -rf %s/*", old->folder);
    CHECK(waitpid(start(command.data), NULL, 0) > 0 && rmdir(old->folder) == 0);
    str_free(&command);
    free(old);
    *postgres = NULL;
}

struct postgres *postgres_of_group;

int
postgres_group_start(void **state)
{
    (void)state;
    postgres_of_group = postgres_new();
    return 0;
}

int
postgres_group_stop(void **state)
{
    (void)state;
    postgres_destroy(&postgres_of_group);
    return 0;
}

const char *
postgres_conninfo(const struct postgres *postgres)
{
    return postgres->conninfo;
}

void
postgres_run(struct db *db, const char *const *statements, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct db_query query = {statements[i], statements[i], NULL};

        CHECK(db_run(db, &query, 1, PATIENCE_MS) == DONE);
        db_release(db);
    }
}
