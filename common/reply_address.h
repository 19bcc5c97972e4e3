// reply_address.h - where the reporter of one report can be answered.
//
// ingest makes it of a report and seals it; the notifier opens it.  Who reported is not in it: no name, no
// number of an identity card. Packed it is one byte each for version, channel and only_here, then phone,
// handle and e-mail, each ended by a NUL.  Pure.
#ifndef KENTONGAN_REPLY_ADDRESS_H
#define KENTONGAN_REPLY_ADDRESS_H

#include "check.h"
#include "str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REPLY_PHONE_SIZE = 17, REPLY_HANDLE_SIZE = 201, REPLY_EMAIL_SIZE = 255, REPLY_KEY_SIZE = 288 };

struct reply_address {
    int channel;                  // of the report, as proto/ingest.proto counts
    bool only_here;               // answer on that channel or not at all
    char phone[REPLY_PHONE_SIZE]; // E.164, with its plus; ""
    char handle[REPLY_HANDLE_SIZE];
    char email[REPLY_EMAIL_SIZE];
};

// What a report says; texts are "" where there is none.
struct reply_source {
    int channel;
    bool anonymous, confidential;
    const char *phone, *handle, *email;
};

// Fills in the address.  A number written 08.. becomes +628..; on WhatsApp a handle of digits is a number,
// too.  An e-mail address with anything in it that could be more than one address is left out.  Who asked for
// both anonymity and confidentiality is answered only on the channel that he chose.  False: there is no way
// to answer.
bool reply_address_of(struct reply_address *address, const struct reply_source *source);

// Appends the packed form.
void reply_address_pack(const struct reply_address *address, struct str *out);

// 0, or -1: this is no packed address.
MUST_USE int reply_address_unpack(struct reply_address *address, const void *data, size_t length);

// Who is reached: the same for two reports that lead to the same phone, account or mailbox.
void reply_address_key(const struct reply_address *address, char key[REPLY_KEY_SIZE]);

#endif
