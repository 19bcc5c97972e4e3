// leg.c - what several legs need.
#include "leg.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[LEGS] = {[LEG_WEBPUSH] = "webpush",
    [LEG_NTFY] = "ntfy",
    [LEG_SMS] = "sms",
    [LEG_WHATSAPP] = "whatsapp",
    [LEG_EMAIL] = "email"};

void
leg_escape(struct str *out, const char *text)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    for (const char *c = text; *c != '\0'; c++)
        if (strchr(plain, *c) != NULL)
            str_add(out, c, 1);
        else
            str_format(out, "%%%02X", (unsigned char)*c);
}

void
leg_post(struct http_request *request, const char *url, const char *token, json_t *body)
{
    struct str authorization = {0};
    char *text = json_dumps(body, JSON_COMPACT);

    CHECK(text != NULL);
    str_add_text(&request->url, url);
    str_add_text(&request->body, text);
    str_format(&authorization, "Bearer %s", token);
    http_request_header(request, "Content-Type", "application/json");
    http_request_header(request, "Authorization", authorization.data);
    free(text);
    json_decref(body);
    str_free(&authorization);
}

bool
leg_is_number(const char *text)
{
    size_t digits = 0;

    if (*text == '+')
        text++;
    digits = strspn(text, "0123456789");
    return text[digits] == '\0' && digits >= 8 && digits <= 15;
}

const char *
leg_name(enum leg leg)
{
    return names[leg];
}

enum leg
leg_parse(const char *name)
{
    enum leg leg = 0;

    while (leg < LEGS && strcmp(names[leg], name) != 0)
        leg++;
    return leg;
}
