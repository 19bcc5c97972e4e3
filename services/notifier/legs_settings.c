// legs_settings.c - are the settings of the legs whole and right?
#include "legs_settings.h"

#include "mail.h"
#include "str.h"
#include "webpush.h"

#include <curl/curl.h>
#include <string.h>

enum { TEXT_MOST = 200, URL_MOST = 1000, TOKEN_MOST = 1000 };

static bool
is_set(const char *text)
{
    return text[0] != '\0';
}

static bool
is_visible(const char *text, size_t most)
{
    for (const char *c = text; *c != '\0'; c++)
        if (*c <= ' ' || *c > '~')
            return false;
    return strlen(text) <= most;
}

// Is this a URL of one of two schemes with a host, without user and fragment?
static bool
is_url(const char *text, const char *one, const char *other)
{
    CURLU *url = curl_url();
    char *scheme = NULL;
    char *host = NULL;
    char *part = NULL;
    bool right = false;

    CHECK(url != NULL);
    if (is_visible(text, URL_MOST) && curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_USER, &part, 0) == CURLUE_NO_USER &&
        curl_url_get(url, CURLUPART_FRAGMENT, &part, 0) == CURLUE_NO_FRAGMENT)
        right = strcmp(scheme, one) == 0 || strcmp(scheme, other) == 0;
    curl_free(scheme);
    curl_free(host);
    curl_free(part);
    curl_url_cleanup(url);
    return right;
}

static bool
is_origin(const char *text)
{
    const char *host = strstr(text, "://");

    return is_url(text, "https", "http") && strpbrk(host + 3, "/?") == NULL;
}

static const char *
wrong_modes(const struct legs_settings *settings, const char **name)
{
    static const char *const names[LEGS] = {
        "LEG_WEBPUSH", "LEG_NTFY", "LEG_SMS", "LEG_WHATSAPP", "LEG_EMAIL"};

    for (size_t i = 0; i < LEGS; i++) {
        *name = names[i];
        if (strcmp(settings->mode[i], "on") != 0 && strcmp(settings->mode[i], "null") != 0 &&
            strcmp(settings->mode[i], "flaky") != 0)
            return "must be on, null or flaky";
    }
    *name = "PORTAL_URL";
    if (is_set(settings->portal_url) && !is_origin(settings->portal_url))
        return "must be the origin of the portal, as https://host, without a path";
    return NULL;
}

static const char *
wrong_webpush(const struct legs_settings *settings, const char **name)
{
    const char *subject = settings->push_subject;
    struct webpush_key *key = NULL;

    if (!is_set(subject) && !is_set(settings->vapid_private_key))
        return NULL;
    *name = "PUSH_SUBJECT";
    if ((strncmp(subject, "mailto:", 7) != 0 && strncmp(subject, "https://", 8) != 0) ||
        strlen(subject) > TEXT_MOST || strpbrk(subject, " \"\\") != NULL)
        return "must be a mailto: or https: address of the operator";
    *name = "VAPID_PRIVATE_KEY";
    key = legs_settings_key(settings);
    if (key == NULL)
        return "must be the base64url of a P-256 private key; kentongan keygen vapid makes one";
    webpush_key_destroy(&key);
    return NULL;
}

static const char *
wrong_ntfy(const struct legs_settings *settings, const char **name)
{
    *name = "NTFY_URL";
    if (!is_set(settings->ntfy_url)) {
        *name = "NTFY_TOKEN";
        return is_set(settings->ntfy_token) ? "is set, but NTFY_URL is not" : NULL;
    }
    if (!is_url(settings->ntfy_url, "https", "http") || strchr(settings->ntfy_url, '?') != NULL)
        return "must be the root of an ntfy server: https://host/";
    *name = "NTFY_TOKEN";
    if (!is_set(settings->ntfy_token) || !is_visible(settings->ntfy_token, TOKEN_MOST))
        return "must be the token to publish with, where NTFY_URL is set";
    *name = "PORTAL_URL";
    return is_set(settings->portal_url) ? NULL
                                        : "must be set where NTFY_URL is: its button \"Terima\" leads there";
}

static const char *
wrong_sms(const struct legs_settings *settings, const char **name)
{
    *name = "SMS_URL";
    if (!is_set(settings->sms_url))
        return is_set(settings->sms_password) ? "must be set where SMS_PASSWORD is" : NULL;
    if (!is_url(settings->sms_url, "https", "http") || strchr(settings->sms_url, '?') != NULL)
        return "must be the URL of Kannel's sendsms, without a query";
    *name = "SMS_USER";
    if (!is_set(settings->sms_user) || strlen(settings->sms_user) > TEXT_MOST)
        return "must be the name of a sendsms user, where SMS_URL is set";
    *name = "SMS_PASSWORD";
    if (!is_set(settings->sms_password) || strlen(settings->sms_password) > TEXT_MOST)
        return "must be set where SMS_URL is";
    *name = "SMS_FROM";
    if (!is_set(settings->sms_from) || !is_visible(settings->sms_from, 20))
        return "must be the number or name that SMS come from, where SMS_URL is set";
    *name = "SMS_REPORT_URL";
    if (is_set(settings->sms_report_url) && (!is_url(settings->sms_report_url, "https", "http") ||
                                                strpbrk(settings->sms_report_url, "?%") != NULL))
        return "must be the URL of our hook for delivery reports, without a query";
    return NULL;
}

static const char *
wrong_whatsapp(const struct legs_settings *settings, const char **name)
{
    *name = "WHATSAPP_URL";
    if (!is_set(settings->whatsapp_url))
        return is_set(settings->whatsapp_token) ? "must be set where WHATSAPP_TOKEN is" : NULL;
    // Plain HTTP only for a stand-in on this machine.
    if (!is_url(settings->whatsapp_url, "https", "https") &&
        strncmp(settings->whatsapp_url, "http://127.0.0.1:", 17) != 0)
        return "must be the https: URL of the phone number's messages";
    *name = "WHATSAPP_TOKEN";
    if (!is_set(settings->whatsapp_token) || !is_visible(settings->whatsapp_token, TOKEN_MOST))
        return "must be set where WHATSAPP_URL is";
    *name = "WHATSAPP_TEMPLATE";
    if (!is_set(settings->whatsapp_template) || !is_visible(settings->whatsapp_template, TEXT_MOST))
        return "must be the name of the approved template for notices, where WHATSAPP_URL is set";
    return NULL;
}

static const char *
wrong_mail(const struct legs_settings *settings, const char **name)
{
    *name = "MAIL_URL";
    if (!is_set(settings->mail_url))
        return is_set(settings->mail_from) || is_set(settings->mail_password)
                   ? "must be set where MAIL_FROM or MAIL_PASSWORD is"
                   : NULL;
    if (!is_url(settings->mail_url, "smtp", "smtps"))
        return "must be the mail server: smtp://host:587 or smtps://host";
    *name = "MAIL_FROM";
    if (!mail_is_address(settings->mail_from))
        return "must be the address that mails come from, where MAIL_URL is set";
    *name = is_set(settings->mail_user) ? "MAIL_PASSWORD" : "MAIL_USER";
    if (is_set(settings->mail_user) != is_set(settings->mail_password) ||
        strlen(settings->mail_user) > TEXT_MOST)
        return "must be set, too: a login is a name and a password";
    return NULL;
}

const char *
legs_settings_wrong(const struct legs_settings *settings, const char **name)
{
    static const char *(*const checks[])(const struct legs_settings *, const char **) = {
        wrong_modes, wrong_webpush, wrong_ntfy, wrong_sms, wrong_whatsapp, wrong_mail};
    const char *reason = NULL;

    for (size_t i = 0; i < LENGTH(checks) && reason == NULL; i++)
        reason = checks[i](settings, name);
    return reason;
}

void
legs_settings_check(const struct settings *table, const struct legs_settings *settings)
{
    const char *name = NULL;
    const char *reason = legs_settings_wrong(settings, &name);

    if (reason != NULL)
        settings_wrong(table, name, reason);
}

enum legs_mode
legs_settings_mode(const struct legs_settings *settings, enum leg leg)
{
    if (strcmp(settings->mode[leg], "null") == 0)
        return LEGS_MODE_NULL;
    return strcmp(settings->mode[leg], "flaky") == 0 ? LEGS_MODE_FLAKY : LEGS_MODE_ON;
}

bool
legs_settings_has(const struct legs_settings *settings, enum leg leg)
{
    switch (leg) {
    case LEG_WEBPUSH:
        return is_set(settings->vapid_private_key);
    case LEG_NTFY:
        return is_set(settings->ntfy_url);
    case LEG_SMS:
        return is_set(settings->sms_url);
    case LEG_WHATSAPP:
        return is_set(settings->whatsapp_url);
    case LEG_EMAIL:
        return is_set(settings->mail_url);
    case LEGS:
        break;
    }
    return false;
}

struct webpush_key *
legs_settings_key(const struct legs_settings *settings)
{
    const char *text = settings->vapid_private_key;
    uint8_t scalar[WEBPUSH_SCALAR_SIZE];

    if (str_unbase64url(text, strlen(text), scalar, sizeof(scalar)) != WEBPUSH_SCALAR_SIZE)
        return NULL;
    return webpush_key_import(scalar);
}
