// objection.h - kentongan objection: what an agency says against being on a quarter's list.
#ifndef KENTONGAN_CLI_OBJECTION_H
#define KENTONGAN_CLI_OBJECTION_H

int objection_command(int argc, char **argv);

#endif
