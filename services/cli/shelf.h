// shelf.h - kentongan shelf: messages that are no report, until a person looked.
#ifndef KENTONGAN_CLI_SHELF_H
#define KENTONGAN_CLI_SHELF_H

int shelf_command(int argc, char **argv);

#endif
