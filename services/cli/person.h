// person.h - kentongan person: officers, how they log in and how they are reached.
#ifndef KENTONGAN_CLI_PERSON_H
#define KENTONGAN_CLI_PERSON_H

int person_command(int argc, char **argv);

#endif
