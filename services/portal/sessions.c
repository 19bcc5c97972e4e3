// sessions.c - logging in and out, and what a browser must show to be believed.
//
// A failed login is logged with the person's id, never with the name that was typed: it could be a password.
#include "sessions.h"

#include "clock.h"
#include "log.h"
#include "password.h"
#include "portal.h"
#include "qr.h"
#include "rates.h"
#include "store_sessions.h"
#include "str.h"
#include "stream.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    TOKEN_SIZE = 32,      // bytes, 256 bits
    TOKEN_TEXT_SIZE = 44, // base64url and NUL
    NAME_MOST = 40,
    TRIES_A_MINUTE = 10, // wrong passwords for one name, and for one browser that was logged in
    // Longer than any session: a browser that was logged in can show it.
    COOKIE_LASTS_S = 90 * 86400,
};

// From what a try was taken.
struct tries {
    const char *group, *key; // key: hash or somebody else's
    char hash[SESSION_HEX_SIZE];
};

_Static_assert((int)STORE_HASH_SIZE == (int)crypto_hash_sha256_BYTES, "sessions are known by their SHA-256");

struct sessions {
    pthread_mutex_t lock;
    int hashing;
    char nobodys[PASSWORD_HASH_SIZE]; // hash of a password that nobody knows
};

struct sessions *
sessions_new(void)
{
    struct sessions *sessions = check_zalloc(1, sizeof(*sessions));
    char password[PASSWORD_RANDOM_SIZE];

    CHECK(pthread_mutex_init(&sessions->lock, NULL) == 0);
    password_random(password);
    CHECK(password_hash(password, sessions->nobodys) == 0);
    return sessions;
}

void
sessions_destroy(struct sessions **sessions)
{
    if (*sessions == NULL)
        return;
    pthread_mutex_destroy(&(*sessions)->lock);
    free(*sessions);
    *sessions = NULL;
}

// -1: SESSIONS_HASHES are computed already.  It does not wait: the thread has other requests to answer.
static int
begin_hash(struct sessions *sessions)
{
    int rc = -1;

    CHECK(pthread_mutex_lock(&sessions->lock) == 0);
    if (sessions->hashing < SESSIONS_HASHES) {
        sessions->hashing++;
        rc = 0;
    }
    CHECK(pthread_mutex_unlock(&sessions->lock) == 0);
    return rc;
}

static void
end_hash(struct sessions *sessions)
{
    CHECK(pthread_mutex_lock(&sessions->lock) == 0);
    sessions->hashing--;
    CHECK(pthread_mutex_unlock(&sessions->lock) == 0);
}

// A random token as base64url.
static void
make_token(char text[TOKEN_TEXT_SIZE])
{
    uint8_t bytes[TOKEN_SIZE];

    randombytes_buf(bytes, sizeof(bytes));
    sodium_bin2base64(text, TOKEN_TEXT_SIZE, bytes, sizeof(bytes), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

// SHA-256 of a token's 32 bytes.  -1: it is no token.
static int
hash_token(const char *text, uint8_t hash[STORE_HASH_SIZE])
{
    uint8_t bytes[TOKEN_SIZE];

    if (strlen(text) != TOKEN_TEXT_SIZE - 1 ||
        str_unbase64url(text, TOKEN_TEXT_SIZE - 1, bytes, sizeof(bytes)) != TOKEN_SIZE)
        return -1;
    crypto_hash_sha256(hash, bytes, sizeof(bytes));
    return 0;
}

// The hash of the cookie's token into the request's session; -1: there is none.
static int
read_cookie(struct request *request)
{
    const char *cookie = request_cookie(request, SESSION_COOKIE);
    uint8_t hash[STORE_HASH_SIZE];

    if (cookie == NULL || hash_token(cookie, hash) < 0)
        return -1;
    sodium_bin2hex(request->session.hash, sizeof(request->session.hash), hash, sizeof(hash));
    return 0;
}

enum outcome
sessions_find(struct request *request)
{
    enum outcome outcome = DONE;

    memset(&request->session, 0, sizeof(request->session));
    if (read_cookie(request) < 0)
        return DONE;
    outcome = store_sessions_find(request, &request->session);
    if (request->session.person_id == 0)
        memset(&request->session, 0, sizeof(request->session));
    return outcome;
}

bool
sessions_is_ours(const struct request *request)
{
    const char *origin = request_header(request, "Origin");
    const char *site = request_header(request, "Sec-Fetch-Site");

    if (site != NULL && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
        return false;
    return origin == NULL || strcmp(origin, request->portal->origin) == 0;
}

bool
sessions_has_token(const struct request *request)
{
    const char *token = request_header(request, "X-CSRF-Token");
    const char *wished = request->session.csrf;

    return token != NULL && wished[0] != '\0' && strlen(token) == strlen(wished) &&
           sodium_memcmp(token, wished, strlen(wished)) == 0;
}

static void
set_cookie(struct answer *answer, const char *token, int64_t lasts_s)
{
    char cookie[160];

    snprintf(cookie, sizeof(cookie),
        SESSION_COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=%lld", token,
        (long long)lasts_s);
    answer_header(answer, "Set-Cookie", cookie);
}

// Ends the session that the browser had before, whoever's it was.
static enum outcome
end_old(struct request *request)
{
    memset(&request->session, 0, sizeof(request->session));
    if (read_cookie(request) < 0)
        return DONE;
    hub_end(request->portal->hub, request->session.hash);
    return store_sessions_end(request);
}

static void
refuse_login(struct answer *answer, int64_t person_id)
{
    log_info(EV_LOGIN_REFUSED, "person=%lld", (long long)person_id);
    answer_error(
        answer, 401, "wrong_login", "", "Name or password is wrong, or the code was used or is too old.");
}

// Opens a session of the person, or by the hash of an enrolment's code, and answers as sessions_me().
static void
open_session(struct request *request, struct answer *answer, int64_t person_id, const uint8_t *code)
{
    char token[TOKEN_TEXT_SIZE];
    char csrf[TOKEN_TEXT_SIZE];
    struct store_session session = {
        .person_id = person_id, .code = code, .csrf = csrf, .lasts_s = request->portal->session_s};
    struct session opened = {0};

    make_token(token);
    make_token(csrf);
    CHECK(hash_token(token, session.hash) == 0);
    sodium_bin2hex(opened.hash, sizeof(opened.hash), session.hash, sizeof(session.hash));
    request->session = opened;
    if (store_sessions_open(request, &session) != DONE || store_sessions_find(request, &opened) != DONE) {
        answer_ending(answer, RETRY);
        return;
    }
    // No code of ours, or the person was removed just now: who was logged in here still is.
    if (opened.person_id == 0) {
        refuse_login(answer, person_id);
        return;
    }
    if (end_old(request) != DONE) {
        answer_ending(answer, RETRY);
        return;
    }
    request->session = opened;
    sessions_me(request, answer);
    if (answer->status != 200)
        return;
    set_cookie(answer, token, COOKIE_LASTS_S);
    log_info(EV_LOGGED_IN, "person=%lld", (long long)request->session.person_id);
}

// How many wrong passwords a minute: for the name, so that nobody guesses it from many addresses.  So a
// stranger can use up what the name has; a browser in which this person was logged in before has its own.
// 0, or how long to wait; RETRY counts as a wait, too.
static int64_t
take_try(struct request *request, const char *name, struct tries *tries)
{
    struct rates *rates = request->portal->rates;
    bool was = false;
    int64_t wait_ms = 0;

    *tries = (struct tries){.group = "login", .key = name};
    wait_ms = rates_take(rates, tries->group, tries->key, TRIES_A_MINUTE);
    memset(&request->session, 0, sizeof(request->session));
    if (wait_ms == 0 || read_cookie(request) < 0 || store_sessions_was(request, name, &was) != DONE || !was)
        return wait_ms;
    str_copy(tries->hash, sizeof(tries->hash), request->session.hash);
    tries->group = "login known";
    tries->key = tries->hash;
    return rates_take(rates, tries->group, tries->key, TRIES_A_MINUTE);
}

static void
log_in_by_password(struct request *request, struct answer *answer, const char *name, const char *password)
{
    struct sessions *sessions = request->portal->sessions;
    char hash[STORE_PASSWORD_SIZE];
    int64_t person_id = 0;
    bool right = false;
    struct tries tries;
    int64_t wait_ms = take_try(request, name, &tries);

    if (wait_ms > 0) {
        answer_too_many(answer, wait_ms);
        return;
    }
    if (store_sessions_login(request, name, &person_id, hash) != DONE) {
        rates_give(request->portal->rates, tries.group, tries.key, TRIES_A_MINUTE);
        answer_ending(answer, RETRY);
        return;
    }
    if (begin_hash(sessions) < 0) {
        rates_give(request->portal->rates, tries.group, tries.key, TRIES_A_MINUTE);
        answer_error(answer, 503, "busy", "", "Too many log in just now; try again.");
        answer_header(answer, "Retry-After", "1");
        return;
    }
    // Nobody's hash is computed as well: time does not tell which names there are.
    right = password_is(password, hash[0] != '\0' ? hash : sessions->nobodys) && hash[0] != '\0';
    end_hash(sessions);
    sodium_memzero(hash, sizeof(hash));
    if (!right) {
        refuse_login(answer, person_id);
        return;
    }
    rates_give(request->portal->rates, tries.group, tries.key, TRIES_A_MINUTE);
    open_session(request, answer, person_id, NULL);
}

static void
log_in_by_code(struct request *request, struct answer *answer, const char *code)
{
    uint8_t hash[STORE_HASH_SIZE];

    if (hash_token(code, hash) < 0)
        refuse_login(answer, 0);
    else
        open_session(request, answer, 0, hash);
}

void
sessions_log_in(struct request *request, struct answer *answer)
{
    json_t *body = request_json(request);
    const char *code = json_string_value(json_object_get(body, "enrolment"));
    const char *name = json_string_value(json_object_get(body, "name"));
    const char *password = json_string_value(json_object_get(body, "password"));

    if (body == NULL)
        answer_error(answer, 400, "no_json", "", "The body is no JSON object.");
    else if (code != NULL && name == NULL && password == NULL)
        log_in_by_code(request, answer, code);
    else if (name == NULL || name[0] == '\0' || strlen(name) > NAME_MOST)
        answer_error(answer, 400, "wrong_field", "name", "name is missing or too long.");
    else if (password == NULL || password[0] == '\0' || strlen(password) > PASSWORD_MOST)
        answer_error(answer, 400, "wrong_field", "password", "password is missing or too long.");
    else
        log_in_by_password(request, answer, name, password);
    json_decref(body);
}

void
sessions_log_out(struct request *request, struct answer *answer)
{
    enum outcome outcome = store_sessions_end(request);

    if (outcome != DONE) {
        answer_ending(answer, outcome);
        return;
    }
    hub_end(request->portal->hub, request->session.hash);
    log_info(EV_LOGGED_OUT, "person=%lld", (long long)request->session.person_id);
    answer->status = 204;
    set_cookie(answer, "", 0);
}

void
sessions_me(struct request *request, struct answer *answer)
{
    const struct session *session = &request->session;
    const struct portal *portal = request->portal;
    json_t *more = store_sessions_may(request);

    if (more == NULL) {
        answer_ending(answer, request->ending);
        return;
    }
    answer_json(answer, 200,
        json_pack("{s:{s:I, s:s, s:s, s:s, s:O, s:s, s:s}, s:s, s:O, s:I, s:s, s:s}", "person", "id",
            (json_int_t)session->person_id, "name", session->name, "full_name", session->full_name, "agency",
            session->agency, "agency_name", json_object_get(more, "agency_name"), "role", session->role,
            "language", session->language, "csrf", session->csrf, "may", json_object_get(more, "may"),
            "server_ms", (json_int_t)clock_now_ms(), "push_key", portal->push_key, "ntfy_url",
            portal->ntfy_url));
    json_decref(more);
}

void
sessions_enrol(struct request *request, struct answer *answer)
{
    char code[TOKEN_TEXT_SIZE];
    uint8_t hash[STORE_HASH_SIZE];
    int64_t expires_at_ms = 0;
    struct str url = {0};
    struct str svg = {0};
    enum outcome outcome = DONE;

    make_token(code);
    CHECK(hash_token(code, hash) == 0);
    str_format(&url, "%s" ENROLMENT_PATH "%s", request->portal->url, code);
    outcome = store_sessions_add_code(request, hash, ENROLMENT_S, &expires_at_ms);
    if (outcome != DONE)
        answer_ending(answer, outcome);
    else if (qr_svg(url.data, &svg) < 0)
        answer_error(answer, 500, "too_long", "", "PORTAL_URL is too long for a QR code.");
    else
        answer_json(answer, 200,
            json_pack("{s:s, s:s, s:I}", "url", url.data, "svg", svg.data, "expires_at_ms",
                (json_int_t)expires_at_ms));
    str_free(&url);
    str_free(&svg);
}
