// route.h - kentongan route; see kentongan help route.
#ifndef KENTONGAN_CLI_ROUTE_H
#define KENTONGAN_CLI_ROUTE_H

int route_command(int argc, char **argv);

#endif
