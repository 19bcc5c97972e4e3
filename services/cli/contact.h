// contact.h - numbers and addresses of officers as people write them.  Pure.
#ifndef KENTONGAN_CLI_CONTACT_H
#define KENTONGAN_CLI_CONTACT_H

#include "check.h"

enum { CONTACT_NUMBER_SIZE = 20, CONTACT_EMAIL_MOST = 254 }; // + and at most 15 digits (E.164), and NUL

// Writes a mobile number as E.164: 0812-3456-7890, 62812.., +62 812 .. become +62812..; numbers of other
// countries have to begin with +. NULL, or what is wrong with it.
MUST_USE const char *contact_number(const char *text, char number[CONTACT_NUMBER_SIZE]);

// NULL, or what is wrong with an e-mail address.  Whatever passes is one that the notifier can write to.
MUST_USE const char *contact_email(const char *text);

#endif
