// show.h - kentongan show: the story of one report.
#ifndef KENTONGAN_CLI_SHOW_H
#define KENTONGAN_CLI_SHOW_H

int show_command(int argc, char **argv);

#endif
