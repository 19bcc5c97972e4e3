// region_code.h - the shape of a Kemendagri code.
#ifndef KENTONGAN_REGION_CODE_H
#define KENTONGAN_REGION_CODE_H

#include <stdbool.h>

// Does text look like one: 33, 33.74, 33.74.01, 33.74.01.1001?  Whether there is such a region is another
// question.
bool region_code_is(const char *text);

#endif
