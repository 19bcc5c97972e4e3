// identity.c - who reported, and where he can be answered: both sealed before anything is stored.
#include "identity.h"

#include "reply_address.h"

#include <stdlib.h>

void
identity_seal(struct seal *seal, const struct report *report, struct str *out)
{
    if (report->reporter == NULL)
        return;
    size_t length = kentongan__v1__reporter__get_packed_size(report->reporter);
    uint8_t *plain = check_alloc(length + 1);

    kentongan__v1__reporter__pack(report->reporter, plain);
    seal_add(seal, plain, length, out);
    seal_wipe(plain, length);
    free(plain);
}

void
identity_seal_address(struct seal *seal, const struct report *report, struct str *out)
{
    const Kentongan__V1__Reporter *reporter = report->reporter;
    struct reply_address address;
    struct str plain = {0};

    if (reporter == NULL)
        return;
    const struct reply_source source = {.channel = report->channel,
        .anonymous = report->anonymous,
        .confidential = report->confidential,
        .phone = reporter->phone,
        .handle = reporter->handle,
        .email = reporter->email};
    if (reply_address_of(&address, &source)) {
        reply_address_pack(&address, &plain);
        seal_add(seal, plain.data, plain.length, out);
        seal_wipe(plain.data, plain.length);
    }
    seal_wipe(&address, sizeof(address));
    str_free(&plain);
}
