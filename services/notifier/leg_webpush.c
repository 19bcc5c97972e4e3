// leg_webpush.c - the leg to browsers: RFC 8030, 8291, 8292.
#include "leg.h"

#include "answer.h"
#include "endpoint.h"

#include <stdio.h>
#include <string.h>

enum { TOPIC_MOST = 32 };

static const char *
urgency(int priority)
{
    if (priority <= 1)
        return "low";
    return priority == 2 ? "normal" : "high";
}

static const char *
compose(const struct letter *letter, const struct leg_context *context, struct http_request *request)
{
    const struct legs_settings *settings = context->settings;
    const char *refusal = endpoint_refusal(letter->to, settings->push_allow, settings->push_allow_loopback);
    const char *authorization = NULL;
    uint8_t body[WEBPUSH_BODY_MOST];
    char ttl[24];
    int length = 0;

    // It was looked at when the device was added, by rules that may have been others.
    if (refusal != NULL)
        return refusal;
    CHECK(strspn(letter->tag, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
              strlen(letter->tag) &&
          strlen(letter->tag) <= TOPIC_MOST);
    authorization = vapid_header(context->vapid, letter->origin, context->now_ms);
    if (authorization == NULL)
        return "its origin cannot be signed for";
    length = webpush_encrypt(letter->peer, letter->payload, strlen(letter->payload), body);
    if (length < 0)
        return "its payload cannot be encrypted";
    request->kind = HTTP_POST;
    request->outside = true;
    str_add_text(&request->url, letter->to);
    str_add(&request->body, body, (size_t)length);
    snprintf(ttl, sizeof(ttl), "%lld", (long long)letter->ttl_s);
    http_request_header(request, "TTL", ttl);
    http_request_header(request, "Urgency", urgency(letter->priority));
    if (letter->tag[0] != '\0')
        http_request_header(request, "Topic", letter->tag);
    http_request_header(request, "Content-Encoding", "aes128gcm");
    http_request_header(request, "Content-Type", "application/octet-stream");
    http_request_header(request, "Authorization", authorization);
    return NULL;
}

static void
judge(const struct http_answer *came, struct leg_verdict *verdict)
{
    verdict->answer.ending = answer_ending(came->status);
    // Our token, which is the same for all phones of a push service.
    verdict->leg_fails = came->status == 401 || came->status == 403;
}

const struct leg_way leg_webpush = {compose, judge};
