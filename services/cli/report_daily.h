// report_daily.h - kentongan report daily: the governor's morning digest.
#ifndef KENTONGAN_CLI_REPORT_DAILY_H
#define KENTONGAN_CLI_REPORT_DAILY_H

int report_daily(int argc, char **argv);

#endif
