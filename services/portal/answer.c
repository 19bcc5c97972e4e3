// answer.c - what a route says back.
#include "answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
answer_free(struct answer *answer)
{
    str_free(&answer->body);
    for (size_t i = 0; i < answer->header_count; i++)
        free(answer->headers[i].value);
    answer->header_count = 0;
}

void
answer_header(struct answer *answer, const char *name, const char *value)
{
    CHECK(answer->header_count < ANSWER_HEADERS_MOST && strpbrk(value, "\r\n") == NULL);
    answer->headers[answer->header_count].name = name;
    answer->headers[answer->header_count].value = strdup(value);
    CHECK(answer->headers[answer->header_count].value != NULL);
    answer->header_count++;
}

void
answer_json(struct answer *answer, int status, json_t *json)
{
    char *text = json_dumps(json, JSON_COMPACT);

    // What a route puts together is JSON; only memory can be missing.
    CHECK(text != NULL);
    answer->status = status;
    answer->content_type = "application/json";
    str_clear(&answer->body);
    str_add_text(&answer->body, text);
    free(text);
    json_decref(json);
}

void
answer_error(struct answer *answer, int status, const char *code, const char *field, const char *message)
{
    answer_json(answer, status,
        json_pack("{s:{s:s, s:s, s:s}}", "error", "code", code, "field", field, "message", message));
}

void
answer_ending(struct answer *answer, enum outcome ending)
{
    switch (ending) {
    case DONE:
        break;
    case RETRY:
        answer_error(answer, 503, "away", "", "The database cannot be reached; send the same again.");
        answer_header(answer, "Retry-After", "1");
        break;
    case REJECT:
        answer_error(answer, 400, "refused", "", "The database does not take this.");
        break;
    }
}

void
answer_too_many(struct answer *answer, int64_t wait_ms)
{
    char seconds[24];

    snprintf(seconds, sizeof(seconds), "%lld", (long long)((wait_ms + 999) / 1000));
    answer_error(answer, 429, "too_many", "", "Too many requests; wait a little.");
    answer_header(answer, "Retry-After", seconds);
}
