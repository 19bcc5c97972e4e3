// report_recap.h - kentongan report recap: the five buckets of LaporGub!, which always sum.
#ifndef KENTONGAN_CLI_REPORT_RECAP_H
#define KENTONGAN_CLI_REPORT_RECAP_H

int report_recap(int argc, char **argv);

#endif
