// details.c - the details of a report that tell one incident from another.
//
// One walk over the raw words.  A word that announces a detail (signs.c) looks ahead for it; numbers look
// around themselves.  Nothing is taken away from the text, so a word may serve two details.
#include "details.h"

#include "check.h"
#include "signs.h"

#include <stdbool.h>
#include <stdlib.h>

enum {
    NAME_LETTERS = 3,     // shorter ones are initials and particles: "A. Yani", "Al Huda"
    ROAD_NAMES = 3,       // "Gatot Subroto Timur"
    PLACE_NAMES = 2,      // "Kali Ampo"
    HOUSE_REACH = 5,      // words between a road and its house number
    IDENTIFIER_REACH = 4, // "nomor antrean saya 41"
    BESIDE_WORDS = 2,
    IDENTIFIER_LEAST = 1000,
    IDENTIFIER_DIGITS = 5, // a number this long is nothing else
    DAYS = 31,
    MONTHS = 12,
    YEAR_FIRST = 1950,
    YEAR_LAST = 2099,
    CENTURY = 2000,
    SHORT_YEAR_FIRST = 15, // "18/11/26"
    SHORT_YEAR_LAST = 49,
    LETTER_LENGTH = 2, // "titik A", "inisial NF"
    LEVELS = 100,      // a school's number is below
    GROUP_DIGITS = 3,  // of the second part of a number that is written in two: "2204 1187"
    FIGURE_LEAST = 2,  // one is told of everything
};

struct reader {
    const struct text *text;
    const struct vocabulary_word *words;
    struct details *details;
    size_t taken; // the number that belongs to a word some way before it
};

static void
add_hash(struct details *details, enum detail_kind kind, uint32_t hash)
{
    for (size_t i = 0; i < details->count; i++)
        if (details->all[i].kind == kind && details->all[i].value == hash)
            return;
    if (details->count == DETAILS_MOST)
        return;
    details->all[details->count].kind = (uint8_t)kind;
    details->all[details->count].value = hash;
    details->count++;
}

static void
add(struct reader *reader, enum detail_kind kind, uint64_t value)
{
    // Knuth's multiplicative hash: the high half is the good one.
    add_hash(reader->details, kind, (uint32_t)((value + 1) * UINT64_C(0x9E3779B97F4A7C15) >> 32));
}

static void
add_name(struct details *details, uint32_t name)
{
    for (size_t i = 0; i < details->name_count; i++)
        if (((details->names[i] ^ name) & VOCABULARY_NAME) == 0) {
            details->names[i] |= name;
            return;
        }
    if (details->name_count < DETAILS_NAMES_MOST)
        details->names[details->name_count++] = name;
}

static size_t
end(const struct reader *reader)
{
    return reader->text->raw_count;
}

static enum sign
sign_at(const struct reader *reader, size_t i)
{
    return i < end(reader) ? (enum sign)reader->words[i].sign : SIGN_NONE;
}

static bool
is_break(const struct reader *reader, size_t i)
{
    return i >= end(reader) || reader->text->spans[i].kind == TEXT_BREAK;
}

static bool
is_digits(const struct reader *reader, size_t i)
{
    return i < end(reader) && reader->text->spans[i].kind == TEXT_NUMBER;
}

// Words for a number from 1 to 99, Roman numbers included.
static bool
is_count(const struct reader *reader, size_t i, uint64_t *value)
{
    if (sign_at(reader, i) != SIGN_COUNT)
        return false;
    *value = reader->words[i].number;
    if (sign_at(reader, i + 1) == SIGN_TEENS)
        *value += 10;
    if (sign_at(reader, i + 1) == SIGN_TENS)
        *value = *value * 10 + (sign_at(reader, i + 2) == SIGN_COUNT ? reader->words[i + 2].number : 0);
    return true;
}

// Digits, a word for a number or a Roman one; value is cut at 18 digits.
static bool
is_number(const struct reader *reader, size_t i, uint64_t *value)
{
    const struct text_span *span = NULL;

    if (is_count(reader, i, value))
        return true;
    if (!is_digits(reader, i))
        return false;
    span = &reader->text->spans[i];
    *value = 0;
    for (size_t k = 0; k < span->length && k < 18; k++)
        *value = *value * 10 + (uint64_t)(reader->text->plain[span->at + k] - '0');
    return true;
}

static bool
is_name(const struct reader *reader, size_t i)
{
    return i < end(reader) && reader->words[i].class == WORD_NAME && reader->words[i].sign == SIGN_NONE &&
           reader->words[i].letters >= NAME_LETTERS;
}

// Could this ordinary word be the name that a sign calls for: "desa Sumber"?
static bool
is_borrowed_name(const struct reader *reader, size_t i)
{
    return i < end(reader) && reader->words[i].class == WORD_ORDINARY && reader->words[i].sign == SIGN_NONE &&
           reader->words[i].concepts == 0 && reader->words[i].letters >= NAME_LETTERS;
}

static uint32_t
name_at(const struct reader *reader, size_t i)
{
    return (reader->words[i].name & VOCABULARY_NAME) >> VOCABULARY_NAME_SHIFT;
}

// Where it stands it is a name for certain.
static void
add_place(struct reader *reader, enum detail_kind kind, size_t i)
{
    add_hash(reader->details, kind, name_at(reader, i));
    add_name(reader->details, reader->words[i].name | VOCABULARY_NAME_SURE);
}

// "Gajah Mada" is "Gajahmada", too: the sum of two names is that of both in one word.
static void
add_joined(struct reader *reader, enum detail_kind kind, size_t from, size_t to)
{
    uint32_t sum = 0;
    size_t count = 0;

    for (size_t i = from; i < to && !is_break(reader, i); i++)
        if (!is_digits(reader, i) && reader->words[i].letters >= NAME_LETTERS &&
            sign_at(reader, i) == SIGN_NONE) {
            sum += name_at(reader, i);
            count++;
        }
    if (count == 2)
        add_hash(reader->details, kind, sum & VOCABULARY_NAME >> VOCABULARY_NAME_SHIFT);
}

// Takes the names that stand from here on, at most so many; titles and single letters between them do not
// count. Returns where they end.
static size_t
read_names(struct reader *reader, enum detail_kind kind, size_t i, size_t most)
{
    size_t found = 0;

    for (; found < most && !is_break(reader, i); i++) {
        if (is_name(reader, i)) {
            add_place(reader, kind, i);
            found++;
        } else if (is_digits(reader, i) || reader->words[i].letters >= NAME_LETTERS) {
            if (sign_at(reader, i) != SIGN_TITLE)
                break;
        } else if (sign_at(reader, i) != SIGN_NONE) {
            break;
        }
    }
    return i;
}

static size_t
read_place(struct reader *reader, enum detail_kind kind, size_t i)
{
    const uint64_t troubles = ~((UINT64_C(1) << VOCABULARY_TROUBLES) - 1);
    size_t from = i;

    // "dusun Sawahan", "rusunawa Kudu": even a stop word, unless it is of the kind that stands everywhere.
    if (!is_break(reader, i) && !is_digits(reader, i) && reader->words[i].class != WORD_NAME &&
        reader->words[i].letters > NAME_LETTERS && sign_at(reader, i) == SIGN_NONE &&
        (reader->words[i].concepts & troubles) == 0)
        add_place(reader, kind, i++);
    i = read_names(reader, kind, i, PLACE_NAMES);
    // "Desa Kebon Agung": the second word, too, may be an ordinary one.
    if (i > from)
        add_joined(reader, kind, from, i - from < PLACE_NAMES ? from + PLACE_NAMES : i);
    if (sign_at(reader, i) == SIGN_SIDE)
        add(reader, DETAIL_SIDE, reader->words[i].number);
    return i;
}

// "RSUD Cilacap", "Pasar Kota Wonogiri", "Terminal Tegal": what a town has one of is told by the town's name.
// Says whether it is that; i is where the town's name may begin.
static bool
read_of_town(struct reader *reader, size_t i, unsigned sort)
{
    while (sign_at(reader, i) == SIGN_TOWN)
        i++;
    if (sort == 0 || i >= end(reader) || reader->words[i].class != WORD_REGENCY)
        return false;
    add(reader, DETAIL_LANDMARK, (uint64_t)sort << 32 | name_at(reader, i));
    return true;
}

// "Pasar Wedi", "Taman Indonesia Kaya": the first word may be an ordinary one.
static void
read_landmark(struct reader *reader, size_t i)
{
    unsigned sort = reader->words[i].number;
    size_t from = 0;

    i++;
    // "RSUD di Sragen", "RSUD dr. Soehadi"
    if (sign_at(reader, i) == SIGN_PARTICLE && reader->words[i].letters < NAME_LETTERS)
        i++;
    if (read_of_town(reader, i, sort))
        return;
    from = i;
    if (is_borrowed_name(reader, i))
        add_hash(reader->details, DETAIL_PLACE, name_at(reader, i++));
    i = read_names(reader, DETAIL_LANDMARK, i, PLACE_NAMES);
    // "toko roti Mulya Jaya": of three the first is none of the name.
    if (i - from > PLACE_NAMES)
        from++;
    if (i > from)
        add_joined(reader, DETAIL_LANDMARK, from, i - from < PLACE_NAMES ? from + PLACE_NAMES : i);
    // "RSUD dr. Soehadi Prijonegoro Sragen"
    (void)read_of_town(reader, i, sort);
}

// "depan Indomaret", "depan kantor pos", "dekat apotek": what stands there is told by ordinary words, too.
// Two of them are one detail; of "bank BRI" the sort of place may be left out.
static void
read_beside(struct reader *reader, size_t i)
{
    uint32_t sort = 0;
    uint32_t hash = 0;

    if (read_names(reader, DETAIL_LANDMARK, i, PLACE_NAMES) != i)
        return;
    for (size_t at = i; at < i + BESIDE_WORDS && !is_break(reader, at) && !is_digits(reader, at); at++) {
        if ((sign_at(reader, at) != SIGN_NONE && sign_at(reader, at) != SIGN_LANDMARK) ||
            reader->words[at].class == WORD_REGENCY)
            break;
        if (sign_at(reader, at) != SIGN_LANDMARK)
            hash = hash * 31 + name_at(reader, at);
        else if (is_name(reader, at + 1) || (sign_at(reader, at + 1) == SIGN_NONE && is_name(reader, at + 2)))
            return; // "depan Masjid Al Huda": read_landmark's
        else
            sort = name_at(reader, at);
    }
    if (hash != 0 || sort != 0)
        add_hash(reader->details, DETAIL_PLACE, hash != 0 ? hash : sort);
}

// The names from here on.  After "atas nama" any word is one: some people are called like a thing.
static void
read_person(struct reader *reader, size_t i, bool is_behalf)
{
    if (is_behalf && !is_break(reader, i) && !is_digits(reader, i) && sign_at(reader, i) == SIGN_NONE)
        add_place(reader, DETAIL_PERSON, i++);
    read_names(reader, DETAIL_PERSON, i, PLACE_NAMES);
}

// "a.n. Siti", "a/n Siti", "an Siti": how many words say so; 0: none.
static size_t
count_behalf(const struct reader *reader, size_t i)
{
    const struct text *text = reader->text;
    const char *word = &text->plain[text->spans[i].at];

    if (text->spans[i].kind != TEXT_WORD || word[0] != 'a')
        return 0;
    if (text->spans[i].length == 2 && word[1] == 'n' && is_name(reader, i + 1))
        return 1;
    if (text->spans[i].length != 1 || i + 1 >= end(reader) || text->spans[i + 1].length != 1 ||
        text->plain[text->spans[i + 1].at] != 'n')
        return 0;
    return 2;
}

// A number after a road's name: of the road when it is Roman or a house number follows, else of the house.
static void
read_road_number(struct reader *reader, size_t i)
{
    uint64_t number = 0;

    if (!is_number(reader, i, &number))
        return;
    reader->taken = i;
    add(reader,
        sign_at(reader, i) == SIGN_COUNT || sign_at(reader, i + 1) == SIGN_NUMBER ? DETAIL_ROAD_NUMBER
                                                                                  : DETAIL_HOUSE,
        number);
}

static void
read_road(struct reader *reader, size_t i)
{
    size_t at = i + 1;

    while (sign_at(reader, at) == SIGN_TITLE)
        at++;
    // "Jl. Pasar Ikan 9"
    if (sign_at(reader, at) == SIGN_LANDMARK && !is_break(reader, at + 1) && is_digits(reader, at + 2)) {
        add_place(reader, DETAIL_ROAD, at);
        add_place(reader, DETAIL_ROAD, at + 1);
        read_road_number(reader, at + 2);
        return;
    }
    // "Jalan Kelapa Sawit"
    if (is_borrowed_name(reader, at) && is_name(reader, at + 1))
        add_place(reader, DETAIL_ROAD, at++);
    at = read_names(reader, DETAIL_ROAD, at, ROAD_NAMES);
    if (at == i + 1)
        return;
    add_joined(reader, DETAIL_ROAD, i + 1, at);
    // "Nusa Indah 3"
    if (is_borrowed_name(reader, at) && is_digits(reader, at + 1))
        at++;
    read_road_number(reader, at);
}

static void
read_gang(struct reader *reader, size_t i)
{
    uint64_t number = 0;
    size_t at = i + 1;

    if (is_borrowed_name(reader, at))
        add_place(reader, DETAIL_GANG, at++);
    at = read_names(reader, DETAIL_GANG, at, PLACE_NAMES);
    add_joined(reader, DETAIL_GANG, i + 1, at);
    if (is_number(reader, at, &number))
        add(reader, DETAIL_GANG_NUMBER, number);
}

// Is there a road, a gang, an estate or a house shortly before?
static bool
is_address(const struct reader *reader, size_t i)
{
    for (size_t back = 1; back <= HOUSE_REACH && back <= i; back++) {
        enum sign sign = sign_at(reader, i - back);

        if (sign == SIGN_ROAD || sign == SIGN_GANG || sign == SIGN_ESTATE || sign == SIGN_HOUSE ||
            sign == SIGN_BLOCK)
            return true;
        if (back == 1 && (is_name(reader, i - 1) || sign == SIGN_COUNT))
            return true;
    }
    return false;
}

struct date {
    uint64_t day, month, year;
};

// "18/11/2026", "18-11-26"
static bool
is_date(const struct reader *reader, size_t i, struct date *date)
{
    if (!is_digits(reader, i) || !is_digits(reader, i + 1) || !is_digits(reader, i + 2) ||
        !is_number(reader, i, &date->day) || !is_number(reader, i + 1, &date->month) ||
        !is_number(reader, i + 2, &date->year))
        return false;
    if (date->year >= SHORT_YEAR_FIRST && date->year <= SHORT_YEAR_LAST)
        date->year += CENTURY;
    return date->day >= 1 && date->day <= DAYS && date->month >= 1 && date->month <= MONTHS &&
           date->year >= YEAR_FIRST && date->year <= YEAR_LAST;
}

// A long number that people write in groups of digits, "2204 1187" or "2-0413"; number is that of the first.
static uint64_t
read_groups(const struct reader *reader, size_t i, uint64_t number)
{
    uint64_t group = 0;

    for (; number < UINT64_C(1000000000000); i++) {
        const struct text_span *span = &reader->text->spans[i + 1];
        uint64_t scale = 1;

        if (!is_digits(reader, i + 1) || span->length + span->zeros < GROUP_DIGITS ||
            span->length + span->zeros > IDENTIFIER_DIGITS || !is_number(reader, i + 1, &group))
            break;
        for (size_t k = 0; k < (size_t)span->length + span->zeros; k++)
            scale *= 10;
        number = number * scale + group;
    }
    return number;
}

static void
read_identifier(struct reader *reader, size_t i)
{
    struct date date;
    uint64_t number = 0;

    for (size_t at = i + 1; at <= i + IDENTIFIER_REACH && !is_break(reader, at); at++) {
        enum sign sign = sign_at(reader, at);

        if (sign == SIGN_RT || sign == SIGN_RW || sign == SIGN_DATE || sign == SIGN_RUPIAH ||
            sign == SIGN_KM || sign == SIGN_THING)
            return;
        if (is_digits(reader, at) && is_number(reader, at, &number)) {
            reader->taken = at;
            if (number == 0) // the rest of it is blotted out
                return;
            if (sign_at(reader, i) == SIGN_THING)
                add(reader, DETAIL_POINT, number * LEVELS + reader->words[i].number);
            else if (sign_at(reader, at + 1) != SIGN_MONTH && !is_date(reader, at, &date)) {
                number = read_groups(reader, at, number);
                add(reader, number >= IDENTIFIER_LEAST ? DETAIL_IDENTIFIER : DETAIL_NUMBER, number);
            }
            return;
        }
    }
}

// "no 12": of a house after an address, else of a thing: "nomor antrean saya 41".
static void
read_nomor(struct reader *reader, size_t i)
{
    uint64_t number = 0;

    if (!is_address(reader, i)) {
        read_identifier(reader, i);
    } else if (is_number(reader, i + 1, &number)) {
        add(reader, DETAIL_HOUSE, number);
        // "nusa indah iii nomor 10"
        if (i > 1 && sign_at(reader, i - 1) == SIGN_COUNT && is_name(reader, i - 2))
            add(reader, DETAIL_ROAD_NUMBER, reader->words[i - 1].number);
    }
}

// "RT 2 RW 5", "RT 02/05", "RT/RW 2/5"
static void
read_rt(struct reader *reader, size_t i)
{
    size_t at = sign_at(reader, i + 1) == SIGN_RW ? i + 2 : i + 1;
    uint64_t number = 0;

    if (!is_number(reader, at, &number))
        return;
    add(reader, DETAIL_RT, number);
    if (is_digits(reader, at + 1) && is_number(reader, at + 1, &number))
        add(reader, DETAIL_RW, number * LEVELS);
}

static void
read_counted(struct reader *reader, enum detail_kind kind, size_t i)
{
    uint64_t number = 0;

    if (is_number(reader, i + 1, &number))
        add(reader, kind, number * LEVELS + reader->words[i].number);
}

// A letter or two, a number, or both.
static void
read_letter(struct reader *reader, enum detail_kind kind, size_t i)
{
    uint64_t value = 0;
    uint64_t number = 0;
    size_t at = i + 1;

    if (!is_break(reader, at) && !is_digits(reader, at) && reader->words[at].letters <= LETTER_LENGTH) {
        value = reader->text->raw[at];
        at++;
    }
    if (is_digits(reader, at) && is_number(reader, at, &number))
        value += number + 1;
    if (value != 0)
        add(reader, kind, value);
}

// "SDN 2 Karangpoh", "SDN Karangpoh 2 rusak"; but not "SDN Karangpoh 2 siswa sakit".
static void
read_school(struct reader *reader, size_t i)
{
    size_t at = i + 1;
    size_t from = 0;
    uint64_t number = 0;
    bool has_number = false;

    if (sign_at(reader, at) == SIGN_STATE)
        at++;
    has_number = is_digits(reader, at);
    if (has_number && is_number(reader, at, &number))
        add(reader, DETAIL_SCHOOL, number % LEVELS + (uint64_t)reader->words[i].number * LEVELS);
    from = at + has_number;
    at = read_names(reader, DETAIL_LANDMARK, from, PLACE_NAMES);
    add_joined(reader, DETAIL_LANDMARK, from, at);
    if (!has_number && at > from && is_digits(reader, at) && is_number(reader, at, &number) &&
        (reader->text->spans[at].zeros > 0 || sign_at(reader, at + 1) != SIGN_COUNTED))
        add(reader, DETAIL_SCHOOL, number % LEVELS + (uint64_t)reader->words[i].number * LEVELS);
}

// "2.400.000" after "Rp", "350 ribu", "2,4 juta" (2, a comma, 4)
static bool
read_money(struct reader *reader, size_t i, uint64_t number)
{
    uint64_t tenths = 0;

    switch ((int)sign_at(reader, i + 1)) {
    case SIGN_THOUSAND:
        add(reader, DETAIL_MONEY, number * 1000);
        return true;
    case SIGN_MILLION:
        // The fraction itself: what is before the comma comes to it from there.
        if (i < 2 || !is_digits(reader, i - 2) || !is_break(reader, i - 1))
            add(reader, DETAIL_MONEY, number * 1000000);
        return true;
    default:
        break;
    }
    if (is_break(reader, i + 1) && is_digits(reader, i + 2) && is_number(reader, i + 2, &tenths) &&
        tenths < 10 && sign_at(reader, i + 3) == SIGN_MILLION) {
        add(reader, DETAIL_MONEY, number * 1000000 + tenths * 100000);
        return true;
    }
    if ((i > 0 && sign_at(reader, i - 1) == SIGN_RUPIAH) || sign_at(reader, i + 1) == SIGN_RUPIAH) {
        add(reader, DETAIL_MONEY, number);
        return true;
    }
    return false;
}

// Does a word before say what a number is?  Then it is read there.
static bool
is_announced(const struct reader *reader, size_t i)
{
    enum sign before = i > 0 ? sign_at(reader, i - 1) : SIGN_NONE;

    if (i > 0 && (i == reader->taken || is_digits(reader, i - 1) || is_name(reader, i - 1)))
        return true;
    return before == SIGN_NUMBER || before == SIGN_RT || before == SIGN_RW || before == SIGN_KM ||
           before == SIGN_FLOOR || before == SIGN_BLOCK || before == SIGN_POINT || before == SIGN_SCHOOL ||
           before == SIGN_STATE || before == SIGN_GANG || before == SIGN_DATE || before == SIGN_RUPIAH ||
           before == SIGN_IDENTIFIER || before == SIGN_THING || before == SIGN_TENS || before == SIGN_COUNT;
}

static void
read_count(struct reader *reader, size_t i)
{
    uint64_t number = 0;
    char first = reader->text->plain[reader->text->spans[i].at];

    // Roman numbers belong to names.
    if (first != 'i' && first != 'v' && first != 'x' && !is_announced(reader, i) &&
        is_count(reader, i, &number) && number >= FIGURE_LEAST)
        add(reader, DETAIL_FIGURE, number);
}

static void
read_digits(struct reader *reader, size_t i)
{
    struct date date;
    uint64_t number = 0;
    enum sign before = i > 0 ? sign_at(reader, i - 1) : SIGN_NONE;

    if (!is_number(reader, i, &number) || read_money(reader, i, number))
        return;
    if (is_date(reader, i, &date) && (i == 0 || !is_digits(reader, i - 1))) {
        add(reader, DETAIL_DAY, date.day);
        add(reader, DETAIL_MONTH, date.month);
        add(reader, DETAIL_YEAR, date.year);
        return;
    }
    if (sign_at(reader, i + 1) == SIGN_MONTH && number <= DAYS)
        add(reader, DETAIL_DAY, number);
    else if (sign_at(reader, i + 1) == SIGN_METRE)
        add(reader, DETAIL_METRES, number);
    else if (reader->text->spans[i].length >= IDENTIFIER_DIGITS)
        add(reader, DETAIL_IDENTIFIER, number);
    else if (number >= YEAR_FIRST && number <= YEAR_LAST && before != SIGN_NUMBER &&
             before != SIGN_IDENTIFIER)
        add(reader, DETAIL_YEAR, number);
    else if (number >= FIGURE_LEAST && !is_announced(reader, i))
        add(reader, DETAIL_FIGURE, number);
}

static void
read_word(struct reader *reader, size_t i)
{
    uint64_t number = 0;

    if (count_behalf(reader, i) > 0) {
        read_person(reader, i + count_behalf(reader, i), true);
        return;
    }
    switch ((enum sign)reader->words[i].sign) {
    case SIGN_ROAD:
        read_road(reader, i);
        return;
    case SIGN_GANG:
        read_gang(reader, i);
        return;
    case SIGN_NUMBER:
        read_nomor(reader, i);
        return;
    case SIGN_RT:
        read_rt(reader, i);
        return;
    case SIGN_RW:
        if (i == 0 || sign_at(reader, i - 1) != SIGN_RT)
            read_counted(reader, DETAIL_RW, i);
        return;
    case SIGN_KM:
        read_counted(reader, DETAIL_KM, i);
        return;
    case SIGN_FLOOR:
        read_counted(reader, DETAIL_FLOOR, i);
        return;
    case SIGN_BLOCK:
        read_letter(reader, DETAIL_BLOCK, i);
        return;
    case SIGN_POINT:
        read_letter(reader, DETAIL_POINT, i);
        return;
    case SIGN_INITIALS:
        read_letter(reader, DETAIL_INITIALS, i);
        return;
    case SIGN_ESTATE:
        read_place(reader, DETAIL_ESTATE, i + 1);
        return;
    case SIGN_HAMLET:
        read_place(reader, DETAIL_HAMLET, i + 1);
        return;
    case SIGN_VILLAGE:
        read_place(reader, DETAIL_VILLAGE, i + 1);
        return;
    case SIGN_PERSON:
        read_person(reader, i + 1, i > 0 && sign_at(reader, i - 1) == SIGN_BEHALF);
        return;
    case SIGN_LANDMARK:
        read_landmark(reader, i);
        return;
    case SIGN_BESIDE:
        read_beside(reader, i + 1);
        return;
    case SIGN_GROUP:
        read_names(reader, DETAIL_GROUP, i + 1, PLACE_NAMES);
        return;
    case SIGN_SCHOOL:
        read_school(reader, i);
        return;
    case SIGN_DATE:
        if (is_digits(reader, i + 1) && is_number(reader, i + 1, &number) && number <= DAYS)
            add(reader, DETAIL_DAY, number);
        return;
    case SIGN_MONTH:
        add(reader, DETAIL_MONTH, reader->words[i].number);
        return;
    case SIGN_WEEKDAY:
        add(reader, DETAIL_WEEKDAY, reader->words[i].number);
        return;
    case SIGN_IDENTIFIER:
    case SIGN_THING:
        read_identifier(reader, i);
        return;
    case SIGN_NONE:
    case SIGN_TITLE:
    case SIGN_HOUSE:
    case SIGN_STATE:
    case SIGN_RUPIAH:
    case SIGN_THOUSAND:
    case SIGN_MILLION:
    case SIGN_METRE:
    case SIGN_SIDE:
    case SIGN_ADDRESSED:
    case SIGN_BEHALF:
    case SIGN_TEENS:
    case SIGN_TENS:
    case SIGN_PARTICLE:
    case SIGN_WANTS:
    case SIGN_THANKS:
    case SIGN_TOWN:
    case SIGN_COUNTED:
        break;
    case SIGN_COUNT:
        read_count(reader, i);
        return;
    }
}

void
details_find(const struct text *text, const struct vocabulary_word *words, struct details *details)
{
    struct reader reader = {.text = text, .words = words, .details = details};
    bool is_addressed = false;

    details->count = 0;
    details->name_count = 0;
    for (size_t i = 0; i < text->raw_count; i++) {
        if (is_digits(&reader, i))
            read_digits(&reader, i);
        else
            read_word(&reader, i);
        if (words[i].sign == SIGN_ADDRESSED)
            is_addressed = true;
        else if (!is_name(&reader, i))
            is_addressed = false;
        if ((is_name(&reader, i) && !is_addressed) || words[i].class == WORD_REGENCY)
            add_name(details, words[i].name);
    }
}

const char *
detail_name(enum detail_kind kind)
{
    static const char *const names[DETAIL_KINDS] = {"house number", "RT", "RW", "kilometre", "school",
        "point", "identifier", "number", "day", "road number", "gang number", "block", "initials", "amount",
        "year", "weekday", "month", "distance", "floor", "person", "road", "gang", "hamlet", "village",
        "estate", "landmark", "place", "group", "side", "figure"};

    CHECK((size_t)kind < LENGTH(names));
    return names[kind];
}
