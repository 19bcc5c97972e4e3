// links.h - what neighbouring names make of each other: the second half of mentions_find.
#ifndef KENTONGAN_LINKS_H
#define KENTONGAN_LINKS_H

#include "cues.h"
#include "gazetteer.h"
#include "mentions.h"

// Changes the weights of the mentions' readings by the names beside them.
void links_apply(const struct gazetteer *gazetteer, const struct cues *cues, const struct text *text,
    struct mentions *mentions);

#endif
