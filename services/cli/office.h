// office.h - kentongan office; see kentongan help office.
#ifndef KENTONGAN_CLI_OFFICE_H
#define KENTONGAN_CLI_OFFICE_H

int office_command(int argc, char **argv);

#endif
