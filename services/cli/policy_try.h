// policy_try.h - kentongan policy try; see kentongan help policy.
#ifndef KENTONGAN_CLI_POLICY_TRY_H
#define KENTONGAN_CLI_POLICY_TRY_H

int policy_try(int argc, char **argv);

#endif
