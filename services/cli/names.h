// names.h - the words for the numbers of the contract: channels, kinds of notice, steps of a deadline,
// statuses.
#ifndef KENTONGAN_CLI_NAMES_H
#define KENTONGAN_CLI_NAMES_H

#include "check.h"

#include <stddef.h>
#include <stdint.h>

// whatsapp, sms ..; "unknown" for a number that the contract does not have.
const char *names_channel(int64_t channel);

// The channel's number: its short name (whatsapp), its name in the contract (CHANNEL_WHATSAPP) or its number;
// -1: none.
MUST_USE int names_channel_number(const char *text, size_t length);

// ticket_opened, report_routed, warning_50, warning_80, breach, incident, urgent, escalation, test.
const char *names_notice_kind(int64_t kind);

// village, regency, province, national, toll; "" for unknown.
const char *names_road_class(int64_t road_class);

// ACCEPTED, ALREADY_ACCEPTED, REJECTED, RETRY_LATER.
const char *names_status(int64_t status);

#endif
