// sources.h - which integrators there are, by name and by CURVE key, as PostgreSQL last said.
#ifndef KENTONGAN_SOURCES_H
#define KENTONGAN_SOURCES_H

#include "check.h"

#include <stdbool.h>
#include <stddef.h>

enum { SOURCES_KEY_SIZE = 41 }; // Z85 and NUL

struct sources;

enum source_verdict { SOURCE_GOOD, SOURCE_NEW, SOURCE_REVOKED, SOURCE_NOT_THE_KEYS };

struct sources *sources_new(void); // Returns new
void sources_destroy(struct sources **sources);

// Replaces the whole table: clear, add each, ready.  Copies.
void sources_clear(struct sources *sources);
void sources_add(struct sources *sources, const char *name, const char *key, bool revoked); // key "" = none
void sources_ready(struct sources *sources);

// May a client with this CURVE key shake hands?
bool sources_knows_key(const struct sources *sources, const char *key);

// May a report of this source name come in?  key NULL: it came over a plain socket, where any name is taken
// unless it is revoked; SOURCE_NEW when the table does not have it yet.
enum source_verdict sources_judge(const struct sources *sources, const char *key, const char *name);

#endif
