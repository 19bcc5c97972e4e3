// quiet.h - kentongan quiet; see kentongan help quiet.
#ifndef KENTONGAN_CLI_QUIET_H
#define KENTONGAN_CLI_QUIET_H

int quiet_command(int argc, char **argv);

#endif
