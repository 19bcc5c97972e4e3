// status.h - kentongan status: what is stored, what waits, what is late.
#ifndef KENTONGAN_CLI_STATUS_H
#define KENTONGAN_CLI_STATUS_H

int status_command(int argc, char **argv);

#endif
