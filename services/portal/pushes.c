// pushes.c - routes of one-time tokens.
//
// Whoever has the token may use it, from any page and without a cookie: it stands for one notice on one
// phone, and all that it can do is to say that this notice arrived, was seen, or is taken on.  Only a POST
// does; what fetches links ahead sends GET.
#include "pushes.h"

#include "acted.h"
#include "id.h"
#include "notice_token.h"
#include "portal.h"
#include "store_phones.h"

#include <string.h>

// The token of a body: {"token": ".."} or bare.  0 or -1.
static int
read_token(const struct request *request, uint8_t token[NOTICE_TOKEN_SIZE])
{
    json_t *json = request->length > 0 && request->body[0] == '{' ? request_json(request) : NULL;
    const char *text = json != NULL ? json_string_value(json_object_get(json, "token")) : request->body;
    size_t length = text == NULL ? 0 : json != NULL ? strlen(text) : request->length;
    int rc = -1;

    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r' || text[length - 1] == ' '))
        length--;
    if (length > 0)
        rc = notice_token_read(text, length, token);
    json_decref(json);
    return rc;
}

static void
say(const struct request *request, const struct store_use *use, int status, const char *state,
    struct answer *answer)
{
    char code[ID_CODE_SIZE] = "";

    if (use->ticket > 0)
        id_code(request->portal->tracking_key, use->ticket, code);
    answer_json(answer, status,
        json_pack("{s:s, s:I, s:s}", "state", state, "at_ms", (json_int_t)use->at_ms, "ticket", code));
}

static void
use_token(struct request *request, const char *what, struct answer *answer)
{
    uint8_t token[NOTICE_TOKEN_SIZE];
    struct store_use use = {.state = USE_WRONG};
    enum outcome outcome = DONE;

    if (read_token(request, token) == 0)
        outcome = store_phones_use(request, token, what, &use);
    if (outcome != DONE) {
        answer_ending(answer, outcome);
        return;
    }
    switch (use.state) {
    case USE_OK:
        if (use.ticket > 0 && strcmp(what, "acknowledge") == 0)
            acted_tell(request->portal->acted, use.ticket);
        say(request, &use, 200, "ok", answer);
        return;
    case USE_USED:
        say(request, &use, 409, "used", answer);
        return;
    case USE_EXPIRED:
        answer_error(answer, 410, "expired", "token", "This notice is too old, or the phone was removed.");
        return;
    case USE_WRONG:
    case USE_UNKNOWN:
    case USE_STRANGER:
        answer_error(answer, 403, "wrong", "token", "This is no token of ours.");
        return;
    }
}

void
pushes_received(struct request *request, struct answer *answer)
{
    use_token(request, "received", answer);
}

void
pushes_seen(struct request *request, struct answer *answer)
{
    use_token(request, "seen", answer);
}

void
pushes_acknowledge(struct request *request, struct answer *answer)
{
    use_token(request, "acknowledge", answer);
}
