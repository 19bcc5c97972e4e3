// payload.c - what a person is told.
//
// Notices are written as they come; title and body, which speak of all of them, are written last, into room
// kept for them.
#include "payload.h"

#include "ring.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    NAME_MOST = 64,   // bytes of a topic's name in JSON, longer ones are cut
    PLACE_MOST = 100, // bytes of a place in JSON
    CLOCK_MOST = 40,  // bytes of a clock, and of an agency's code, in JSON
    // One topic and place, the counts of eight kinds, a code, a clock with two dates, the agency that is
    // late, the roles that were told, and what stands around them.
    HEAD_MOST = NAME_MOST + PLACE_MOST + 2 * CLOCK_MOST + 520,
    LOCAL_OFFSET_S = 7 * 3600, // Asia/Jakarta, which has no summer time
};

static const char test_title[] = "Uji coba Kentongan";
static const char test_body[] = "Tekan Terima: telepon ini lalu tercatat siap.";

// Most pressing last.
static const struct {
    enum notice_kind kind;
    const char *code;  // in "kind"
    const char *title; // of a push about one
    const char *count; // after a number
} kinds[] = {
    {NOTICE_TEST, "test", "Uji coba", "uji coba"},
    {NOTICE_TICKET_OPENED, "ticket_opened", "Tiket baru", "tiket baru"},
    {NOTICE_WARNING_50, "warning_50", "Pengingat tenggat", "pengingat tenggat"},
    {NOTICE_WARNING_80, "warning_80", "Tenggat dekat", "tenggat dekat"},
    {NOTICE_BREACH, "breach", "Lewat tenggat", "lewat tenggat"},
    {NOTICE_ESCALATION, "escalation", "Eskalasi", "eskalasi"},
    {NOTICE_INCIDENT, "incident", "Satu kejadian", "kejadian"},
    {NOTICE_URGENT, "urgent", "Menjadi darurat", "menjadi darurat"},
};

struct payload {
    struct str items, json, one;
    struct str title, body;
    size_t most;
    size_t counts[LENGTH(kinds)];
    size_t count;

    // The most pressing notice so far.
    size_t kind;
    bool urgent;
    int64_t due_at_ms;
    int64_t tickets; // of an incident; else 0
    struct step step;
    char ticket[2 * ID_CODE_SIZE], topic[NAME_MOST + 1], place[PLACE_MOST + 1]; // as they stand in JSON
};

struct payload *
payload_new(size_t most)
{
    struct payload *payload = check_zalloc(1, sizeof(*payload));

    payload->most = most;
    return payload;
}

void
payload_destroy(struct payload **payload)
{
    if (*payload == NULL)
        return;
    str_free(&(*payload)->items);
    str_free(&(*payload)->json);
    str_free(&(*payload)->one);
    str_free(&(*payload)->title);
    str_free(&(*payload)->body);
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

// What a notice says of its deadline.
static void
add_step(struct str *one, const struct step *step)
{
    char clock[CLOCK_MOST + 1];
    char late[CLOCK_MOST + 1];
    char time[24];

    if (step->clock[0] == '\0')
        return;
    escape(step->clock, clock, sizeof(clock));
    str_format(one, ",\"clock\":\"%s\",\"role\":\"%s\"", clock, step_role_code(step->role));
    if (step->late[0] != '\0') {
        escape(step->late, late, sizeof(late));
        str_format(one, ",\"late\":\"%s\"", late);
    }
    if (step->since_ms != 0)
        str_format(one, ",\"started\":\"%s\"", format_utc(step->since_ms, time));
    for (size_t i = 0; i < step->told_count; i++)
        str_format(one, "%s{\"role\":\"%s\",\"at\":\"%s\"}", i == 0 ? ",\"told\":[" : ",",
            step_role_code(step->told_roles[i]), format_utc(step->told_at_ms[i], time));
    if (step->told_count > 0)
        str_add_text(one, "]");
}

// What the phone needs to answer: the token that it answers with, which telling this is, where it leads to.
static void
add_answer(struct str *one, const struct notice *notice, const char *ticket, const char *token)
{
    str_format(one, ",\"a\":\"%s\",\"step\":%u,\"sev\":\"%s\"", token, (unsigned)notice->ring_step,
        ring_severity_word((enum severity)notice->severity));
    if (ticket[0] != '\0')
        str_format(one, ",\"u\":\"/#/tiket/%s\"", ticket);
}

bool
payload_add(
    struct payload *payload, const struct notice *notice, const struct names *names, const char *token)
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
    add_step(&payload->one, &notice->step);
    add_answer(&payload->one, notice, ticket, token);
    str_add_text(&payload->one, "}");
    if (payload->items.length + payload->one.length + HEAD_MOST > payload->most)
        return false;
    str_add(&payload->items, payload->one.data, payload->one.length);
    if (is_more_pressing(payload, notice, kind)) {
        payload->kind = kind;
        payload->urgent = notice->urgent;
        payload->due_at_ms = notice->due_at_ms;
        payload->tickets = notice->count;
        payload->step = notice->step;
        memcpy(payload->ticket, ticket, sizeof(ticket));
        memcpy(payload->topic, topic, sizeof(topic));
        memcpy(payload->place, place, sizeof(place));
    }
    payload->counts[kind]++;
    payload->count++;
    return true;
}

// Each role once, in the order in which they were told.
static void
add_told(struct str *json, const struct step *step)
{
    const char *before = ". Sudah diberi tahu: ";

    for (size_t i = 0; i < step->told_count; i++)
        if (memchr(step->told_roles, step->told_roles[i], i) == NULL) {
            str_format(json, "%s%s", before, step_role_words(step->told_roles[i]));
            before = ", ";
        }
}

// The most pressing notice in words: what is due, since when, until when, who was told before.
static void
add_most_pressing(struct payload *payload)
{
    const struct step *step = &payload->step;
    bool has_clock = step->clock[0] != '\0';
    char clock[CLOCK_MOST + 1];
    char late[CLOCK_MOST + 1];
    char time[32];

    str_format(&payload->body, "%s, %s", payload->topic, payload->place);
    if (payload->tickets > 0)
        str_format(&payload->body, ". %lld tiket", (long long)payload->tickets);
    if (has_clock) {
        escape(step_clock_words(step->clock), clock, sizeof(clock));
        str_format(&payload->body, ". %s", clock);
    }
    if (has_clock && step->since_ms != 0)
        str_format(&payload->body, " sejak %s", format_local(step->since_ms, time));
    if (payload->due_at_ms != 0)
        str_format(&payload->body, "%s %s", has_clock ? ", tenggat" : ". Tenggat",
            format_local(payload->due_at_ms, time));
    if (step->late[0] != '\0') {
        escape(step->late, late, sizeof(late));
        str_format(&payload->body, ". Belum dijawab: %s", late);
    }
    add_told(&payload->body, step);
}

// Writes title and body as they stand in JSON.
static void
write_words(struct payload *payload)
{
    bool is_test = kinds[payload->kind].kind == NOTICE_TEST;
    const char *before = "";

    CHECK(payload->count > 0);
    str_clear(&payload->title);
    str_clear(&payload->body);
    if (payload->urgent)
        str_add_text(&payload->title, "DARURAT - ");
    if (is_test)
        str_add_text(&payload->title, test_title);
    else if (payload->count == 1)
        str_format(&payload->title, "%s: %s", kinds[payload->kind].title, payload->ticket);
    else
        str_format(&payload->title, "%zu pemberitahuan", payload->count);
    if (is_test) {
        str_add_text(&payload->body, test_body);
        return;
    }
    if (payload->count > 1) {
        for (size_t i = LENGTH(kinds); i-- > 0;)
            if (payload->counts[i] > 0) {
                str_format(&payload->body, "%s%zu %s", before, payload->counts[i], kinds[i].count);
                before = ", ";
            }
        str_format(&payload->body, ". Paling mendesak: %s, ", payload->ticket);
    }
    add_most_pressing(payload);
}

// What stands in JSON, as a person reads it: escape() put backslashes alone.
static const char *
plain(struct str *text)
{
    size_t length = 0;

    for (size_t i = 0; i < text->length; i++) {
        if (text->data[i] == '\\')
            i++;
        text->data[length++] = text->data[i];
    }
    text->data[length] = '\0';
    text->length = length;
    return text->data;
}

void
payload_words(struct payload *payload, const char **title, const char **body)
{
    write_words(payload);
    *title = plain(&payload->title);
    *body = plain(&payload->body);
}

const struct str *
payload_json(struct payload *payload)
{
    write_words(payload);
    str_clear(&payload->json);
    str_format(&payload->json, "{\"v\":1,\"title\":\"%s\",\"body\":\"%s\",\"notices\":[", payload->title.data,
        payload->body.data);
    str_add(&payload->json, payload->items.data, payload->items.length);
    str_add_text(&payload->json, "]}");
    CHECK(payload->json.length <= payload->most);
    return &payload->json;
}

const struct str *
payload_hushed(struct payload *payload, const struct notice *notice, const char *by)
{
    char ticket[2 * ID_CODE_SIZE];
    char name[NAME_MOST + 1];

    escape(notice->ticket, ticket, sizeof(ticket));
    escape(by, name, sizeof(name));
    str_clear(&payload->json);
    str_format(&payload->json,
        "{\"v\":1,\"title\":\"Sudah diterima: %s\",\"body\":\"Sudah diterima oleh "
        "%s\",\"notices\":[{\"id\":%lld,"
        "\"ticket\":\"%s\",\"kind\":\"acknowledged\",\"silent\":true,\"u\":\"/#/tiket/%s\"}]}",
        ticket, name, (long long)notice->id, ticket, ticket);
    return &payload->json;
}
