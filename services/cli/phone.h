// phone.h - kentongan phone: an officer's phone for demonstrations and trials, on loopback.
#ifndef KENTONGAN_CLI_PHONE_H
#define KENTONGAN_CLI_PHONE_H

// Runs until SIGTERM or SIGINT.  Returns an exit code of complain.h.
int phone_command(int argc, char **argv);

#endif
