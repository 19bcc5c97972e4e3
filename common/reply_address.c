// reply_address.c - where the reporter of one report can be answered.
#include "reply_address.h"

#include "ingest.pb-c.h"

#include <stdio.h>
#include <string.h>

enum { VERSION = 1, HEADER = 3, DIGITS_LEAST = 7, DIGITS_MOST = 15 };

_Static_assert(REPLY_PHONE_SIZE > DIGITS_MOST + 1, "a plus, the digits and a NUL");
_Static_assert(REPLY_KEY_SIZE > REPLY_EMAIL_SIZE + 8 && REPLY_KEY_SIZE > REPLY_HANDLE_SIZE + 8,
    "the longest and its kind");

// Writes a number as E.164; leaves phone empty when it is none.
static void
read_phone(const char *text, char phone[REPLY_PHONE_SIZE])
{
    const char *digits = text[0] == '+' ? text + 1 : text;
    size_t count = strspn(digits, "0123456789");
    bool national = digits == text && strncmp(text, "08", 2) == 0;

    phone[0] = '\0';
    if (digits[count] != '\0' || count < DIGITS_LEAST || count > DIGITS_MOST ||
        (digits[0] == '0' && !national))
        return;
    snprintf(phone, REPLY_PHONE_SIZE, "+%s%.*s", national ? "62" : "",
        national ? DIGITS_MOST - 2 : DIGITS_MOST, national ? digits + 1 : digits);
}

// One mailbox and nothing else: what could begin another header, another address or a display name is left
// out.
static bool
is_email(const char *text)
{
    const char *at = strchr(text, '@');

    if (strlen(text) >= REPLY_EMAIL_SIZE || at == NULL || at == text || at[1] == '\0' ||
        strchr(at + 1, '@') != NULL)
        return false;
    for (const char *p = text; *p != '\0'; p++)
        if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f || strchr("<>,;:\"()[]\\", *p) != NULL)
            return false;
    return text[0] != '-' && at[1] != '-' && at[1] != '.';
}

bool
reply_address_of(struct reply_address *address, const struct reply_source *source)
{
    *address = (struct reply_address){
        .channel = source->channel, .only_here = source->anonymous && source->confidential};
    read_phone(source->phone, address->phone);
    if (address->phone[0] == '\0' && source->channel == KENTONGAN__V1__CHANNEL__CHANNEL_WHATSAPP)
        read_phone(source->handle, address->phone);
    str_copy(address->handle, sizeof(address->handle), source->handle);
    if (is_email(source->email))
        str_copy(address->email, sizeof(address->email), source->email);
    return address->phone[0] != '\0' || address->handle[0] != '\0' || address->email[0] != '\0';
}

void
reply_address_pack(const struct reply_address *address, struct str *out)
{
    const char header[HEADER] = {VERSION, (char)address->channel, address->only_here ? 1 : 0};

    str_add(out, header, sizeof(header));
    str_add(out, address->phone, strlen(address->phone) + 1);
    str_add(out, address->handle, strlen(address->handle) + 1);
    str_add(out, address->email, strlen(address->email) + 1);
}

// Takes one text up to its NUL; false: there is none, or it is too long.
static bool
take(const char **from, const char *end, char *field, size_t size)
{
    const char *stop = memchr(*from, '\0', (size_t)(end - *from));

    if (stop == NULL || (size_t)(stop - *from) >= size ||
        (stop > *from && !str_is_text(*from, (size_t)(stop - *from))))
        return false;
    memcpy(field, *from, (size_t)(stop - *from) + 1);
    *from = stop + 1;
    return true;
}

int
reply_address_unpack(struct reply_address *address, const void *data, size_t length)
{
    const char *at = data;
    const char *end = at + length;

    if (length < HEADER || at[0] != VERSION || at[1] < 1 || (at[2] != 0 && at[2] != 1))
        return -1;
    *address = (struct reply_address){.channel = at[1], .only_here = at[2] == 1};
    at += HEADER;
    if (!take(&at, end, address->phone, sizeof(address->phone)) ||
        !take(&at, end, address->handle, sizeof(address->handle)) ||
        !take(&at, end, address->email, sizeof(address->email)) || at != end)
        return -1;
    return 0;
}

void
reply_address_key(const struct reply_address *address, char key[REPLY_KEY_SIZE])
{
    if (address->phone[0] != '\0')
        snprintf(key, REPLY_KEY_SIZE, "phone %s", address->phone);
    else if (address->handle[0] != '\0')
        snprintf(key, REPLY_KEY_SIZE, "%d %s", address->channel, address->handle);
    else
        snprintf(key, REPLY_KEY_SIZE, "mail %s", address->email);
}
