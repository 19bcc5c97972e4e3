// model_verbs.h - kentongan model: what names the topics of reports.
#ifndef KENTONGAN_CLI_MODEL_VERBS_H
#define KENTONGAN_CLI_MODEL_VERBS_H

int model_verbs_command(int argc, char **argv);

#endif
