// health.h - kentongan health; see kentongan help health.
#ifndef KENTONGAN_CLI_HEALTH_H
#define KENTONGAN_CLI_HEALTH_H

int health_command(int argc, char **argv);

#endif
