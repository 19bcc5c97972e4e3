// book.c - the rules as data.
#include "book.h"

#include "check.h"
#include "days.h"

#include <stdlib.h>
#include <string.h>

const char *const book_agencies[BOOK_AGENCIES] = {
    "TRIAGE", "DISHUB", "DPUBMCK", "RSUD_MOEWARDI", "PLN", "SEMARANG", "DINSOS", "SAMSAT"};
const char *const book_topics[BOOK_TOPICS] = {
    "road_damage", "street_light", "corruption", "hospital", "school", "flood"};

struct book *
book_next(const struct book *book)
{
    struct book *next = check_zalloc(1, sizeof(*next));

    *next = *book;
    next->version++;
    next->rules = NULL;
    next->days = NULL;
    return next;
}

void
book_destroy(struct book **book)
{
    if (!*book)
        return;
    rules_destroy(&(*book)->rules);
    days_destroy(&(*book)->days);
    free(*book);
    *book = NULL;
}

// Every second policy comes with its ladder, the others step by step, the last step first.
static void
add_policy(struct rules *rules, const struct policy *policy, bool by_steps)
{
    struct policy bare = *policy;

    if (!by_steps) {
        rules_add_policy(rules, policy);
        return;
    }
    bare.ladder.count = 0;
    rules_add_policy(rules, &bare);
    for (size_t i = policy->ladder.count; i > 0; i--)
        CHECK(rules_add_step(rules, policy->clock, policy->version, &policy->ladder.steps[i - 1]) == 0);
}

struct rules *
book_make_rules(const struct book *book)
{
    struct rules *rules = rules_new();
    struct calendar *calendar = rules_calendar(rules);

    for (size_t i = 0; i < book->policy_count; i++)
        add_policy(rules, &book->policies[i], i % 2 == 1);
    for (int day = 0; day < BOOK_DAYS; day++)
        if (book->holidays[day])
            calendar_add_holiday(calendar, BOOK_FIRST_DAY + day);
    for (size_t i = 0; i < book->block_count; i++) {
        const struct book_block *block = &book->blocks[i];
        CHECK(calendar_add_block(calendar, book_agencies[block->agency], block->weekday, block->opens,
                  block->closes, block->on_holidays) == 0);
    }
    for (int role = 0; role < ROLES; role++)
        if (book->quiet[role].is_set)
            rules_set_quiet(rules, (enum role)role, book->quiet[role].begins, book->quiet[role].ends);
    for (int i = 0; i < BOOK_AGENCIES; i++)
        rules_add_agency(rules, book_agencies[i], book->levels[i]);
    for (int i = 0; i < BOOK_TOPICS; i++)
        rules_add_topic(rules, book_topics[i], book->sektors[i]);
    return rules;
}

const struct rules *
book_rules(struct book *book)
{
    if (!book->rules)
        book->rules = book_make_rules(book);
    return book->rules;
}

int
book_agency(const char *name)
{
    for (int i = 0; i < BOOK_AGENCIES; i++)
        if (strcmp(book_agencies[i], name) == 0)
            return i;
    return -1;
}

const char *
book_level(const struct book *book, const char *agency)
{
    int i = book_agency(agency);

    return i < 0 ? "" : book->levels[i];
}

const char *
book_sektor(const struct book *book, const char *topic)
{
    for (int i = 0; i < BOOK_TOPICS; i++)
        if (strcmp(book_topics[i], topic) == 0)
            return book->sektors[i];
    return "";
}
