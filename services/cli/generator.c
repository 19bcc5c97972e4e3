// generator.c - puts made-up reports together; fast enough to be a benchmark's client.
//
// A matter is 64 random bits: topic, place, road and numbers are all drawn from them, so that two reports on
// one matter agree without anything being kept but these bits.  How it is told is drawn from the report's own
// number.
#include "generator.h"

#include "generator_words.h"
#include "str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECENT = 512 };

// SplitMix64 (Steele, Lea, Flood 2014): a few instructions a draw, and any seed is a good one.
struct draws {
    uint64_t state;
};

struct generator {
    struct generator_options options;
    uint64_t number;         // of the report in hand
    uint64_t recent[RECENT]; // matters to come back to
    uint64_t matters;        // so far
    struct str text;
    char id[48], source[128], name[48], phone[24], address[160], relay[64], uri[96], count[4], days[4], rt[4],
        km[4];

    Kentongan__V1__Report report;
    Kentongan__V1__Reporter reporter;
    Kentongan__V1__Place place;
    Kentongan__V1__Point point;
    Kentongan__V1__Attachment attachment;
    Kentongan__V1__Attachment *attachments[1];
    char media_type[16];
};

// What a matter is about.
struct matter {
    const struct generator_topic *topic;
    const struct generator_place *place;
    const char *village, *road;
};

static uint64_t
draw(struct draws *draws)
{
    uint64_t z = (draws->state += 0x9e3779b97f4a7c15U);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

// 0 .. most - 1.  The bias of 32 bits over a few hundred values is of no importance here.
static uint64_t
below(struct draws *draws, uint64_t most)
{
    return ((draw(draws) >> 32) * most) >> 32;
}

static bool
chance(struct draws *draws, uint64_t percent)
{
    return below(draws, 100) < percent;
}

// One of a list that NULL ends, or that is full at most.
static const char *
one_of(struct draws *draws, const char *const *list, size_t most)
{
    size_t count = 0;

    while (count < most && list[count] != NULL)
        count++;
    return list[below(draws, count)];
}

struct generator *
generator_new(const struct generator_options *options)
{
    struct generator *generator = check_zalloc(1, sizeof(*generator));

    generator->options = *options;
    str_copy(generator->source, sizeof(generator->source), options->source);
    memcpy(generator->media_type, "image/jpeg", sizeof("image/jpeg"));
    return generator;
}

void
generator_destroy(struct generator **generator)
{
    if (*generator == NULL)
        return;
    str_free(&(*generator)->text);
    free(*generator);
    *generator = NULL;
}

static const struct generator_topic *
draw_topic(struct draws *draws)
{
    static uint64_t all;
    size_t i = 0;

    if (all == 0)
        for (size_t k = 0; k < generator_topic_count; k++)
            all += strlen(generator_topics[k].weight);
    uint64_t at = below(draws, all);
    while (at >= strlen(generator_topics[i].weight))
        at -= strlen(generator_topics[i++].weight);
    return &generator_topics[i];
}

// Writes a number of at most three digits.
static void
write_number(char text[4], uint64_t number)
{
    size_t length = 0;

    if (number >= 100)
        text[length++] = (char)('0' + number / 100 % 10);
    if (number >= 10)
        text[length++] = (char)('0' + number / 10 % 10);
    text[length++] = (char)('0' + number % 10);
    text[length] = '\0';
}

static struct matter
open_matter(struct generator *generator, struct draws *draws)
{
    struct matter matter = {.topic = draw_topic(draws)};

    matter.place = &generator_places[below(draws, generator_place_count)];
    matter.village = matter.place->villages[below(draws, 3)];
    matter.road = one_of(draws, generator_roads, SIZE_MAX);
    write_number(generator->count, 3 + below(draws, 57));
    write_number(generator->days, 2 + below(draws, 28));
    write_number(generator->rt, 1 + below(draws, 12));
    write_number(generator->km, 1 + below(draws, 9));
    return matter;
}

static const char *
word_for(const struct generator *generator, const struct matter *matter, const char *name, size_t length)
{
    static const char *const names[] = {
        "village", "district", "regency", "road", "count", "days", "rt", "km"};
    const char *const words[] = {matter->village, matter->place->district, matter->place->regency,
        matter->road, generator->count, generator->days, generator->rt, generator->km};

    for (size_t i = 0; i < LENGTH(names); i++)
        if (strncmp(names[i], name, length) == 0 && names[i][length] == '\0')
            return words[i];
    check_failed("a known word in braces", __FILE__, __LINE__);
}

// Appends a sentence with what its braces stand for.  A road's name has braces of its own, one level deep.
static void
add_sentence(struct generator *generator, const struct matter *matter, const char *sentence)
{
    for (;;) {
        const char *brace = strchr(sentence, '{');

        if (brace == NULL) {
            str_add_text(&generator->text, sentence);
            return;
        }
        str_add(&generator->text, sentence, (size_t)(brace - sentence));
        size_t length = strcspn(brace + 1, "}");
        const char *word = word_for(generator, matter, brace + 1, length);
        if (strchr(word, '{') != NULL)
            add_sentence(generator, matter, word);
        else
            str_add_text(&generator->text, word);
        sentence = brace + length + 2;
    }
}

// As people type: everything in small letters, or in capitals.
static void
change_case(struct str *text, bool to_upper)
{
    for (size_t i = 0; i < text->length; i++) {
        char c = text->data[i];

        if (to_upper && c >= 'a' && c <= 'z')
            text->data[i] = (char)(c - 'a' + 'A');
        else if (!to_upper && c >= 'A' && c <= 'Z')
            text->data[i] = (char)(c - 'A' + 'a');
    }
}

// One list of a language each.
struct phrases {
    const char *const *greetings, *const *problems, *const *effects, *const *details, *const *requests,
                                                                                          *const *closings;
    size_t problems_most, effects_most;
};

static struct phrases
phrases_of(const struct generator_topic *topic, bool javanese)
{
    if (javanese)
        return (struct phrases){.greetings = generator_greetings_jv,
            .problems = topic->problems_jv,
            .effects = topic->effects_jv,
            .details = generator_details_jv,
            .requests = generator_requests_jv,
            .closings = generator_closings_jv,
            .problems_most = LENGTH(topic->problems_jv),
            .effects_most = LENGTH(topic->effects_jv)};
    return (struct phrases){.greetings = generator_greetings_id,
        .problems = topic->problems_id,
        .effects = topic->effects_id,
        .details = generator_details_id,
        .requests = generator_requests_id,
        .closings = generator_closings_id,
        .problems_most = LENGTH(topic->problems_id),
        .effects_most = LENGTH(topic->effects_id)};
}

// told says how the matter is told: the same draws, the same words.
static void
write_text(struct generator *generator, const struct matter *matter, struct draws *told)
{
    struct phrases phrases = phrases_of(matter->topic, chance(told, 25));
    uint64_t style = below(told, 100);
    uint64_t details = below(told, 3);

    str_clear(&generator->text);
    add_sentence(generator, matter, one_of(told, phrases.greetings, SIZE_MAX));
    add_sentence(generator, matter, one_of(told, phrases.problems, phrases.problems_most));
    str_add(&generator->text, " ", 1);
    add_sentence(generator, matter, one_of(told, phrases.effects, phrases.effects_most));
    const char *detail = NULL;
    for (uint64_t i = 0; i < details; i++) {
        const char *other = one_of(told, phrases.details, SIZE_MAX);

        if (other != detail)
            add_sentence(generator, matter, other);
        detail = other;
    }
    add_sentence(generator, matter, one_of(told, phrases.requests, SIZE_MAX));
    add_sentence(generator, matter, one_of(told, phrases.closings, SIZE_MAX));
    if (style < 25)
        change_case(&generator->text, style < 5);
}

static void
write_reporter(struct generator *generator, struct draws *draws)
{
    static char empty[] = "";
    const char *first = one_of(draws, generator_names, SIZE_MAX);
    const char *second = one_of(draws, generator_names, SIZE_MAX);
    uint64_t digits = draw(draws);
    size_t length = strlen(first);

    kentongan__v1__reporter__init(&generator->reporter);
    memcpy(generator->name, first, length);
    generator->name[length] = ' ';
    memcpy(generator->name + length + 1, second, strlen(second) + 1);
    generator->reporter.name = generator->name;

    // 0800 is given to nobody's mobile phone.
    memcpy(generator->phone, "0800", 4);
    for (size_t i = 4; i < 12; i++, digits /= 10)
        generator->phone[i] = (char)('0' + digits % 10);
    generator->phone[12] = '\0';
    generator->reporter.phone =
        generator->report.channel <= KENTONGAN__V1__CHANNEL__CHANNEL_WALK_IN ? generator->phone : empty;
    generator->report.reporter = &generator->reporter;
}

static void
write_place(struct generator *generator, const struct matter *matter, struct draws *draws)
{
    uint64_t kind = below(draws, 100);

    // Most people say in words where it is, and nothing else.
    if (kind >= 40)
        return;
    kentongan__v1__place__init(&generator->place);
    if (kind < 15) {
        kentongan__v1__point__init(&generator->point);
        // About a kilometre around the middle of the district.
        generator->point.latitude = matter->place->latitude + ((double)below(draws, 2000) - 1000) / 1e5;
        generator->point.longitude = matter->place->longitude + ((double)below(draws, 2000) - 1000) / 1e5;
        generator->place.point = &generator->point;
    } else if (kind < 28) {
        memcpy(generator->address, matter->place->code, strlen(matter->place->code) + 1);
        generator->place.region_code = generator->address;
    } else {
        snprintf(generator->address, sizeof(generator->address), "RT %s Desa %s, %s, %s", generator->rt,
            matter->village, matter->place->district, matter->place->regency);
        generator->place.address = generator->address;
    }
    generator->report.place = &generator->place;
}

static Kentongan__V1__Channel
draw_channel(struct draws *draws)
{
    static const uint8_t channels[] = {KENTONGAN__V1__CHANNEL__CHANNEL_WHATSAPP,
        KENTONGAN__V1__CHANNEL__CHANNEL_WHATSAPP, KENTONGAN__V1__CHANNEL__CHANNEL_WHATSAPP,
        KENTONGAN__V1__CHANNEL__CHANNEL_WEB, KENTONGAN__V1__CHANNEL__CHANNEL_APP,
        KENTONGAN__V1__CHANNEL__CHANNEL_SMS, KENTONGAN__V1__CHANNEL__CHANNEL_SMS,
        KENTONGAN__V1__CHANNEL__CHANNEL_PHONE, KENTONGAN__V1__CHANNEL__CHANNEL_INSTAGRAM,
        KENTONGAN__V1__CHANNEL__CHANNEL_X, KENTONGAN__V1__CHANNEL__CHANNEL_RELAY};

    return (Kentongan__V1__Channel)channels[below(draws, LENGTH(channels))];
}

static void
write_extras(struct generator *generator, const struct matter *matter, struct draws *draws)
{
    Kentongan__V1__Report *report = &generator->report;

    report->anonymous = chance(draws, 15);
    report->confidential = chance(draws, 3);
    if (report->channel == KENTONGAN__V1__CHANNEL__CHANNEL_RELAY) {
        snprintf(generator->relay, sizeof(generator->relay), "Kepala Desa %s", matter->village);
        report->relayed_by = generator->relay;
    }
    if (chance(draws, 12)) {
        kentongan__v1__attachment__init(&generator->attachment);
        snprintf(generator->uri, sizeof(generator->uri), "https://media.example/%s.jpg", generator->id);
        generator->attachment.uri = generator->uri;
        generator->attachment.media_type = generator->media_type;
        generator->attachment.size = 50000 + below(draws, 900000);
        generator->attachments[0] = &generator->attachment;
        report->attachments = generator->attachments;
        report->n_attachments = 1;
    }
}

// A new matter, or one of the last few hundred.  Says in *forwarded whether its first words are repeated.
static uint64_t
choose_matter(struct generator *generator, struct draws *draws, bool *forwarded)
{
    if (generator->matters > 0 && chance(draws, (uint64_t)generator->options.duplicates)) {
        uint64_t known = generator->matters < RECENT ? generator->matters : RECENT;
        *forwarded = chance(draws, 50);
        return generator->recent[below(draws, known)];
    }
    uint64_t matter = draw(draws);
    generator->recent[generator->matters++ % RECENT] = matter;
    *forwarded = true;
    return matter;
}

const Kentongan__V1__Report *
generator_next(struct generator *generator)
{
    Kentongan__V1__Report *report = &generator->report;
    bool forwarded = false;

    generator->number++;
    struct draws own = {.state = generator->options.seed * 0xd1342543de82ef95U + generator->number};
    uint64_t bits = choose_matter(generator, &own, &forwarded);
    struct draws about = {.state = bits};
    struct matter matter = open_matter(generator, &about);
    write_text(generator, &matter, forwarded ? &about : &own);

    kentongan__v1__report__init(report);
    snprintf(generator->id, sizeof(generator->id), "gen-%llu-%llu",
        (unsigned long long)generator->options.seed, (unsigned long long)generator->number);
    report->source = generator->source;
    report->source_message_id = generator->id;
    report->text = generator->text.data;
    report->channel = draw_channel(&own);
    write_place(generator, &matter, &own);
    write_extras(generator, &matter, &own);
    if (!generator->options.without_reporter)
        write_reporter(generator, &own);
    return report;
}
