// report_negligence.h - kentongan report negligence: the quarterly list of first responses that were not
// given in time.
#ifndef KENTONGAN_CLI_REPORT_NEGLIGENCE_H
#define KENTONGAN_CLI_REPORT_NEGLIGENCE_H

int report_negligence(int argc, char **argv);

#endif
