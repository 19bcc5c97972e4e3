// why.h - kentongan why; see kentongan help why.
#ifndef KENTONGAN_CLI_WHY_H
#define KENTONGAN_CLI_WHY_H

int why_command(int argc, char **argv);

#endif
