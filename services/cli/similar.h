// similar.h - kentongan similar: are two reports about the same?
#ifndef KENTONGAN_CLI_SIMILAR_H
#define KENTONGAN_CLI_SIMILAR_H

int similar_command(int argc, char **argv);

#endif
