// health.c - kentongan health: does the service that writes this file of metrics still run?  For health
// checks of containers.
#include "health.h"

#include "complain.h"
#include "metrics.h"
#include "options.h"

int
health_command(int argc, char **argv)
{
    const char *path = NULL;
    int64_t limit_s = 30;
    const struct option table[] = {{"within", OPTION_INTEGER, &limit_s, 1, 86400}};
    const struct options options = {
        .command = "health", .table = table, .count = LENGTH(table), .words = &path, .most_words = 1};

    int words = options_parse(&options, argc, argv);
    if (words < 0)
        return EXIT_USAGE;
    if (words == 0) {
        complain("health", "of what?  give the file that KENTONGAN_METRICS_FILE of the service names");
        return EXIT_USAGE;
    }
    return metrics_health(path, limit_s);
}
