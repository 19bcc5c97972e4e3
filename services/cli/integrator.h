// integrator.h - kentongan integrator; see kentongan help integrator.
#ifndef KENTONGAN_CLI_INTEGRATOR_H
#define KENTONGAN_CLI_INTEGRATOR_H

int integrator_command(int argc, char **argv);

#endif
