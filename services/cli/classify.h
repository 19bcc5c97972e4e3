// classify.h - kentongan classify: what the classifier would decide on reports of a file.
#ifndef KENTONGAN_CLI_CLASSIFY_H
#define KENTONGAN_CLI_CLASSIFY_H

int classify_command(int argc, char **argv);

#endif
