// evaluate.h - kentongan evaluate: how good a model is on an office's own labelled reports.
#ifndef KENTONGAN_CLI_EVALUATE_H
#define KENTONGAN_CLI_EVALUATE_H

int evaluate_command(int argc, char **argv);

#endif
