// train.h - kentongan train: learns a model from an office's own labelled reports.
#ifndef KENTONGAN_CLI_TRAIN_H
#define KENTONGAN_CLI_TRAIN_H

int train_command(int argc, char **argv);

#endif
