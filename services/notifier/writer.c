// writer.c - writes letters.
//
// Letters about the same notices to the same device have the same tag, so that a later step replaces the one
// before it, and a push repeated after a crash its twin.  Two letters about different notices never replace
// each other.
#include "writer.h"

#include "payload.h"
#include "ring.h"
#include "str.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>

enum { TAG_SIZE = 33, MAIL_MOST = 100 };

struct writer {
    const char *portal_url, *template;
    const struct names *names;
    const struct notice_key *key;
    struct payload *push, *words;
    struct payload *payload; // the one in use: for a phone, or for those that bring text
    const struct device *device;
    struct notice first; // that the letter is of, when it is of one
    size_t count;
    enum severity severity; // of the most pressing
    struct str ids, list, text, link;
    char token[NOTICE_TOKEN_TEXT_SIZE], tag[TAG_SIZE], reference[48];
};

struct writer *
writer_new(const char *portal_url, const char *template)
{
    struct writer *writer = check_zalloc(1, sizeof(*writer));

    writer->portal_url = portal_url;
    writer->template = template;
    writer->push = payload_new(WEBPUSH_PLAIN_MOST);
    writer->words = payload_new(SIZE_MAX);
    return writer;
}

void
writer_destroy(struct writer **writer)
{
    if (*writer == NULL)
        return;
    payload_destroy(&(*writer)->push);
    payload_destroy(&(*writer)->words);
    str_free(&(*writer)->list);
    str_free(&(*writer)->ids);
    str_free(&(*writer)->text);
    str_free(&(*writer)->link);
    free(*writer);
    *writer = NULL;
}

void
writer_use(struct writer *writer, const struct names *names, const struct notice_key *key)
{
    writer->names = names;
    writer->key = key;
}

bool
writer_is_ready(const struct writer *writer)
{
    return writer->names != NULL;
}

void
writer_begin(struct writer *writer, const struct device *device)
{
    writer->payload = device->leg == LEG_WEBPUSH ? writer->push : writer->words;
    payload_clear(writer->payload);
    str_clear(&writer->list);
    str_clear(&writer->ids);
    str_add(&writer->ids, &device->id, sizeof(device->id));
    writer->device = device;
    writer->count = 0;
    writer->severity = SEVERITY_BIASA;
}

static size_t
most_of(enum leg leg)
{
    if (leg == LEG_WEBPUSH)
        return SIZE_MAX; // as many as the payload takes
    return leg == LEG_EMAIL ? MAIL_MOST : 1;
}

bool
writer_add(struct writer *writer, const struct notice *notice)
{
    char token[NOTICE_TOKEN_TEXT_SIZE];

    if (writer->count >= most_of(writer->device->leg))
        return false;
    notice_token(writer->key, notice->id, writer->device->id, token);
    if (!payload_add(writer->payload, notice, writer->names, token))
        return false;
    if (writer->device->leg == LEG_EMAIL)
        str_format(&writer->list, "\n%s  %s, %s", notice->ticket, names_topic(writer->names, notice->topic),
            names_place(writer->names, notice->region));
    if (writer->count == 0) {
        writer->first = *notice;
        snprintf(writer->token, sizeof(writer->token), "%s", token);
    }
    if ((enum severity)notice->severity > writer->severity)
        writer->severity = (enum severity)notice->severity;
    str_add(&writer->ids, &notice->id, sizeof(notice->id));
    writer->count++;
    return true;
}

static void
write_tag(struct writer *writer)
{
    uint8_t hash[SHA256_DIGEST_LENGTH];

    SHA256((const uint8_t *)writer->ids.data, writer->ids.length, hash);
    for (size_t i = 0; i < (TAG_SIZE - 1) / 2; i++)
        snprintf(writer->tag + 2 * i, 3, "%02x", hash[i]);
}

// Where the letter leads to: the ticket, or the list of all of them.
static void
write_link(struct writer *writer)
{
    str_clear(&writer->link);
    str_add_text(&writer->link, "");
    if (writer->portal_url[0] == '\0')
        return;
    str_format(&writer->link, "%s/#/", writer->portal_url);
    if (writer->count == 1 && writer->first.ticket[0] != '\0')
        str_format(&writer->link, "tiket/%s", writer->first.ticket);
}

// An SMS has no title, and is answered by its number; a mail lists all that it is about.
static const char *
write_text(struct writer *writer, const char *title, const char *body)
{
    str_clear(&writer->text);
    if (writer->device->leg == LEG_SMS)
        str_format(&writer->text, "%s. %s. Balas TERIMA %lld", title, body, (long long)writer->first.id);
    else if (writer->device->leg == LEG_EMAIL)
        str_format(&writer->text, "%s\n%s\n", body, writer->list.data);
    else
        return body;
    return writer->text.data;
}

struct letter
writer_letter(struct writer *writer)
{
    const struct device *device = writer->device;
    struct letter letter = {.leg = device->leg, .to = device->endpoint, .payload = "", .language = "id"};

    CHECK(writer->count > 0);
    write_tag(writer);
    write_link(writer);
    snprintf(writer->reference, sizeof(writer->reference), "n%lld.%lld", (long long)writer->first.id,
        (long long)device->id);
    if (device->leg == LEG_WEBPUSH)
        letter.payload = payload_json(writer->payload)->data;
    payload_words(writer->payload, &letter.subject, &letter.text);
    letter.text = write_text(writer, letter.subject, letter.text);
    letter.token = writer->count == 1 ? writer->token : "";
    letter.link = writer->link.data;
    letter.tag = writer->tag;
    letter.reference = writer->count == 1 ? writer->reference : "";
    letter.template = writer->template;
    letter.peer = device->peer;
    letter.origin = device->origin;
    letter.priority = 3 + (int)writer->severity;
    return letter;
}

struct letter
writer_hush(struct writer *writer, const struct device *device, const struct notice *notice, const char *by)
{
    writer_begin(writer, device);
    str_add(&writer->ids, &notice->id, sizeof(notice->id));
    write_tag(writer);
    return (struct letter){.leg = device->leg,
        .to = device->endpoint,
        .subject = "",
        .text = "",
        .payload = payload_hushed(writer->payload, notice, by)->data,
        .token = "",
        .link = "",
        .tag = writer->tag,
        .reference = "",
        .template = "",
        .language = "id",
        .peer = device->peer,
        .origin = device->origin,
        .ttl_s = 3600,
        .priority = 2};
}
