// device.h - kentongan device; see kentongan help device.
#ifndef KENTONGAN_CLI_DEVICE_H
#define KENTONGAN_CLI_DEVICE_H

int device_command(int argc, char **argv);

#endif
