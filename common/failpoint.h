// failpoint.h - named places where a fault test may end the process.
//
// KENTONGAN_FAILPOINT=ingest.before_commit:3 kills the process (SIGKILL to itself) when it reaches that place
// for the third time.  Unset, a failpoint costs one comparison.  FAILPOINTS in tests/fault lists them all.
#ifndef KENTONGAN_FAILPOINT_H
#define KENTONGAN_FAILPOINT_H

void failpoint(const char *name);

#endif
