// agency.h - kentongan agency; see kentongan help agency.
#ifndef KENTONGAN_CLI_AGENCY_H
#define KENTONGAN_CLI_AGENCY_H

int agency_command(int argc, char **argv);

#endif
