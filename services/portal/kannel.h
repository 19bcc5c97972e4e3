// kannel.h - what stands in an SMS that Kannel brings, and in its delivery reports.  Pure.
#ifndef KENTONGAN_PORTAL_KANNEL_H
#define KENTONGAN_PORTAL_KANNEL_H

#include "check.h"
#include "id.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { KANNEL_NUMBER_SIZE = 20 }; // + and at most 15 digits (E.164), and NUL

// A phone number as E.164.  Indonesian ways to write it count: 0812.., 62812.., +62 812-..; -1: it is none,
// as the name that some networks send instead.
MUST_USE int kannel_number(const char *text, char number[KANNEL_NUMBER_SIZE]);

// "TERIMA 123", "terima #123", "Terima JT-..", and words behind it.
struct kannel_accept {
    int64_t notice; // 0: a report is named instead
    int64_t report; // 0: a notice is named
    bool says_more; // words that are kept nowhere
};
bool kannel_accept(const uint8_t key[ID_KEY_SIZE], const char *text, struct kannel_accept *accept);

// The first tracking code in a text: its report; -1: there is none.
int64_t kannel_find_code(const uint8_t key[ID_KEY_SIZE], const char *text);

// What a delivery report is about: "n42.7" notice 42 to device 7, "r99" reply 99, "r99.1" the same after a
// network had accepted it in vain.
struct kannel_reference {
    int64_t notice, device; // 0: it is a reply
    int64_t reply;          // 0: it is a notice
    int64_t earlier;        // networks that had accepted the reply before
};
MUST_USE int kannel_reference(const char *text, struct kannel_reference *reference);

// A positive number of at most 18 digits and nothing else; -1: it is none.
int64_t kannel_integer(const char *text, size_t length);

#endif
