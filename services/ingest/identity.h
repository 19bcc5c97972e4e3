// identity.h - who reported, and where he can be answered: both sealed before anything is stored.
//
// An identity is sealed to the office's key, whose secret half is on none of these machines; where the
// reporter can be answered is sealed to the notifier's, and holds nothing else.
#ifndef KENTONGAN_INGEST_IDENTITY_H
#define KENTONGAN_INGEST_IDENTITY_H

#include "report.h"
#include "seal.h"
#include "str.h"

// Appends the sealed Reporter of a report to out; nothing when there is none.  Borrows.
void identity_seal(struct seal *seal, const struct report *report, struct str *out);

// Appends the sealed reply_address.h of a report to out; nothing when there is no way to answer.  Borrows.
void identity_seal_address(struct seal *seal, const struct report *report, struct str *out);

#endif
