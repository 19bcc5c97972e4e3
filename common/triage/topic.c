// topic.c - what a report is about.
//
// The matter decides, never the agency: which agency answers for a topic in a region is the router's table.
#include "topic.h"

#include "hashmap.h"
#include "phrases.h"

#include <stdlib.h>
#include <string.h>

enum { MATCHES_MOST = 64 };
#define NO_KEYWORD UINT32_MAX

#define TOPIC_LEAST 0.45 // a word of weight 0.8 alone ("jalan") is not enough, nor a lead of 5 to 5.2

struct keyword {
    char *text;
    double weight;
    uint32_t topic;
    uint32_t next; // another topic's keyword with the same phrase
};

struct topics {
    struct hashmap *numbers; // topic code -> number
    char **codes;
    struct phrases *phrases;
    uint32_t *heads; // phrase -> its first keyword
    struct keyword *keywords;
    size_t topic_count, keyword_count, head_count;
    struct text scratch;

    // Of the text in hand.
    double *scores;
    uint32_t *seen; // phrase -> the run that saw it last
    uint32_t run;
};

struct topics *
topics_new(void)
{
    struct topics *topics = check_zalloc(1, sizeof(*topics));

    topics->numbers = hashmap_new();
    topics->phrases = phrases_new();
    return topics;
}

void
topics_destroy(struct topics **topics)
{
    if (*topics == NULL)
        return;
    for (size_t i = 0; i < (*topics)->topic_count; i++)
        free((*topics)->codes[i]);
    for (size_t i = 0; i < (*topics)->keyword_count; i++)
        free((*topics)->keywords[i].text);
    hashmap_destroy(&(*topics)->numbers);
    phrases_destroy(&(*topics)->phrases);
    text_free(&(*topics)->scratch);
    free((*topics)->codes);
    free((*topics)->heads);
    free((*topics)->keywords);
    free((*topics)->scores);
    free((*topics)->seen);
    free(*topics);
    *topics = NULL;
}

static char *
copy(const char *text)
{
    size_t size = strlen(text) + 1;

    return memcpy(check_alloc(size), text, size);
}

static uint32_t
topic_number(struct topics *topics, const char *code)
{
    uint64_t key = word_hash(code, strlen(code));
    uint32_t number = (uint32_t)topics->topic_count;

    if (hashmap_get(topics->numbers, key, &number))
        return number;
    hashmap_put(topics->numbers, key, number);
    topics->topic_count++;
    topics->codes = check_realloc(topics->codes, topics->topic_count * sizeof(*topics->codes));
    topics->codes[number] = copy(code);
    topics->scores = check_realloc(topics->scores, topics->topic_count * sizeof(*topics->scores));
    return number;
}

// The phrase's place in heads and seen, made when it is new.
static uint32_t
phrase_number(struct topics *topics, const uint64_t *words, size_t count)
{
    uint32_t phrase = phrases_add(topics->phrases, words, count);

    if (phrase == topics->head_count) {
        topics->head_count++;
        topics->heads = check_realloc(topics->heads, topics->head_count * sizeof(*topics->heads));
        topics->seen = check_realloc(topics->seen, topics->head_count * sizeof(*topics->seen));
        topics->heads[phrase] = NO_KEYWORD;
        topics->seen[phrase] = 0;
    }
    return phrase;
}

int
topics_add(struct topics *topics, const struct lexicon *lexicon, const char *topic, const char *keyword,
    double weight)
{
    struct text *text = &topics->scratch;
    uint32_t number = 0;
    uint32_t phrase = 0;
    size_t count = 0;

    text_clear(text);
    text_add(text, lexicon, keyword, strlen(keyword));
    count = text->word_count > 0 ? text->word_count - 1 : 0; // without the break at the end
    if (count == 0 || count > PHRASE_WORDS_MOST)
        return -1;
    for (size_t i = 0; i < count; i++)
        if (text->words[i] == 0)
            return -1;
    number = topic_number(topics, topic);
    phrase = phrase_number(topics, text->words, count);
    // Two spellings of one keyword: the weightier one counts.
    for (uint32_t i = topics->heads[phrase]; i != NO_KEYWORD; i = topics->keywords[i].next)
        if (topics->keywords[i].topic == number) {
            if (topics->keywords[i].weight < weight)
                topics->keywords[i].weight = weight;
            return 0;
        }
    topics->keywords =
        check_realloc(topics->keywords, (topics->keyword_count + 1) * sizeof(*topics->keywords));
    topics->keywords[topics->keyword_count] = (struct keyword){
        .text = copy(keyword), .weight = weight, .topic = number, .next = topics->heads[phrase]};
    topics->heads[phrase] = (uint32_t)topics->keyword_count++;
    return 0;
}

// Sums the weights of all keywords in the text; notes which phrases they were.
static size_t
add_up(struct topics *topics, const struct text *text, uint32_t matches[MATCHES_MOST])
{
    size_t match_count = 0;
    size_t length = 1;

    for (size_t i = 0; i < topics->topic_count; i++)
        topics->scores[i] = 0;
    topics->run++;
    for (size_t i = 0; i < text->word_count; i += length) {
        uint32_t phrase = phrases_find(topics->phrases, &text->words[i], text->word_count - i, &length);

        if (phrase == PHRASES_NONE) {
            length = 1;
            continue;
        }
        if (topics->seen[phrase] == topics->run)
            continue;
        topics->seen[phrase] = topics->run;
        if (match_count < MATCHES_MOST)
            matches[match_count++] = phrase;
        for (uint32_t k = topics->heads[phrase]; k != NO_KEYWORD; k = topics->keywords[k].next)
            topics->scores[topics->keywords[k].topic] += topics->keywords[k].weight;
    }
    return match_count;
}

// Names the keywords of the topic, in the order of the text.
static void
give_evidence(const struct topics *topics, uint32_t topic, const uint32_t *matches, size_t match_count,
    struct topic_answer *answer)
{
    for (size_t i = 0; i < match_count && answer->keyword_count < TOPIC_EVIDENCE; i++)
        for (uint32_t k = topics->heads[matches[i]]; k != NO_KEYWORD; k = topics->keywords[k].next)
            if (topics->keywords[k].topic == topic && answer->keyword_count < TOPIC_EVIDENCE)
                answer->keywords[answer->keyword_count++] = topics->keywords[k].text;
}

void
topics_find(struct topics *topics, const struct text *text, struct topic_answer *answer)
{
    uint32_t matches[MATCHES_MOST];
    size_t match_count = add_up(topics, text, matches);
    double best = 0;
    double second = 0;
    uint32_t winner = 0;
    double confidence = 0;

    for (uint32_t i = 0; i < topics->topic_count; i++) {
        if (topics->scores[i] > best) {
            second = best;
            best = topics->scores[i];
            winner = i;
        } else if (topics->scores[i] > second) {
            second = topics->scores[i];
        }
    }
    *answer = (struct topic_answer){.topic = ""};
    confidence = best / (best + second + 1);
    if (best <= second || confidence < TOPIC_LEAST)
        return;
    answer->topic = topics->codes[winner];
    answer->confidence = confidence;
    give_evidence(topics, winner, matches, match_count, answer);
}

size_t
topics_size(const struct topics *topics)
{
    return topics->topic_count;
}
