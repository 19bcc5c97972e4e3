// parked.h - kentongan parked; see kentongan help parked.
#ifndef KENTONGAN_CLI_PARKED_H
#define KENTONGAN_CLI_PARKED_H

int parked_command(int argc, char **argv);

#endif
