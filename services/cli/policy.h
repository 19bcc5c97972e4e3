// policy.h - kentongan policy; see kentongan help policy.
#ifndef KENTONGAN_CLI_POLICY_H
#define KENTONGAN_CLI_POLICY_H

int policy_command(int argc, char **argv);

#endif
