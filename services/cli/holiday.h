// holiday.h - kentongan holiday; see kentongan help holiday.
#ifndef KENTONGAN_CLI_HOLIDAY_H
#define KENTONGAN_CLI_HOLIDAY_H

int holiday_command(int argc, char **argv);

#endif
