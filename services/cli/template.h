// template.h - kentongan template; see kentongan help template.
#ifndef KENTONGAN_CLI_TEMPLATE_H
#define KENTONGAN_CLI_TEMPLATE_H

int template_command(int argc, char **argv);

#endif
