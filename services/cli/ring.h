// ring.h - kentongan ring; see kentongan help ring.
#ifndef KENTONGAN_CLI_RING_H
#define KENTONGAN_CLI_RING_H

int ring_command(int argc, char **argv);

#endif
