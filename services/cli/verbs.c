// verbs.c - finds the verb of a command, and prints what it did.
#include "verbs.h"

#include "complain.h"
#include "rows.h"

#include <stdio.h>
#include <string.h>

int
verbs_run(const char *command, const struct verb *verbs, size_t count, int argc, char **argv)
{
    char names[128] = "";

    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(names);

        if (argc > 1 && strcmp(argv[1], verbs[i].name) == 0)
            return verbs[i].run(argc - 1, argv + 1);
        snprintf(names + length, sizeof(names) - length, "%s%s", i > 0 ? ", " : "", verbs[i].name);
    }
    complain(command, "%s: give one of %s; see kentongan help %s", argc > 1 ? argv[1] : "nothing said", names,
        command);
    return EXIT_USAGE;
}

int
verbs_print(json_t *rows, bool json, const struct table_column *columns, size_t count)
{
    if (rows == NULL)
        return EXIT_AWAY;
    if (json) {
        rows_print_json(rows);
        return EXIT_OK;
    }
    table_print(stdout, columns, count, rows);
    json_decref(rows);
    return EXIT_OK;
}

int
verbs_print_change(json_t *rows, bool json, const char *what, const char *told)
{
    if (rows == NULL)
        return EXIT_FAILED;
    if (json_array_size(rows) == 0) {
        json_decref(rows);
        complain(what, "there is none; see the list");
        return EXIT_UNKNOWN;
    }
    if (json)
        rows_print_json(json_incref(json_array_get(rows, 0)));
    else
        printf("%s\n", told);
    json_decref(rows);
    return EXIT_OK;
}
