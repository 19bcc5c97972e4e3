// likeness.c - do two reports tell of one incident?
#include "likeness.h"

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    REGION_LEVELS = 4,
    DISTRICT = 3, // levels that two in one district share
    NEAR_M = 300,
    FAR_M = 1500,
    LONG_TEXT = 12, // different words
    LONG_LETTER = 20,
    LETTER_WORDS = 16,
    LETTER_WORDINGS = 7, // more than half
    TELLING_WORDS = 5,   // that two texts have to have until it says something that none is in both
};
#define SAME_SCORE 0.9  // at least, when a rule says so
#define OTHER_SCORE 0.2 // at most

#define SAMPLE_PRIOR 0.4 // of the words of a report the share that another one on its place and matter has
#define SAMPLE_WEIGHT 0.7
#define FORM_COMMON 0.6
#define FORM_WORDS 20
#define PASSING_S (36 * 3600)
#define PLACE_COMMON 0.45 // the same wording but for what stands beside the place
#define REREAD_WORDS 25
#define NAMES_A_SLIP 4 // that agree, for each that differs
#define COPY_NAMES 3   // that agree, where a short text says the same again
#define COPY_WORDS 4
#define BIT(kind) (UINT32_C(1) << (kind))

// Details of which one value at most is right, so that two different ones are two incidents.
static const uint32_t telling = BIT(DETAIL_HOUSE) | BIT(DETAIL_RT) | BIT(DETAIL_KM) | BIT(DETAIL_SCHOOL) |
                                BIT(DETAIL_POINT) | BIT(DETAIL_IDENTIFIER) | BIT(DETAIL_NUMBER) |
                                BIT(DETAIL_DAY) | BIT(DETAIL_ROAD_NUMBER) | BIT(DETAIL_GANG_NUMBER) |
                                BIT(DETAIL_INITIALS) | BIT(DETAIL_PERSON);
// Those that say the same when they agree, where else hardly two agree by chance.
static const uint32_t telling_place = BIT(DETAIL_HOUSE) | BIT(DETAIL_RT) | BIT(DETAIL_KM) |
                                      BIT(DETAIL_SCHOOL) | BIT(DETAIL_IDENTIFIER) | BIT(DETAIL_GANG_NUMBER);
// Details that people tell differently, or that change: they count against it only where all else is the
// same.
static const uint32_t soft = BIT(DETAIL_RW) | BIT(DETAIL_BLOCK) | BIT(DETAIL_MONEY) | BIT(DETAIL_YEAR) |
                             BIT(DETAIL_WEEKDAY) | BIT(DETAIL_MONTH) | BIT(DETAIL_METRES) |
                             BIT(DETAIL_FLOOR) | BIT(DETAIL_SIDE);
// Those that a letter may say otherwise when it is sent again, or that are of who signs it.
static const uint32_t retold = BIT(DETAIL_DAY) | BIT(DETAIL_MONEY) | BIT(DETAIL_FIGURE);
static const uint32_t signature = BIT(DETAIL_PERSON) | BIT(DETAIL_INITIALS);
// Of these everybody has one of few.
static const uint32_t times = BIT(DETAIL_YEAR) | BIT(DETAIL_MONTH) | BIT(DETAIL_WEEKDAY);
static const uint32_t naming = BIT(DETAIL_ROAD) | BIT(DETAIL_GANG) | BIT(DETAIL_HAMLET) |
                               BIT(DETAIL_VILLAGE) | BIT(DETAIL_ESTATE) | BIT(DETAIL_LANDMARK) |
                               BIT(DETAIL_GROUP);

static size_t
count(uint32_t kinds)
{
    return (size_t)__builtin_popcount(kinds);
}

static double
at_most(size_t value, size_t most)
{
    return (double)(value < most ? value : most);
}

// How many of these are in both lists; both ascend.
static size_t
count_shared(const uint16_t *left, size_t left_count, const uint16_t *right, size_t right_count)
{
    size_t shared = 0;
    size_t i = 0;
    size_t k = 0;

    // Without a branch on what cannot be foretold.
    while (i < left_count && k < right_count) {
        uint16_t a = left[i];
        uint16_t b = right[k];

        shared += a == b;
        i += a <= b;
        k += b <= a;
    }
    return shared;
}

// Of an ascending list, those that are not above a limit.
static size_t
count_upto(const uint16_t *list, size_t count, uint16_t limit)
{
    while (count > 0 && list[count - 1] > limit)
        count--;
    return count;
}

// The hash up to which all of a text's words are kept.
static uint16_t
reach(const uint16_t *list, size_t kept, size_t all)
{
    return kept < all && kept > 0 ? list[kept - 1] : UINT16_MAX;
}

static size_t
least(size_t left, size_t right)
{
    return left < right ? left : right;
}

static void
compare_words(const struct profile *left, const struct profile *right, struct evidence *evidence)
{
    const uint16_t *a = left->words + profile_names(left);
    const uint16_t *b = right->words + profile_names(right);
    uint16_t limit = reach(a, profile_words(left), left->word_count);
    uint16_t other = reach(b, profile_words(right), right->word_count);
    size_t count_a = 0;
    size_t count_b = 0;
    size_t shared = 0;

    if (other < limit)
        limit = other;
    count_a = count_upto(a, profile_words(left), limit);
    count_b = count_upto(b, profile_words(right), limit);
    shared = count_shared(a, count_a, b, count_b);
    evidence->left_alone += count_a - shared;
    evidence->right_alone += count_b - shared;
    evidence->least_words = least(left->word_count, right->word_count);
    evidence->compared_words = least(count_a, count_b);
    evidence->words = shared;
    evidence->words_alone = evidence->compared_words - shared;
    evidence->contained =
        evidence->compared_words == 0 ? 0 : (double)shared / (double)evidence->compared_words;
    // Where only some of the words are kept, a few of them say little.
    if (evidence->compared_words < evidence->least_words)
        evidence->contained = ((double)shared + SAMPLE_PRIOR * SAMPLE_WEIGHT) /
                              ((double)evidence->compared_words + SAMPLE_WEIGHT);
    evidence->common = count_a + count_b == 0 ? 0 : (double)shared / (double)(count_a + count_b - shared);
}

enum { NAMES = PROFILE_NAMES };

static unsigned
name_value(uint16_t name)
{
    return ((unsigned)name & VOCABULARY_NAME) >> VOCABULARY_NAME_SHIFT;
}

// Parts the names into those that are in both, which are counted and given up, and the rest.
static size_t
take_shared(uint16_t *left, size_t *left_count, uint16_t *right, size_t *right_count, size_t *regencies)
{
    size_t shared = 0;
    size_t i = 0;
    size_t k = 0;
    size_t left_alone = 0;
    size_t right_alone = 0;

    while (i < *left_count || k < *right_count) {
        unsigned a = i < *left_count ? name_value(left[i]) : UINT_MAX;
        unsigned b = k < *right_count ? name_value(right[k]) : UINT_MAX;

        if (a == b && i < *left_count) {
            shared++;
            *regencies += left[i] & VOCABULARY_NAME_REGENCY;
            i++;
            k++;
        } else if (a < b) {
            left[left_alone++] = left[i++];
        } else {
            right[right_alone++] = right[k++];
        }
    }
    *left_count = left_alone;
    *right_count = right_alone;
    return shared;
}

static void
drop(uint16_t *names, size_t *count, size_t at)
{
    memmove(&names[at], &names[at + 1], (--*count - at) * sizeof(*names));
}

// "Gajah Mada" on the one side, "Gajahmada" on the other: returns how many there are, and gives them up.
static size_t
take_joined(uint16_t *parts, size_t *part_count, uint16_t *wholes, size_t *whole_count)
{
    const unsigned most = VOCABULARY_NAME >> VOCABULARY_NAME_SHIFT;
    size_t joined = 0;

    for (size_t i = 0; i < *part_count; i++)
        for (size_t k = i + 1; k < *part_count; k++)
            for (size_t w = 0; w < *whole_count && k < *part_count; w++)
                if (((name_value(parts[i]) + name_value(parts[k])) & most) == name_value(wholes[w])) {
                    drop(wholes, whole_count, w);
                    drop(parts, part_count, k);
                    parts[i] = 0; // found no more, and not sure
                    joined++;
                }
    return joined;
}

static size_t
count_sure(const uint16_t *names, size_t count)
{
    size_t sure = 0;

    for (size_t i = 0; i < count; i++)
        sure += (names[i] & VOCABULARY_NAME_SURE) != 0;
    return sure;
}

static void
compare_names(const struct profile *left, const struct profile *right, struct evidence *evidence)
{
    uint16_t limit = reach(left->words, profile_names(left), left->name_count);
    uint16_t other = reach(right->words, profile_names(right), right->name_count);
    uint16_t left_names[NAMES];
    uint16_t right_names[NAMES];
    size_t left_count = 0;
    size_t right_count = 0;
    size_t left_sure = 0;
    size_t right_sure = 0;
    size_t regencies = 0;

    if (other < limit)
        limit = other;
    limit |= (uint16_t)~VOCABULARY_NAME;
    left_count = count_upto(left->words, profile_names(left), limit);
    right_count = count_upto(right->words, profile_names(right), limit);
    memcpy(left_names, left->words, left_count * sizeof(*left_names));
    memcpy(right_names, right->words, right_count * sizeof(*right_names));
    evidence->names = take_shared(left_names, &left_count, right_names, &right_count, &regencies) - regencies;
    evidence->names += take_joined(left_names, &left_count, right_names, &right_count);
    evidence->names += take_joined(right_names, &right_count, left_names, &left_count);
    left_sure = count_sure(left_names, left_count);
    right_sure = count_sure(right_names, right_count);
    evidence->names_alone = least(left_sure, right_sure);
    evidence->unsure_alone = least(left_count, right_count) - evidence->names_alone;
    evidence->left_alone += left_count;
    evidence->right_alone += right_count;
}

static size_t
count_wordings(const struct profile *left, const struct profile *right)
{
    size_t same = 0;

    for (size_t i = 0; i < PROFILE_WORDINGS; i++)
        same += left->wordings[i] == right->wordings[i];
    return same;
}

// Is the name of this detail a name in both reports, though perhaps without "desa" before it?
static bool
is_shared_name(const struct profile *left, const struct profile *right, uint16_t detail)
{
    for (size_t i = 0; i < profile_names(left); i++)
        if (((name_value(left->words[i]) ^ detail) & PROFILE_DETAIL_VALUE) == 0)
            for (size_t k = 0; k < profile_names(right); k++)
                if (name_value(right->words[k]) == name_value(left->words[i]))
                    return true;
    return false;
}

// Which kinds of detail does this report have; which of them have a value that the other one does not have,
// neither as a detail nor, when it is a name, as a name?
static void
look_for(
    const struct profile *mine, const struct profile *theirs, uint32_t *has, uint32_t *alone, uint32_t *same)
{
    for (size_t i = 0; i < mine->detail_count; i++) {
        enum detail_kind kind = profile_detail_kind(mine->details[i]);
        bool found =
            kind > DETAIL_LAST_EXACT && kind < DETAIL_SIDE && is_shared_name(mine, theirs, mine->details[i]);

        for (size_t k = 0; k < theirs->detail_count && !found; k++)
            found = theirs->details[k] == mine->details[i];
        *has |= BIT(kind);
        *(found ? same : alone) |= BIT(kind);
    }
}

static size_t
count_figures(const struct profile *left, const struct profile *right)
{
    size_t figures = 0;

    // The last kind, so that they stand at the end.
    for (size_t i = left->detail_count; i > 0; i--) {
        if (profile_detail_kind(left->details[i - 1]) != DETAIL_FIGURE)
            break;
        for (size_t k = 0; k < right->detail_count; k++)
            figures += left->details[i - 1] == right->details[k];
    }
    return figures;
}

static void
compare_details(const struct profile *left, const struct profile *right, struct evidence *evidence)
{
    const uint32_t exact = BIT(DETAIL_LAST_EXACT + 1) - 1;
    uint32_t in_left = 0;
    uint32_t in_right = 0;
    uint32_t alone_left = 0;
    uint32_t alone_right = 0;

    evidence->figures = count_figures(left, right);
    look_for(left, right, &in_left, &alone_left, &evidence->same);
    look_for(right, left, &in_right, &alone_right, &evidence->same);
    // Of names one in common is enough, of numbers each that stands against another one tells.
    evidence->other = (alone_left & alone_right & exact) | (in_left & in_right & ~evidence->same & ~exact);
}

// Levels that two regions share; -1 when they part where both are known.
static int
compare_regions(uint32_t left, uint32_t right)
{
    static const int shifts[REGION_LEVELS] = {25, 18, 11, 0};

    for (int level = 0; level < REGION_LEVELS; level++) {
        uint32_t mask = level == REGION_LEVELS - 1 ? (1U << 11) - 1 : (1U << 7) - 1;
        uint32_t a = left >> shifts[level] & mask;
        uint32_t b = right >> shifts[level] & mask;

        if (a == 0 || b == 0)
            return level;
        if (a != b)
            return -1;
    }
    return REGION_LEVELS;
}

// On a flat map: exact enough for some kilometres anywhere in Indonesia.
static int
metres_between(const struct profile *left, const struct profile *right)
{
    const double metres_a_degree = 111320.0;
    const double most = 1e6;
    double north = 0;
    double east = 0;
    double metres = 0;

    if (left->latitude == PROFILE_NO_POINT || right->latitude == PROFILE_NO_POINT)
        return -1;
    north = ((double)left->latitude - right->latitude) / 1e6 * metres_a_degree;
    east = ((double)left->longitude - right->longitude) / 1e6 * metres_a_degree *
           cos(left->latitude / 1e6 * 3.14159265358979 / 180);
    metres = sqrt(north * north + east * east);
    return (int)(metres < most ? metres : most);
}

// Does it say what is wrong?
static bool
minds(const struct profile *profile)
{
    return profile->concepts >> VOCABULARY_TROUBLES != 0 || profile->flags >> PROFILE_ASPECTS != 0;
}

static void
compare_matters(const struct profile *left, const struct profile *right, struct evidence *evidence)
{
    const uint64_t things = (UINT64_C(1) << VOCABULARY_TROUBLES) - 1;
    uint64_t shared = left->concepts & right->concepts;

    evidence->things = (size_t)__builtin_popcountll(shared & things);
    evidence->troubles = (size_t)__builtin_popcountll(shared & ~things) +
                         count((uint32_t)(left->flags & right->flags) >> PROFILE_ASPECTS);
    evidence->is_content = ((left->flags ^ right->flags) & PROFILE_CONTENT) != 0;
    evidence->other_troubles = evidence->troubles == 0 && minds(left) && minds(right);
    evidence->other_things =
        evidence->things == 0 && (left->concepts & things) != 0 && (right->concepts & things) != 0;
    for (size_t i = 0; i < PROFILE_TOPICS; i++)
        for (size_t k = 0; k < PROFILE_TOPICS; k++)
            evidence->same_topic |= left->topics[i] != 0 && left->topics[i] == right->topics[k];
    evidence->is_single = evidence->same_topic && (left->flags & right->flags & PROFILE_SINGLE) != 0;
    evidence->is_passing = evidence->same_topic && (left->flags & right->flags & PROFILE_PASSING) != 0;
    evidence->is_personal = ((left->flags | right->flags) & PROFILE_PERSONAL) != 0;
}

// Seconds; 0 when it is not known of either when it came.
static uint32_t
seconds_between(const struct profile *left, const struct profile *right)
{
    if (left->received_s == 0 || right->received_s == 0)
        return 0;
    return left->received_s < right->received_s ? right->received_s - left->received_s
                                                : left->received_s - right->received_s;
}

void
likeness_compare(const struct profile *earlier, const struct profile *later, struct evidence *evidence)
{
    *evidence = (struct evidence){
        .region = compare_regions(earlier->region, later->region),
        .distance = metres_between(earlier, later),
        .wordings = count_wordings(earlier, later),
        .same_text = earlier->text_hash == later->text_hash,
        .apart_s = seconds_between(earlier, later),
    };
    compare_words(earlier, later, evidence);
    compare_names(earlier, later, evidence);
    compare_details(earlier, later, evidence);
    compare_matters(earlier, later, evidence);
}

static bool
is_near(const struct evidence *evidence)
{
    return evidence->distance >= 0 && evidence->distance <= NEAR_M;
}

// What speaks for one matter, and against it.
static double
weigh_matter(const struct evidence *evidence)
{
    bool is_long = evidence->compared_words >= TELLING_WORDS && evidence->troubles == 0;
    double sum = 0.65 * at_most(evidence->things, 2) + 0.65 * at_most(evidence->troubles, 1);

    sum += (evidence->same_topic ? 0.7 : 0) + (evidence->is_single ? 1.1 : 0);
    // Enough words to tell, and hardly one in common.
    sum -= is_long && evidence->contained < 0.35 ? 0.4 : 0;
    sum -= is_long && evidence->contained < 0.2 ? 0.95 : 0;
    sum -= evidence->least_words >= LONG_LETTER && evidence->contained < 0.7 ? 0.75 : 0;
    if (evidence->contained < 0.45 && evidence->things == 0 && evidence->troubles == 0 &&
        !evidence->same_topic)
        sum -= 0.3;
    // Of the shortest texts half is soon the same: there the words outweigh what is minded.
    if (evidence->contained < 0.4)
        sum -= evidence->other_troubles ? 1.6 : 0;
    return sum;
}

// Who copies a text leaves his words out or adds some.  Where runs of words agree, and others stand in the
// places of some words, it is a form that was filled in for something else.
static double
weigh_wording(const struct evidence *evidence)
{
    size_t swapped = least(evidence->left_alone, evidence->right_alone);
    double sum = 0;

    if (evidence->contained < 0.8) {
        sum -= evidence->wordings >= 1 ? 1.35 : 0;
        sum -= evidence->wordings >= 4 ? 1.45 : 0;
    }
    return sum - (evidence->wordings >= 2 ? 1.3 * at_most(swapped, 6) / 6 : 0);
}

// What the weights are for: scores are the chance that two careful officers call it one incident.  Learnt by
// logistic regression from judged pairs and from pairs of real reports, with no weight against what it is
// for, then rounded, and put somewhat lower: a wrong join hides a citizen.
static double
weigh(const struct evidence *evidence)
{
    const uint32_t strong = telling_place | BIT(DETAIL_POINT);
    const uint32_t own = telling | BIT(DETAIL_MONEY) | BIT(DETAIL_RW) | BIT(DETAIL_BLOCK);
    const uint32_t place = strong | naming | BIT(DETAIL_PLACE);
    double sum = -0.65 + weigh_matter(evidence) + weigh_wording(evidence);

    sum += 0.25 * at_most(evidence->names, 3);
    sum -= 0.5 * at_most(evidence->names_alone, 2) + 0.4 * at_most(evidence->unsure_alone, 3);
    sum += 1.5 * at_most(count(evidence->same & strong), 1);
    sum += 1.7 * at_most(count(evidence->same & (telling | soft) & ~strong & ~times), 3);
    sum += evidence->is_personal ? 0 : 0.95 * at_most(count(evidence->same & times), 2);
    sum += 0.5 * at_most(count(evidence->same & naming), 2);
    sum -= 1.5 * at_most(count(evidence->other & soft), 2);
    sum -= 0.8 * at_most(count(evidence->other & naming), 2);
    sum += evidence->region >= DISTRICT ? 0.55 : 0;
    sum -= evidence->region < 0 ? 1.3 : 0;
    sum -= (evidence->same & place) == 0 && evidence->region < REGION_LEVELS && !is_near(evidence) ? 0.65 : 0;
    // Figures of his own each has many.
    sum += evidence->is_personal ? -0.5 : 0.6 * at_most(evidence->figures, 2);
    sum -= evidence->is_personal && evidence->contained < 0.75 && evidence->least_words >= 10 &&
                   (evidence->same & own) == 0
               ? 0.3
               : 0;
    return 1 / (1 + exp(-sum));
}

// Is there anything to say that it is the same place, or the same business?
static bool
has_place(const struct evidence *evidence)
{
    const uint32_t places = telling_place | naming | BIT(DETAIL_PLACE) | BIT(DETAIL_POINT);
    const uint32_t business = BIT(DETAIL_NUMBER) | BIT(DETAIL_MONEY) | BIT(DETAIL_DAY) | BIT(DETAIL_WEEKDAY);

    return (evidence->same & places) != 0 || evidence->names > 0 || evidence->region >= 4 ||
           is_near(evidence) || (count(evidence->same & business) >= 2 && evidence->contained >= 0.5);
}

// Does a detail of which one alone is right differ?  In the same file a day may: "as of the 21st" is written
// again as "as of the 23rd".
static bool
is_contradicted(const struct evidence *evidence)
{
    const uint32_t file = BIT(DETAIL_IDENTIFIER) | BIT(DETAIL_PERSON);
    bool is_file = (evidence->same & BIT(DETAIL_DAY)) != 0 && (evidence->same & file) != 0;

    return (evidence->other & telling & ~(is_file ? BIT(DETAIL_DAY) : 0)) != 0;
}

// The same words, one after the other or all of them.
static bool
is_copy(const struct evidence *evidence)
{
    return evidence->least_words >= LONG_TEXT &&
           (evidence->same_text || (evidence->contained >= 0.9 && evidence->compared_words >= 8 &&
                                       evidence->names_alone == 0 && evidence->region >= 0));
}

// A long text that somebody typed anew: a misspelt word passes for a name, but one among several only, or
// where there are none, for it may as well be what a form was filled in with.
static bool
is_typed_anew(const struct evidence *evidence)
{
    size_t slips = evidence->names_alone + evidence->unsure_alone;

    return evidence->least_words >= REREAD_WORDS && evidence->compared_words >= 12 &&
           evidence->contained >= 0.85 && evidence->common >= 0.65 && evidence->region >= 0 &&
           slips * NAMES_A_SLIP <= evidence->names + NAMES_A_SLIP &&
           evidence->names_alone * NAMES_A_SLIP <= evidence->names;
}

// "The card says Ramli Tobing": short, but with names enough that nobody else writes just this.
static bool
is_own_words(const struct evidence *evidence)
{
    return evidence->least_words >= COPY_WORDS && evidence->names >= COPY_NAMES &&
           evidence->contained >= 0.9 && evidence->common >= 0.9 &&
           evidence->left_alone + evidence->right_alone == 0 && evidence->region >= 0;
}

// A letter that somebody sends again, or another one with him: what it is headed and signed with, up to which
// day it holds and how much is asked for may differ.
static bool
is_sent_again(const struct evidence *evidence)
{
    uint32_t open = retold | (evidence->is_personal ? 0 : signature);

    return evidence->least_words >= LETTER_WORDS && evidence->wordings >= LETTER_WORDINGS &&
           evidence->contained >= 0.78 && evidence->names_alone == 0 && evidence->region >= 0 &&
           (evidence->names > 0 || (evidence->same & (naming | BIT(DETAIL_PLACE))) != 0) &&
           (evidence->other & ~open) == 0;
}

// One wording, and something else in it: another amount, another name, another place.
static bool
is_filled_in_anew(const struct evidence *evidence)
{
    // "nilainya Rp421 juta, bukan 412": an amount put right, where two things say that it is the same file.
    bool is_corrected = evidence->other == BIT(DETAIL_MONEY) && count(evidence->same & telling) >= 2;
    // In a sentence any word that no list has may be what it was filled in with; in a letter one is misspelt.
    bool has_names =
        evidence->names_alone > 0 || (evidence->unsure_alone > 0 && evidence->least_words <= FORM_WORDS);
    // A form of a sentence or two, filled in by words that need not be names.  What is told of a place that
    // has its name is told of it alone, unless it is of other things.
    bool is_form = evidence->common >= FORM_COMMON && evidence->compared_words >= 4 &&
                   evidence->least_words <= FORM_WORDS &&
                   (evidence->other_things || (evidence->same & (telling_place | naming)) == 0);

    if (evidence->common >= FORM_COMMON && evidence->compared_words >= 1 && !is_corrected &&
        ((evidence->other & (soft | naming)) != 0 || has_names))
        return true;
    if (evidence->common >= PLACE_COMMON && (evidence->other & BIT(DETAIL_PLACE)) != 0)
        return true;
    return is_form && evidence->left_alone > 0 && evidence->right_alone > 0;
}

enum ruling { OPEN, SAME, OTHER };

// What no score overrules; why is its reason.
static enum ruling
find_ruling(const struct evidence *evidence, const char **why)
{
    bool is_same = (evidence->other & (telling | soft | naming)) == 0;

    *why = "the same words and names";
    if (is_same && is_own_words(evidence))
        return SAME;
    *why = "a long text in the same words";
    if ((is_same && (is_copy(evidence) || is_typed_anew(evidence))) || is_sent_again(evidence))
        return SAME;
    *why = "a detail of which one alone is right differs";
    if (is_contradicted(evidence))
        return OTHER;
    *why = "the same wording for something else";
    if (is_filled_in_anew(evidence))
        return OTHER;
    *why = "days apart, and it passes by itself";
    if (evidence->is_passing && evidence->apart_s > PASSING_S)
        return OTHER;
    *why = "thanks, and a complaint";
    if (evidence->is_content && evidence->contained < 0.8)
        return OTHER;
    *why = "no place in common";
    if (!has_place(evidence))
        return OTHER;
    *why = "far apart";
    if (evidence->distance > FAR_M)
        return OTHER;
    *why = "another matter";
    if (evidence->other_things &&
        (evidence->words == 0 || (!evidence->same_topic && evidence->contained < 0.6)))
        return OTHER;
    if (evidence->things == 0 && evidence->words == 0 && !evidence->is_single)
        return OTHER;
    *why = "each has his own";
    if (evidence->is_personal && evidence->contained < 0.3 &&
        (evidence->same & (telling | BIT(DETAIL_MONEY) | BIT(DETAIL_RW) | BIT(DETAIL_BLOCK))) == 0)
        return OTHER;
    *why = "";
    return OPEN;
}

static void PRINTF_LIKE(2, 3) explain(char *why, const char *format, ...)
{
    size_t length = strlen(why);
    va_list arguments;

    va_start(arguments, format);
    // What does not fit is cut: the beginning of a reason is better than none.
    (void)vsnprintf(why + length, LIKENESS_WHY_SIZE - length, format, arguments);
    va_end(arguments);
}

static void
explain_details(char *why, const char *what, uint32_t kinds)
{
    const char *separator = what;

    for (unsigned kind = 0; kind < DETAIL_KINDS; kind++) {
        if ((kinds & BIT(kind)) == 0)
            continue;
        explain(why, "%s%s", separator, detail_name((enum detail_kind)kind));
        separator = ", ";
    }
}

void
likeness_decide(const struct evidence *evidence, struct likeness *likeness)
{
    const char *why = NULL;
    enum ruling ruling = find_ruling(evidence, &why);
    bool is_one = false;

    *likeness = (struct likeness){.relation = RELATION_NONE, .score = weigh(evidence)};
    if (ruling == SAME)
        likeness->score = SAME_SCORE + likeness->score * (1 - SAME_SCORE);
    else if (ruling == OTHER)
        likeness->score *= OTHER_SCORE;
    is_one = likeness->score >= LIKENESS_BOUND;
    if (is_one)
        likeness->relation = evidence->apart_s > LIKENESS_WINDOW_S ? RELATION_REREPORT : RELATION_DUPLICATE;
}

void
likeness_explain(const struct evidence *evidence, char why[LIKENESS_WHY_SIZE])
{
    const char *rule = NULL;

    why[0] = '\0';
    (void)find_ruling(evidence, &rule);
    if (*rule != '\0')
        explain(why, "%s: ", rule);
    explain(why, "words %.0f %%", evidence->contained * 100);
    if (evidence->names > 0)
        explain(why, "; names %zu", evidence->names);
    explain_details(why, "; same ", evidence->same);
    explain_details(why, "; other ", evidence->other);
    if (evidence->distance >= 0)
        explain(why, "; %d m apart", evidence->distance);
    if (evidence->region == REGION_LEVELS)
        explain(why, "; same village");
    if (evidence->things > 0 || evidence->same_topic)
        explain(why, "; same matter");
}

bool
likeness_contradicts(const struct evidence *evidence)
{
    return is_contradicted(evidence) || evidence->distance > FAR_M || evidence->region < 0;
}

bool
likeness_tells_place(enum detail_kind kind)
{
    return (telling_place & BIT(kind)) != 0;
}

const char *
relation_name(enum relation relation)
{
    static const char *const names[] = {"none", "duplicate", "rereport"};

    CHECK((size_t)relation < LENGTH(names));
    return names[relation];
}
