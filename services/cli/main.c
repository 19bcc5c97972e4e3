// main.c - kentongan: the command line tool of operators and integrators.  See commands.c for what it can do.
#include "commands.h"

int
main(int argc, char **argv)
{
    return commands_run(argc, argv);
}
