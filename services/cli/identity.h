// identity.h - kentongan identity; see kentongan help identity.
#ifndef KENTONGAN_CLI_IDENTITY_H
#define KENTONGAN_CLI_IDENTITY_H

int identity_command(int argc, char **argv);

#endif
