// check.h - promises that the compiler or the process keeps.
//
// CHECK() is for our own promises only: always on, without side effects, never for input, network, disk or
// memory of a size that input decides.  A broken promise ends the process; the supervisor starts it again.
#ifndef KENTONGAN_CHECK_H
#define KENTONGAN_CHECK_H

#include <stddef.h>

// A prototype whose failure the caller has to look at.
#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(string, first) __attribute__((format(printf, string, first)))

#define CHECK(promise) ((promise) ? (void)0 : check_failed(#promise, __FILE__, __LINE__))
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

// Prints the broken promise on standard error and aborts.
__attribute__((noreturn)) void check_failed(const char *promise, const char *file, int line);

// malloc, calloc, realloc that end the process when memory is out: for amounts that we, not input, decide.
// Returns new.
MUST_USE void *check_alloc(size_t size);
MUST_USE void *check_zalloc(size_t count, size_t size);
MUST_USE void *check_realloc(void *memory, size_t size);

#endif
