// act.h - kentongan act: what is done on a ticket.
#ifndef KENTONGAN_CLI_ACT_H
#define KENTONGAN_CLI_ACT_H

int act_command(int argc, char **argv);

#endif
