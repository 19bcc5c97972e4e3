// legs_settings.h - the settings of the legs, as rows for the notifier's table.
//
// A leg whose first setting is empty is not set up.  One that is set up in part is a wrong setting.
#ifndef KENTONGAN_LEGS_SETTINGS_H
#define KENTONGAN_LEGS_SETTINGS_H

#include "endpoint.h"
#include "legs.h"
#include "settings.h"

#include <stdbool.h>
#include <stdint.h>

// Texts live as long as the process, "" where nothing is set.
struct legs_settings {
    const char *mode[LEGS]; // on, null or flaky
    int64_t flaky_seed;
    const char *portal_url; // origin of the portal, without a slash at its end
    const char *push_subject, *vapid_private_key, *push_allow;
    bool push_allow_loopback;
    const char *ntfy_url, *ntfy_token;
    const char *sms_url, *sms_user, *sms_password, *sms_from, *sms_report_url;
    const char *whatsapp_url, *whatsapp_token, *whatsapp_template;
    const char *mail_url, *mail_user, *mail_password, *mail_from;
};

enum legs_mode { LEGS_MODE_ON, LEGS_MODE_NULL, LEGS_MODE_FLAKY };

// Ends the process with exit code 78 and one line when a setting is wrong, or a leg is set up in part.
void legs_settings_check(const struct settings *table, const struct legs_settings *settings);

// The same as a pure function: NULL, or why the setting whose name goes into name is wrong.
const char *legs_settings_wrong(const struct legs_settings *settings, const char **name);

// What legs_settings_check() has let pass.
enum legs_mode legs_settings_mode(const struct legs_settings *settings, enum leg leg);
bool legs_settings_has(const struct legs_settings *settings, enum leg leg); // is it set up?

// The key of VAPID_PRIVATE_KEY.  Returns new; NULL when it is none.
struct webpush_key *legs_settings_key(const struct legs_settings *settings);

// Rows of a settings table that fill a struct legs_settings.
// clang-format off
#define LEGS_SETTINGS(to)                                                                                                          \
    {"LEG_WEBPUSH", SETTING_TEXT, "on", 0, 0, false, "Web Push: on, or for tests null or flaky", &(to).mode[LEG_WEBPUSH]},         \
    {"LEG_NTFY", SETTING_TEXT, "on", 0, 0, false, "ntfy: on, null or flaky", &(to).mode[LEG_NTFY]},                                \
    {"LEG_SMS", SETTING_TEXT, "on", 0, 0, false, "SMS: on, null or flaky", &(to).mode[LEG_SMS]},                                   \
    {"LEG_WHATSAPP", SETTING_TEXT, "on", 0, 0, false, "WhatsApp: on, null or flaky", &(to).mode[LEG_WHATSAPP]},                    \
    {"LEG_EMAIL", SETTING_TEXT, "on", 0, 0, false, "e-mail: on, null or flaky", &(to).mode[LEG_EMAIL]},                            \
    {"LEG_FLAKY_SEED", SETTING_INTEGER, "1", 0, INT64_MAX, false, "what the answers of flaky legs follow from", &(to).flaky_seed}, \
    {"PORTAL_URL", SETTING_TEXT, "", 0, 0, false, "origin of the portal, for links: https://host", &(to).portal_url},              \
    {"PUSH_SUBJECT", SETTING_TEXT, "", 0, 0, false, "mailto: address at which push services reach the operator",                   \
        &(to).push_subject},                                                                                                       \
    {"VAPID_PRIVATE_KEY", SETTING_TEXT, "", 0, 0, true, "base64url of the 32-byte P-256 private key", &(to).vapid_private_key},    \
    {"PUSH_ALLOW", SETTING_TEXT, ENDPOINT_ALLOW, 0, 0, false, "hosts of push services, separated by commas", &(to).push_allow},    \
    {"PUSH_ALLOW_LOOPBACK", SETTING_FLAG, "no", 0, 0, false, "also push to this machine, as for the demo phone",                   \
        &(to).push_allow_loopback},                                                                                                \
    {"NTFY_URL", SETTING_TEXT, "", 0, 0, false, "where to publish by ntfy: https://host/; empty: never", &(to).ntfy_url},          \
    {"NTFY_TOKEN", SETTING_TEXT, "", 0, 0, true, "token to publish with", &(to).ntfy_token},                                       \
    {"SMS_URL", SETTING_TEXT, "", 0, 0, false, "Kannel's sendsms: http://127.0.0.1:13013/cgi-bin/sendsms; empty: no SMS",          \
        &(to).sms_url},                                                                                                            \
    {"SMS_USER", SETTING_TEXT, "", 0, 0, false, "name of the sendsms user", &(to).sms_user},                                       \
    {"SMS_PASSWORD", SETTING_TEXT, "", 0, 0, true, "its password", &(to).sms_password},                                            \
    {"SMS_FROM", SETTING_TEXT, "", 0, 0, false, "number or name that SMS come from", &(to).sms_from},                              \
    {"SMS_REPORT_URL", SETTING_TEXT, "", 0, 0, true, "where Kannel reports deliveries; empty: nowhere", &(to).sms_report_url},     \
    {"WHATSAPP_URL", SETTING_TEXT, "", 0, 0, false, "https://graph.facebook.com/v21.0/PHONE_NUMBER_ID/messages; empty: never",     \
        &(to).whatsapp_url},                                                                                                       \
    {"WHATSAPP_TOKEN", SETTING_TEXT, "", 0, 0, true, "token of the WhatsApp business account", &(to).whatsapp_token},              \
    {"WHATSAPP_TEMPLATE", SETTING_TEXT, "", 0, 0, false, "approved template for notices to officers", &(to).whatsapp_template},    \
    {"MAIL_URL", SETTING_TEXT, "", 0, 0, false, "mail server: smtp://host:587 or smtps://host; empty: no mail", &(to).mail_url},   \
    {"MAIL_USER", SETTING_TEXT, "", 0, 0, false, "name to log in at the mail server; empty: no login", &(to).mail_user},           \
    {"MAIL_PASSWORD", SETTING_TEXT, "", 0, 0, true, "its password", &(to).mail_password},                                          \
    {"MAIL_FROM", SETTING_TEXT, "", 0, 0, false, "address that mails come from", &(to).mail_from}
// clang-format on

#endif
