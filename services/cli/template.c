// template.c - kentongan template: what is said to reporters, as data.
//
// Preview and check fill templates in with the functions that the notifier uses.
#include "template.h"

#include "complain.h"
#include "config.h"
#include "gsm7.h"
#include "options.h"
#include "reply_template.h"
#include "rows.h"
#include "store_templates.h"
#include "verbs.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SUBJECT_MOST = 200, BODY_MOST = 4000 };

static const char *const events[] = {"received", "stage_verifying", "stage_field_check", "stage_in_progress",
    "stage_awaiting_validation", "stage_done", "stage_rejected", "stage_reopened", "question", "answer",
    "identity_opened"};
static const char *const pieces[] = {"name_", "why_"}; // what begins so is put into others
static const char *const channels[] = {"sms", "whatsapp", "email"};

// What the names stand for in a preview, unless it is said: longer than most, so that what fits here fits.
static const char *const samples[REPLY_WORDS] = {
    [REPLY_CODE] = "JT-7K2M-04QF-9",
    [REPLY_AGENCY] = "Dispermadesdukcapil",
    [REPLY_STAGE] = "menunggu validasi",
    [REPLY_TOPIC] = "Lampu penerangan jalan",
    [REPLY_PLACE] = "Kec. Tembalang, Kota Semarang",
    [REPLY_ANSWER] = "Petugas kami sudah ke lokasi dan akan memperbaikinya besok pagi.",
    [REPLY_QUESTION] = "Di tiang nomor berapa lampu yang mati, dan sejak kapan?",
    [REPLY_WHY] = "belum memenuhi syarat sebagai laporan",
    [REPLY_URL] = "https://lapor.jatengprov.go.id/lacak#JT-7K2M-04QF-9",
};

static bool
is_in(const char *word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i], word) == 0)
            return true;
    return false;
}

static bool
is_piece(const char *event)
{
    for (size_t i = 0; i < LENGTH(pieces); i++)
        if (strncmp(event, pieces[i], strlen(pieces[i])) == 0)
            return true;
    return false;
}

static enum reply_form
form_of(const char *channel)
{
    return strcmp(channel, "sms") == 0     ? REPLY_FORM_SMS
           : strcmp(channel, "email") == 0 ? REPLY_FORM_MAIL
                                           : REPLY_FORM_CHAT;
}

// Rows of JSON as templates.  Returns new; the texts are borrowed from rows.
static struct reply_template *
templates_of(const json_t *rows, size_t *count)
{
    struct reply_template *all = check_zalloc(json_array_size(rows) + 1, sizeof(*all));
    size_t i = 0;
    json_t *row = NULL;

    json_array_foreach(rows, i, row)
    {
        all[i] = (struct reply_template){rows_text(row, "event"), rows_text(row, "language"),
            rows_text(row, "channel"), rows_text(row, "subject"), rows_text(row, "body")};
    }
    *count = json_array_size(rows);
    return all;
}

// Why this row cannot be used; wrong stays "" when it can.
static void
find_fault(const struct reply_template *row, char wrong[REPLY_WRONG_SIZE])
{
    bool is_sms = strcmp(row->channel, "sms") == 0;
    struct str text = {0};
    size_t length = 0;
    const char *stranger = is_sms || is_piece(row->event) ? gsm7_stranger(row->body, &length) : NULL;

    wrong[0] = '\0';
    if (!is_in(row->event, events, LENGTH(events)) && !is_piece(row->event) && strcmp(row->event, "any") != 0)
        snprintf(wrong, REPLY_WRONG_SIZE, "event: nothing is told under this name");
    else if ((row->subject[0] != '\0' && reply_template_check(row->subject, wrong) < 0) ||
             reply_template_check(row->body, wrong) < 0)
        return;
    else if (stranger != NULL)
        snprintf(
            wrong, REPLY_WRONG_SIZE, "%.*s: is not in the alphabet of short messages", (int)length, stranger);
    else if (is_sms) {
        reply_template_fill(row->body, samples, REPLY_FORM_SMS, &text);
        if (gsm7_parts(text.data) > REPLY_SMS_PARTS_MOST)
            snprintf(wrong, REPLY_WRONG_SIZE, "takes %zu short messages; %d are the most",
                gsm7_parts(text.data), REPLY_SMS_PARTS_MOST);
    }
    str_free(&text);
}

static int
list(int argc, char **argv)
{
    static const struct table_column columns[] = {{"event", "event", TABLE_TEXT},
        {"language", "lang", TABLE_TEXT}, {"channel", "channel", TABLE_TEXT},
        {"subject", "subject", TABLE_TEXT}, {"body", "body", TABLE_TEXT}};
    const char *event = "";
    bool json = false;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "template", .table = table, .count = LENGTH(table), .words = &event, .most_words = 1};

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    struct db *db = config_open_db();
    int code = verbs_print(store_templates_list(db, event), json, columns, LENGTH(columns));
    db_destroy(&db);
    return code;
}

// What a preview is of.
struct preview {
    const char *event, *language, *channel;
    const char *words[REPLY_WORDS];
    bool json;
};

// The characters that a short message has not, each once.
static json_t *
strangers(const char *text)
{
    json_t *found = json_array();
    size_t length = 0;
    struct str seen = {0};

    str_add(&seen, "", 0);
    for (const char *p = gsm7_stranger(text, &length); p != NULL; p = gsm7_stranger(p + length, &length)) {
        char character[8] = "";

        memcpy(character, p, length);
        if (strstr(seen.data, character) == NULL)
            json_array_append_new(found, json_string(character));
        str_add_text(&seen, character);
    }
    str_free(&seen);
    return found;
}

static void
print_preview(json_t *answer, bool json)
{
    if (json) {
        rows_print_json(answer);
        return;
    }
    if (rows_text(answer, "subject")[0] != '\0')
        printf("subject: %s\n\n", rows_text(answer, "subject"));
    printf("%s\n\n%lld characters", rows_text(answer, "text"), (long long)rows_integer(answer, "characters"));
    if (json_object_get(answer, "parts") != NULL)
        printf(", %lld short messages", (long long)rows_integer(answer, "parts"));
    for (size_t i = 0; i < json_array_size(json_object_get(answer, "strangers")); i++)
        printf("%s %s", i == 0 ? "; not in the alphabet of short messages:" : "",
            json_string_value(json_array_get(json_object_get(answer, "strangers"), i)));
    puts("");
    json_decref(answer);
}

static int
show(const struct preview *preview, const json_t *rows)
{
    size_t count = 0;
    struct reply_template *all = templates_of(rows, &count);
    const struct reply_template *found =
        reply_template_find(all, count, preview->event, preview->language, preview->channel);
    char wrong[REPLY_WRONG_SIZE] = "";
    struct str subject = {0};
    struct str text = {0};
    int code = EXIT_OK;

    if (found == NULL) {
        code = EXIT_UNKNOWN;
        complain("template preview", "%s: there is no template for it; see kentongan template list",
            preview->event);
    } else if (reply_template_check(found->body, wrong) < 0 ||
               (found->subject[0] != '\0' && reply_template_check(found->subject, wrong) < 0)) {
        code = EXIT_FAILED;
        complain(
            "template preview", "%s, %s, '%s': %s", found->event, found->language, found->channel, wrong);
    } else {
        json_t *answer = json_object();
        bool is_sms = strcmp(preview->channel, "sms") == 0;

        reply_template_fill(found->subject, preview->words, REPLY_FORM_CHAT, &subject);
        reply_template_fill(found->body, preview->words, form_of(preview->channel), &text);
        json_object_set_new(answer, "channel", json_string(preview->channel));
        json_object_set_new(answer, "subject", json_string(is_sms ? "" : subject.data));
        json_object_set_new(answer, "text", json_string(text.data));
        json_object_set_new(
            answer, "characters", json_integer((json_int_t)(is_sms ? gsm7_length(text.data) : text.length)));
        if (is_sms)
            json_object_set_new(answer, "parts", json_integer((json_int_t)gsm7_parts(text.data)));
        if (is_sms)
            json_object_set_new(answer, "strangers", strangers(found->body));
        print_preview(answer, preview->json);
    }
    str_free(&subject);
    str_free(&text);
    free(all);
    return code;
}

static int
preview_one(int argc, char **argv)
{
    struct preview preview = {.event = NULL, .language = "id", .channel = "sms"};
    struct option table[3 + REPLY_WORDS] = {{"language", OPTION_TEXT, &preview.language, 0, 0},
        {"channel", OPTION_TEXT, &preview.channel, 0, 0}, {"json", OPTION_FLAG, &preview.json, 0, 0}};
    const struct options options = {.command = "template",
        .table = table,
        .count = LENGTH(table),
        .words = &preview.event,
        .most_words = 1};
    json_t *rows = NULL;
    int code = EXIT_AWAY;

    for (size_t i = 0; i < REPLY_WORDS; i++) {
        preview.words[i] = samples[i];
        table[3 + i] =
            (struct option){reply_template_word((enum reply_word)i), OPTION_TEXT, &preview.words[i], 0, 0};
    }
    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    if (preview.event == NULL || !is_in(preview.channel, channels, LENGTH(channels)) ||
        (strcmp(preview.language, "id") != 0 && strcmp(preview.language, "jv") != 0)) {
        complain("template preview",
            "give an event, --language id or jv, and --channel sms, whatsapp or email; see kentongan "
            "help template");
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < REPLY_WORDS; i++)
        if (!str_is_text(preview.words[i], strlen(preview.words[i])) && preview.words[i][0] != '\0') {
            complain("template preview", "--%s: is not UTF-8", reply_template_word((enum reply_word)i));
            return EXIT_USAGE;
        }
    struct db *db = config_open_db();
    rows = store_templates_list(db, "");
    if (rows != NULL)
        code = show(&preview, rows);
    json_decref(rows);
    db_destroy(&db);
    return code;
}

static int
set(int argc, char **argv)
{
    struct reply_template row = {NULL, "id", "", "", NULL};
    char wrong[REPLY_WRONG_SIZE] = "";
    bool json = false;
    const struct option table[] = {{"language", OPTION_TEXT, &row.language, 0, 0},
        {"channel", OPTION_TEXT, &row.channel, 0, 0}, {"subject", OPTION_TEXT, &row.subject, 0, 0},
        {"body", OPTION_TEXT, &row.body, 0, 0}, {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "template", .table = table, .count = LENGTH(table), .words = &row.event, .most_words = 1};

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    if (row.event == NULL || row.body == NULL || strlen(row.body) > BODY_MOST ||
        strlen(row.subject) > SUBJECT_MOST || !str_is_text(row.body, strlen(row.body)) ||
        !str_is_text(row.subject, strlen(row.subject)) ||
        (row.channel[0] != '\0' && !is_in(row.channel, channels, LENGTH(channels))) ||
        (strcmp(row.language, "id") != 0 && strcmp(row.language, "jv") != 0)) {
        complain("template set",
            "give an event, --language id or jv, --channel sms, whatsapp or email (or none for all), and "
            "--body; see kentongan help template");
        return EXIT_USAGE;
    }
    find_fault(&row, wrong);
    if (wrong[0] != '\0') {
        complain("template set", "%s: %s; nothing was changed", row.event, wrong);
        return EXIT_USAGE;
    }
    struct db *db = config_open_db();
    int code = verbs_print_change(
        store_templates_set(db, &row), json, "template set", "set; the notifier uses it within ten seconds");
    db_destroy(&db);
    return code;
}

// All faults, as rows: event, language, channel, fault.
static json_t *
faults_of(const json_t *rows)
{
    size_t count = 0;
    struct reply_template *all = templates_of(rows, &count);
    json_t *faults = json_array();
    char wrong[REPLY_WRONG_SIZE];

    for (size_t i = 0; i < count; i++) {
        find_fault(&all[i], wrong);
        if (wrong[0] != '\0')
            json_array_append_new(faults, json_pack("{s:s s:s s:s s:s}", "event", all[i].event, "language",
                                              all[i].language, "channel", all[i].channel, "fault", wrong));
    }
    for (size_t i = 0; i < LENGTH(events); i++)
        for (size_t k = 0; k < LENGTH(channels); k++)
            if (reply_template_find(all, count, events[i], "id", channels[k]) == NULL)
                json_array_append_new(faults, json_pack("{s:s s:s s:s s:s}", "event", events[i], "language",
                                                  "id", "channel", channels[k], "fault", "there is none"));
    free(all);
    return faults;
}

static int
check(int argc, char **argv)
{
    static const struct table_column columns[] = {{"event", "event", TABLE_TEXT},
        {"language", "lang", TABLE_TEXT}, {"channel", "channel", TABLE_TEXT}, {"fault", "fault", TABLE_TEXT}};
    bool json = false;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {.command = "template", .table = table, .count = LENGTH(table)};
    json_t *rows = NULL;
    int code = EXIT_AWAY;

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    struct db *db = config_open_db();
    rows = store_templates_list(db, "");
    if (rows != NULL) {
        json_t *faults = faults_of(rows);
        size_t count = json_array_size(faults);

        if (json || count > 0)
            verbs_print(faults, json, columns, LENGTH(columns));
        else {
            printf("%zu templates, all good\n", json_array_size(rows));
            json_decref(faults);
        }
        code = count > 0 ? EXIT_FAILED : EXIT_OK;
    }
    json_decref(rows);
    db_destroy(&db);
    return code;
}

int
template_command(int argc, char **argv)
{
    static const struct verb verbs[] = {
        {"list", list}, {"preview", preview_one}, {"set", set}, {"check", check}};

    return verbs_run("template", verbs, LENGTH(verbs), argc, argv);
}
