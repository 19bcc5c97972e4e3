// names.c - the words for the numbers of the contract.
#include "names.h"

#include "ingest.pb-c.h"
#include "stages.pb-c.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// In the order of enum Channel.
static const char *const channels[] = {"", "web", "app", "sms", "whatsapp", "phone", "walk_in", "instagram",
    "facebook", "x", "telegram", "email", "relay", "sp4n", "other"};
static const char *const kinds[] = {"", "ticket_opened", "report_routed", "warning_50", "warning_80",
    "breach", "incident", "urgent", "escalation"};
enum { KIND_TEST = 9 }; // to one phone, of no ticket: not in the contract, which no stage reads it from
static const char *const road_classes[] = {"", "village", "regency", "province", "national", "toll"};
static const char *const statuses[] = {"", "ACCEPTED", "ALREADY_ACCEPTED", "REJECTED", "RETRY_LATER"};

_Static_assert(LENGTH(channels) == KENTONGAN__V1__CHANNEL__CHANNEL_OTHER + 1, "a name for each channel");
_Static_assert(LENGTH(kinds) == KENTONGAN__V1__NOTICE_KIND__NOTICE_KIND_ESCALATION + 1,
    "a name for each kind of notice");
_Static_assert(
    LENGTH(road_classes) == KENTONGAN__V1__ROAD_CLASS__ROAD_CLASS_TOLL + 1, "a name for each class of road");
_Static_assert(LENGTH(statuses) == KENTONGAN__V1__STATUS__STATUS_RETRY_LATER + 1, "a name for each status");

static const char *
name_of(const char *const *names, size_t count, int64_t number)
{
    return number > 0 && (size_t)number < count ? names[number] : "unknown";
}

const char *
names_channel(int64_t channel)
{
    return name_of(channels, LENGTH(channels), channel);
}

int
names_channel_number(const char *text, size_t length)
{
    static const char prefix[] = "CHANNEL_";
    size_t skip = strlen(prefix);

    if (length > skip && strncasecmp(text, prefix, skip) == 0) {
        text += skip;
        length -= skip;
    }
    for (size_t i = 1; i < LENGTH(channels); i++)
        if (strlen(channels[i]) == length && strncasecmp(channels[i], text, length) == 0)
            return (int)i;
    if (length == 0 || length > 2)
        return -1;
    int number = 0;
    for (size_t i = 0; i < length; i++) {
        if (!isdigit((unsigned char)text[i]))
            return -1;
        number = number * 10 + (text[i] - '0');
    }
    return number > 0 && number < (int)LENGTH(channels) ? number : -1;
}

const char *
names_notice_kind(int64_t kind)
{
    return kind == KIND_TEST ? "test" : name_of(kinds, LENGTH(kinds), kind);
}

const char *
names_road_class(int64_t road_class)
{
    return road_class == 0 ? "" : name_of(road_classes, LENGTH(road_classes), road_class);
}

const char *
names_status(int64_t status)
{
    return name_of(statuses, LENGTH(statuses), status);
}
