// publish.h - kentongan publish: sends reports to the ingest socket.
#ifndef KENTONGAN_CLI_PUBLISH_H
#define KENTONGAN_CLI_PUBLISH_H

int publish_command(int argc, char **argv);

#endif
