// failpoint.c - named places where a fault test may end the process.
#include "failpoint.h"

#include "check.h"
#include "log.h"
#include "settings.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool parsed;
static const char *wanted; // NULL: no failpoint is set
static size_t wanted_length;
static long long passes_left;

// name or name:times.  Anything else is a test that would never fire: better to end at once.
static void
parse(void)
{
    parsed = true;
    const char *setting = getenv("KENTONGAN_FAILPOINT");
    if (setting == NULL || !*setting)
        return;
    const char *colon = strchr(setting, ':');
    passes_left = 1;
    wanted_length = colon != NULL ? (size_t)(colon - setting) : strlen(setting);
    if (colon != NULL) {
        char *rest = NULL;
        errno = 0;
        passes_left = strtoll(colon + 1, &rest, 10);
        if (errno != 0 || rest == colon + 1 || *rest || passes_left < 1)
            wanted_length = 0;
    }
    if (wanted_length == 0) {
        log_error(EV_SETTING_WRONG, "KENTONGAN_FAILPOINT: is not name or name:times");
        exit(EXIT_SETTINGS);
    }
    wanted = setting;
}

void
failpoint(const char *name)
{
    if (!parsed)
        parse();
    if (wanted == NULL)
        return;
    if (strlen(name) != wanted_length || memcmp(name, wanted, wanted_length) != 0 || --passes_left > 0)
        return;
    log_warn(EV_FAILPOINT, "name=%s", name);
    (void)kill(getpid(), SIGKILL);
    // The signal may be a moment on its way; nothing must happen after the failpoint.
    for (;;)
        (void)pause();
}
