// tail.h - kentongan tail; see kentongan help tail.
#ifndef KENTONGAN_CLI_TAIL_H
#define KENTONGAN_CLI_TAIL_H

int tail_command(int argc, char **argv);

#endif
