// payload.c - the JSON that a phone gets.
//
// Notices are written as they come; title and body, which speak of all of them, are written last, into room
// kept for them.
#include "payload.h"

#include "webpush.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    NAME_MOST = 64,   // bytes of a topic's name in JSON, longer ones are cut
    PLACE_MOST = 100, // bytes of a place in JSON
    // One topic and place, the counts of six kinds, a code and a date, and what stands around them.
    HEAD_MOST = NAME_MOST + PLACE_MOST + 400,
    LOCAL_OFFSET_S = 7 * 3600, // Asia/Jakarta, which has no summer time
};

// Most pressing last.
static const struct {
    enum notice_kind kind;
    const char *code;  // in "kind"
    const char *title; // of a push about one
    const char *count; // after a number
} kinds[] = {
    {NOTICE_TICKET_OPENED, "ticket_opened", "Tiket baru", "tiket baru"},
    {NOTICE_WARNING_50, "warning_50", "Sisa waktu 50%", "sisa waktu 50%"},
    {NOTICE_WARNING_80, "warning_80", "Sisa waktu 20%", "sisa waktu 20%"},
    {NOTICE_BREACH, "breach", "Lewat tenggat", "lewat tenggat"},
    {NOTICE_INCIDENT, "incident", "Satu kejadian", "kejadian"},
    {NOTICE_URGENT, "urgent", "Menjadi darurat", "menjadi darurat"},
};

struct payload {
    struct str items, json, one;
    size_t counts[LENGTH(kinds)];
    size_t count;

    // The most pressing notice so far.
    size_t kind;
    bool urgent;
    int64_t due_at_ms;
    int64_t tickets;                                                            // of an incident; else 0
    char ticket[2 * ID_CODE_SIZE], topic[NAME_MOST + 1], place[PLACE_MOST + 1]; // as they stand in JSON
};

struct payload *
payload_new(void)
{
    return check_zalloc(1, sizeof(struct payload));
}

void
payload_destroy(struct payload **payload)
{
    if (*payload == NULL)
        return;
    str_free(&(*payload)->items);
    str_free(&(*payload)->json);
    str_free(&(*payload)->one);
    free(*payload);
    *payload = NULL;
}

void
payload_clear(struct payload *payload)
{
    str_clear(&payload->items);
    memset(payload->counts, 0, sizeof(payload->counts));
    payload->count = 0;
}

static size_t
kind_index(enum notice_kind kind)
{
    size_t i = 0;

    while (i < LENGTH(kinds) && kinds[i].kind != kind)
        i++;
    CHECK(i < LENGTH(kinds));
    return i;
}

// Escapes text for JSON, cut between characters so that it takes at most size - 1 bytes.  text is UTF-8.
static void
escape(const char *text, char *out, size_t size)
{
    size_t length = 0;
    size_t whole = 0; // up to here, characters are complete

    for (const char *c = text;; c++) {
        bool special = *c == '"' || *c == '\\';

        if (((unsigned char)*c & 0xc0) != 0x80)
            whole = length;
        if (*c == '\0' || length + (special ? 2 : 1) >= size)
            break;
        if (special)
            out[length++] = '\\';
        out[length++] = (unsigned char)*c < ' ' ? ' ' : *c;
    }
    out[whole] = '\0';
}

// RFC 3339 in UTC, whole seconds.
static const char *
format_utc(int64_t unix_ms, char text[24])
{
    time_t seconds = (time_t)(unix_ms / 1000);
    struct tm utc;

    gmtime_r(&seconds, &utc);
    strftime(text, 24, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return text;
}

// "23 Nov 14.30 WIB", as a person in Central Java reads it.
static const char *
format_local(int64_t unix_ms, char text[32])
{
    static const char *const months[] = {
        "Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"};
    time_t seconds = (time_t)(unix_ms / 1000) + LOCAL_OFFSET_S;
    struct tm local;

    gmtime_r(&seconds, &local);
    snprintf(
        text, 32, "%d %s %02d.%02d WIB", local.tm_mday, months[local.tm_mon], local.tm_hour, local.tm_min);
    return text;
}

// Is this notice more pressing than the one that the title would speak of now?
static bool
is_more_pressing(const struct payload *payload, const struct notice *notice, size_t kind)
{
    if (payload->count == 0)
        return true;
    if (notice->urgent != payload->urgent)
        return notice->urgent;
    if (kind != payload->kind)
        return kind > payload->kind;
    return notice->due_at_ms != 0 && (payload->due_at_ms == 0 || notice->due_at_ms < payload->due_at_ms);
}

bool
payload_add(struct payload *payload, const struct notice *notice, const struct names *names)
{
    size_t kind = kind_index(notice->kind);
    char topic[NAME_MOST + 1];
    char place[PLACE_MOST + 1];
    char ticket[2 * ID_CODE_SIZE];
    char time[24];

    escape(names_topic(names, notice->topic), topic, sizeof(topic));
    escape(names_place(names, notice->region), place, sizeof(place));
    escape(notice->ticket, ticket, sizeof(ticket));
    str_clear(&payload->one);
    str_format(&payload->one,
        "%s{\"id\":%lld,\"ticket\":\"%s\",\"kind\":\"%s\",\"topic\":\"%s\",\"place\":\"%s\","
        "\"since\":\"%s\"",
        payload->count > 0 ? "," : "", (long long)notice->id, ticket, kinds[kind].code, topic, place,
        format_utc(notice->created_at_ms, time));
    if (notice->due_at_ms != 0)
        str_format(&payload->one, ",\"due\":\"%s\"", format_utc(notice->due_at_ms, time));
    if (notice->urgent)
        str_add_text(&payload->one, ",\"urgent\":true");
    if (notice->count > 0)
        str_format(&payload->one, ",\"count\":%lld", (long long)notice->count);
    str_add_text(&payload->one, "}");
    if (payload->items.length + payload->one.length + HEAD_MOST > WEBPUSH_PLAIN_MOST)
        return false;
    str_add(&payload->items, payload->one.data, payload->one.length);
    if (is_more_pressing(payload, notice, kind)) {
        payload->kind = kind;
        payload->urgent = notice->urgent;
        payload->due_at_ms = notice->due_at_ms;
        payload->tickets = notice->count;
        memcpy(payload->ticket, ticket, sizeof(ticket));
        memcpy(payload->topic, topic, sizeof(topic));
        memcpy(payload->place, place, sizeof(place));
    }
    payload->counts[kind]++;
    payload->count++;
    return true;
}

// The most pressing notice in words.
static void
add_most_pressing(struct payload *payload)
{
    char due[32];

    str_format(&payload->json, "%s, %s", payload->topic, payload->place);
    if (payload->tickets > 0)
        str_format(&payload->json, ". %lld tiket", (long long)payload->tickets);
    if (payload->due_at_ms != 0)
        str_format(&payload->json, ". Tenggat %s", format_local(payload->due_at_ms, due));
}

const struct str *
payload_json(struct payload *payload)
{
    const char *before = "";

    CHECK(payload->count > 0);
    str_clear(&payload->json);
    str_format(&payload->json, "{\"v\":1,\"title\":\"%s", payload->urgent ? "DARURAT - " : "");
    if (payload->count == 1) {
        str_format(&payload->json, "%s: %s\",\"body\":\"", kinds[payload->kind].title, payload->ticket);
    } else {
        str_format(&payload->json, "%zu pemberitahuan\",\"body\":\"", payload->count);
        for (size_t i = LENGTH(kinds); i-- > 0;)
            if (payload->counts[i] > 0) {
                str_format(&payload->json, "%s%zu %s", before, payload->counts[i], kinds[i].count);
                before = ", ";
            }
        str_format(&payload->json, ". Paling mendesak: %s, ", payload->ticket);
    }
    add_most_pressing(payload);
    str_add_text(&payload->json, "\",\"notices\":[");
    str_add(&payload->json, payload->items.data, payload->items.length);
    str_add_text(&payload->json, "]}");
    CHECK(payload->json.length <= WEBPUSH_PLAIN_MOST);
    return &payload->json;
}
