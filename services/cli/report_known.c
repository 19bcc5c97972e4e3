// report_known.c - how the first-response clocks of tickets stood at a moment that is past.
//
// A stored deadline has what is known now.  What a person judged later may have stopped its clock at a time
// before the list was made, or let it run again.
#include "report_known.h"

#include "complain.h"
#include "deadline_store.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE = 256 };

static void
add(struct store_reports_known *known, const struct store_reports_stop *stop)
{
    known->stops = check_realloc(known->stops, (known->count + 1) * sizeof(*known->stops));
    known->stops[known->count++] = *stop;
}

static void
add_case(struct store_reports_known *known, const struct rules *rules, const struct deadline_case *one,
    int64_t as_of_ms)
{
    static struct deadline derived[DERIVE_MOST];
    size_t count = derive(rules, &one->history, as_of_ms, derived, LENGTH(derived));

    for (size_t i = 0; i < count; i++)
        if (strcmp(derived[i].policy->clock, "first_response") == 0)
            add(known, &(struct store_reports_stop){.ticket_id = one->history.ticket_id,
                           .turn = derived[i].turn,
                           .stopped_at_ms = derived[i].stopped_at_ms,
                           .stop = stop_name(derived[i].stop)});
}

static int
read_page(struct deadline_store *store, const struct rules *rules, const json_t *tickets, size_t first,
    int64_t as_of_ms, struct store_reports_known *known)
{
    int64_t ids[PAGE];
    struct deadline_case *cases = NULL;
    size_t count = 0;
    size_t case_count = 0;

    for (; count < PAGE && first + count < json_array_size(tickets); count++)
        ids[count] = json_integer_value(json_object_get(json_array_get(tickets, first + count), "ticket_id"));
    if (deadline_store_cases(store, ids, count, &cases, &case_count) != DONE)
        return -1;
    for (size_t i = 0; i < case_count; i++)
        add_case(known, rules, &cases[i], as_of_ms);
    return 0;
}

int
report_known_read(struct db *db, const json_t *tickets, int64_t as_of_ms, struct store_reports_known *known)
{
    struct deadline_store *store = NULL;
    struct rules *rules = NULL;
    int64_t version = 0;
    int rc = 0;

    *known = (struct store_reports_known){0};
    if (json_array_size(tickets) == 0)
        return 0;
    store = deadline_store_new(db);
    rc = deadline_store_rules(store, &rules, &version) == DONE ? 0 : -1;
    for (size_t first = 0; rc == 0 && first < json_array_size(tickets); first += PAGE)
        rc = read_page(store, rules, tickets, first, as_of_ms, known);
    if (rc < 0) {
        complain("report negligence", "PostgreSQL: %s; check KENTONGAN_DATABASE and that the server runs",
            db_reason(db));
        report_known_free(known);
    }
    rules_destroy(&rules);
    deadline_store_destroy(&store);
    return rc;
}

void
report_known_free(struct store_reports_known *known)
{
    free(known->stops);
    *known = (struct store_reports_known){0};
}
