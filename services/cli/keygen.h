// keygen.h - kentongan keygen; see kentongan help keygen.
#ifndef KENTONGAN_CLI_KEYGEN_H
#define KENTONGAN_CLI_KEYGEN_H

int keygen_command(int argc, char **argv);

#endif
