// report.h - kentongan report: figures for the governor, the quarterly meeting and the public.
#ifndef KENTONGAN_CLI_REPORT_H
#define KENTONGAN_CLI_REPORT_H

int report_command(int argc, char **argv);

#endif
