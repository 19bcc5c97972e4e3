// report_agencies.h - kentongan report agencies: how the agencies answer, ranked within bands of volume.
#ifndef KENTONGAN_CLI_REPORT_AGENCIES_H
#define KENTONGAN_CLI_REPORT_AGENCIES_H

int report_agencies(int argc, char **argv);

#endif
