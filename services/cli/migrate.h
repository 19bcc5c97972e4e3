// migrate.h - kentongan migrate; see kentongan help migrate.
#ifndef KENTONGAN_CLI_MIGRATE_H
#define KENTONGAN_CLI_MIGRATE_H

int migrate_command(int argc, char **argv);

#endif
