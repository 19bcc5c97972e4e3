// routes.c - the one table of all routes: API.md says what each is for.
#include "routes.h"

#include "acts.h"
#include "corrections.h"
#include "events.h"
#include "hooks.h"
#include "ntfy.h"
#include "ntfy_message.h"
#include "phones.h"
#include "photos.h"
#include "pickers.h"
#include "pushes.h"
#include "sessions.h"
#include "ticket.h"
#include "tickets.h"
#include "track.h"

// Bodies in bytes.  A photo of a megabyte is a third longer as base64.
enum { NONE = 0, SMALL = 4 << 10, LONG = 16 << 10, PHOTO = 1500 << 10 };

// Requests of one address a minute, where guessing has to be slow.  A whole office may share an address.
enum { ANY = 0, GUESSES = 60, LOOKUPS = 30, PUSHES = 600 };

#define API "/api/v1/"

static const struct route portal[] = {
    // Session
    {METHOD_POST, API "session", ACCESS_PUBLIC, SMALL, GUESSES, sessions_log_in},
    {METHOD_DELETE, API "session", ACCESS_PERSON, NONE, ANY, sessions_log_out},
    {METHOD_GET, API "me", ACCESS_PERSON, NONE, ANY, sessions_me},
    {METHOD_POST, API "enrolments", ACCESS_PERSON, SMALL, LOOKUPS, sessions_enrol},
    // Phones, one-time tokens
    {METHOD_GET, API "devices", ACCESS_PERSON, NONE, ANY, phones_list},
    {METHOD_POST, API "devices", ACCESS_PERSON, LONG, PUSHES, phones_add},
    {METHOD_DELETE, API "devices/*", ACCESS_PERSON, NONE, ANY, phones_remove},
    {METHOD_POST, API "devices/*/test", ACCESS_PERSON, SMALL, GUESSES, phones_test},
    {METHOD_POST, API "push/received", ACCESS_TOKEN, SMALL, PUSHES, pushes_received},
    {METHOD_POST, API "push/seen", ACCESS_TOKEN, SMALL, PUSHES, pushes_seen},
    {METHOD_POST, API "push/acknowledge", ACCESS_TOKEN, SMALL, PUSHES, pushes_acknowledge},

    // Tickets
    {METHOD_GET, API "tickets", ACCESS_PERSON, NONE, ANY, tickets_list},
    {METHOD_GET, API "tickets/*", ACCESS_PERSON, NONE, ANY, ticket_show},
    {METHOD_POST, API "tickets/*/acts", ACCESS_PERSON, PHOTO, ANY, acts_add},
    {METHOD_POST, API "tickets/*/corrections", ACCESS_PERSON, LONG, ANY, corrections_add},
    {METHOD_GET, API "photos/*", ACCESS_PERSON, NONE, ANY, photos_show},
    {METHOD_GET, API "agencies", ACCESS_PERSON, NONE, ANY, pickers_agencies},
    {METHOD_GET, API "topics", ACCESS_PERSON, NONE, ANY, pickers_topics},
    {METHOD_GET, API "regions", ACCESS_PERSON, NONE, ANY, pickers_regions},
    // Events, public
    {METHOD_GET, API "events", ACCESS_PERSON, NONE, ANY, events_stream},
    {METHOD_GET, API "track/*", ACCESS_PUBLIC, NONE, LOOKUPS, track_show},

    // Hooks
    {METHOD_GET, "/hook/kannel/*/mo", ACCESS_TOKEN, NONE, ANY, hooks_kannel_message},
    {METHOD_GET, "/hook/kannel/*/dlr", ACCESS_TOKEN, NONE, ANY, hooks_kannel_report},
    {METHOD_GET, "/hook/whatsapp", ACCESS_TOKEN, NONE, LOOKUPS, hooks_whatsapp_verify},
    {METHOD_POST, "/hook/whatsapp", ACCESS_TOKEN, HOOKS_BODY_MOST, ANY, hooks_whatsapp},
};

static const struct route ntfy[] = {
    {METHOD_GET, "/v1/health", ACCESS_PUBLIC, NONE, ANY, ntfy_health},
    {METHOD_POST, "/", ACCESS_TOKEN, NTFY_BODY_MOST, ANY, ntfy_publish_json},
    {METHOD_PUT, "/", ACCESS_TOKEN, NTFY_BODY_MOST, ANY, ntfy_publish_json},
    {METHOD_POST, "/*", ACCESS_TOKEN, NTFY_MESSAGE_MOST, ANY, ntfy_publish},
    {METHOD_PUT, "/*", ACCESS_TOKEN, NTFY_MESSAGE_MOST, ANY, ntfy_publish},
    {METHOD_GET, "/*/json", ACCESS_TOKEN, NONE, ANY, ntfy_json},
    {METHOD_GET, "/*/sse", ACCESS_TOKEN, NONE, ANY, ntfy_sse},
    {METHOD_GET, "/*/raw", ACCESS_TOKEN, NONE, ANY, ntfy_raw},
    {METHOD_GET, "/*/auth", ACCESS_TOKEN, NONE, GUESSES, ntfy_auth},
};

const struct route_table routes_portal = {portal, LENGTH(portal)};
const struct route_table routes_ntfy = {ntfy, LENGTH(ntfy)};
