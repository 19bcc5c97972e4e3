// person.c - kentongan person: officers, how they log in and how they are reached.
//
// A password is read from standard input or made here, and then printed once; the database has its argon2id
// alone.  Numbers and addresses are never printed.
#include "person.h"

#include "complain.h"
#include "config.h"
#include "contact.h"
#include "options.h"
#include "password.h"
#include "rows.h"
#include "store_persons.h"
#include "store_registry.h"
#include "str.h"
#include "verbs.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { NAME_MOST = 40, FULL_NAME_MOST = 200, LABEL_MOST = 100, CODE_SIZE = 32, HOURS_MOST = 168, TOLD = 512 };

static const char *const roles[] = {"officer", "deputy", "head", "desk", "sekda", "governor"};
static const char *const languages[] = {"id", "en"};
static const char *const legs[] = {"sms", "whatsapp", "email"};

static bool
is_one_of(const char *word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(word, list[i]) == 0)
            return true;
    return false;
}

// What somebody logs in with, as the table says.
static bool
is_name(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";

    return strlen(name) >= 2 && strlen(name) <= NAME_MOST && strchr(letters, name[0]) != NULL &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") == strlen(name);
}

// Reads the options and the one word of a command that has a name; NULL after one line.
static const char *
name_of(const char *what, const struct options *options, int argc, char **argv)
{
    int words = options_parse(options, argc, argv);

    if (words == 1 && is_name(options->words[0]))
        return options->words[0];
    if (words >= 0)
        complain(what, "give the name that the person logs in with; see kentongan person list");
    return NULL;
}

// Checks what was given; NULL or "" passes.  -1 after one line that names the option.
static int
check_person(const char *what, const struct person *person)
{
    if (person->full_name != NULL && (strlen(person->full_name) > FULL_NAME_MOST ||
                                         !str_is_text(person->full_name, strlen(person->full_name))))
        complain(what, "--full-name: is not UTF-8 of at most %d bytes; give another", FULL_NAME_MOST);
    else if (person->role != NULL && !is_one_of(person->role, roles, LENGTH(roles)))
        complain(what, "--role: is none; give officer, deputy, head, desk, sekda or governor");
    else if (person->language != NULL && !is_one_of(person->language, languages, LENGTH(languages)))
        complain(what, "--language: is none; give id or en");
    else
        return 0;
    return -1;
}

// Is there such an agency?  EXIT_OK, or the exit code after one line.
static int
check_agency(struct db *db, const char *what, const char *code)
{
    json_t *rows = code != NULL ? store_registry_agency(db, code) : NULL;
    size_t count = json_array_size(rows);

    if (code == NULL)
        return EXIT_OK;
    if (rows == NULL)
        return EXIT_AWAY;
    json_decref(rows);
    if (count == 0)
        complain(what, "--agency: there is no agency %.40s; see kentongan agency list", code);
    return count > 0 ? EXIT_OK : EXIT_UNKNOWN;
}

static int
add(int argc, char **argv)
{
    struct person person = {.language = "id"};
    bool json = false;
    const struct option table[] = {{"name", OPTION_TEXT, &person.name, 0, 0},
        {"full-name", OPTION_TEXT, &person.full_name, 0, 0}, {"agency", OPTION_TEXT, &person.agency, 0, 0},
        {"role", OPTION_TEXT, &person.role, 0, 0}, {"language", OPTION_TEXT, &person.language, 0, 0},
        {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {.command = "person", .table = table, .count = LENGTH(table)};
    char told[TOLD];

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    if (person.name == NULL || person.full_name == NULL || person.full_name[0] == '\0' ||
        person.agency == NULL || person.role == NULL) {
        complain("person add", "give --name, --full-name, --agency and --role; see kentongan help person");
        return EXIT_USAGE;
    }
    if (!is_name(person.name)) {
        complain("person add", "--name: is not 2 to %d of a-z 0-9 . _ -, beginning with a letter or digit",
            NAME_MOST);
        return EXIT_USAGE;
    }
    if (check_person("person add", &person) < 0)
        return EXIT_USAGE;
    struct db *db = config_open_db();
    int code = check_agency(db, "person add", person.agency);
    if (code == EXIT_OK) {
        json_t *rows = store_persons_add(db, &person);

        if (rows != NULL && json_array_size(rows) == 0) {
            complain("person add", "--name: %s is taken, maybe by somebody who was removed; give another",
                person.name);
            json_decref(rows);
            code = EXIT_FAILED;
        } else {
            snprintf(told, sizeof(told), "%s is added; now kentongan person password %s, or person enrol %s",
                person.name, person.name, person.name);
            code = verbs_print_change(rows, json, "person add", told);
        }
    }
    db_destroy(&db);
    return code;
}

static int
list(int argc, char **argv)
{
    static const struct table_column columns[] = {{"name", "name", TABLE_TEXT},
        {"full_name", "full name", TABLE_TEXT}, {"agency", "agency", TABLE_TEXT},
        {"role", "role", TABLE_TEXT}, {"phones", "phones", TABLE_NUMBER},
        {"logged_in", "logged in", TABLE_TEXT}, {"added_at_ms", "added", TABLE_TIME},
        {"removed_at_ms", "removed", TABLE_TIME}};
    const char *agency = NULL;
    bool json = false;
    bool removed = false;
    const struct option table[] = {{"agency", OPTION_TEXT, &agency, 0, 0},
        {"removed", OPTION_FLAG, &removed, 0, 0}, {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {.command = "person", .table = table, .count = LENGTH(table)};

    if (options_parse(&options, argc, argv) < 0)
        return EXIT_USAGE;
    struct db *db = config_open_db();
    int code = verbs_print(store_persons_list(db, agency, removed), json, columns, LENGTH(columns));
    db_destroy(&db);
    return code;
}

static int
change(int argc, char **argv)
{
    struct person person = {0};
    const char *word = NULL;
    bool json = false;
    const struct option table[] = {{"full-name", OPTION_TEXT, &person.full_name, 0, 0},
        {"agency", OPTION_TEXT, &person.agency, 0, 0}, {"role", OPTION_TEXT, &person.role, 0, 0},
        {"language", OPTION_TEXT, &person.language, 0, 0}, {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "person", .table = table, .count = LENGTH(table), .words = &word, .most_words = 1};
    char told[TOLD];

    person.name = name_of("person change", &options, argc, argv);
    if (person.name == NULL || check_person("person change", &person) < 0)
        return EXIT_USAGE;
    if (person.full_name == NULL && person.agency == NULL && person.role == NULL && person.language == NULL) {
        complain("person change", "give what is to change: --full-name, --agency, --role or --language");
        return EXIT_USAGE;
    }
    struct db *db = config_open_db();
    int code = check_agency(db, "person change", person.agency);
    snprintf(told, sizeof(told), "%s is changed; it counts from the next click on", person.name);
    if (code == EXIT_OK)
        code = verbs_print_change(store_persons_change(db, &person), json, "person change", told);
    db_destroy(&db);
    return code;
}

static int
remove_one(int argc, char **argv)
{
    const char *word = NULL;
    bool json = false;
    const struct option table[] = {{"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "person", .table = table, .count = LENGTH(table), .words = &word, .most_words = 1};
    const char *name = name_of("person remove", &options, argc, argv);
    char told[TOLD];

    if (name == NULL)
        return EXIT_USAGE;
    struct db *db = config_open_db();
    snprintf(told, sizeof(told), "%s is removed: sessions are ended, phones ring no more", name);
    int code = verbs_print_change(store_persons_remove(db, name), json, "person remove", told);
    db_destroy(&db);
    return code;
}

// Reads the first line of standard input.  -1 after one line.
static int
read_password(char *password, size_t size)
{
    if (fgets(password, (int)size, stdin) == NULL)
        password[0] = '\0';
    password[strcspn(password, "\r\n")] = '\0';
    if (strlen(password) >= PASSWORD_LEAST && strlen(password) <= PASSWORD_MOST)
        return 0;
    complain("person password", "--stdin: is not %d to %d bytes; give a longer one", PASSWORD_LEAST,
        PASSWORD_MOST);
    return -1;
}

static int
password(int argc, char **argv)
{
    const char *word = NULL;
    bool json = false;
    bool from_stdin = false;
    const struct option table[] = {
        {"stdin", OPTION_FLAG, &from_stdin, 0, 0}, {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "person", .table = table, .count = LENGTH(table), .words = &word, .most_words = 1};
    const char *name = name_of("person password", &options, argc, argv);
    char text[PASSWORD_MOST + 3];
    char hash[PASSWORD_HASH_SIZE];
    char told[TOLD];

    if (name == NULL || (from_stdin && read_password(text, sizeof(text)) < 0))
        return EXIT_USAGE;
    if (!from_stdin)
        password_random(text);
    if (password_hash(text, hash) < 0) {
        complain("person password", "there is no memory for it; try again");
        return EXIT_FAILED;
    }
    struct db *db = config_open_db();
    json_t *rows = store_persons_password(db, name, hash);
    snprintf(told, sizeof(told), from_stdin ? "%s has a new password; all sessions are ended" : "%s: %s",
        name, text);
    if (!from_stdin && json_array_size(rows) == 1)
        json_object_set_new(json_array_get(rows, 0), "password", json_string(text));
    int code = verbs_print_change(rows, json, "person password", told);
    sodium_memzero(text, sizeof(text));
    sodium_memzero(told, sizeof(told));
    db_destroy(&db);
    return code;
}

static int
enrol(int argc, char **argv)
{
    const char *word = NULL;
    bool json = false;
    int64_t hours = 24;
    const struct option table[] = {
        {"hours", OPTION_INTEGER, &hours, 1, HOURS_MOST}, {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "person", .table = table, .count = LENGTH(table), .words = &word, .most_words = 1};
    const char *name = name_of("person enrol", &options, argc, argv);
    const char *origin = name != NULL ? config_read()->portal_url : "";
    uint8_t code_bytes[CODE_SIZE];
    uint8_t hash[crypto_hash_sha256_BYTES];
    struct str url = {0};

    if (name == NULL)
        return EXIT_USAGE;
    if (origin[0] == '\0') {
        complain("person enrol", "KENTONGAN_PORTAL_URL is not set; it is the beginning of the link");
        return EXIT_USAGE;
    }
    CHECK(sodium_init() >= 0);
    randombytes_buf(code_bytes, sizeof(code_bytes));
    crypto_hash_sha256(hash, code_bytes, sizeof(code_bytes));
    // What stands behind # is sent to no server: see ENROLMENT_PATH in services/portal/sessions.h.
    str_format(&url, "%s/#/masuk?k=", origin);
    str_base64url(&url, code_bytes, sizeof(code_bytes));
    struct db *db = config_open_db();
    json_t *rows = store_persons_enrol(db, name, hash, hours);
    if (json_array_size(rows) == 1)
        json_object_set_new(json_array_get(rows, 0), "url", json_string(url.data));
    int code = verbs_print_change(rows, json, "person enrol", url.data);
    str_free(&url);
    db_destroy(&db);
    return code;
}

static int
phone(int argc, char **argv)
{
    struct person_phone given = {.label = ""};
    const char *word = NULL;
    const char *wrong = NULL;
    bool json = false;
    const struct option table[] = {{"leg", OPTION_TEXT, &given.leg, 0, 0},
        {"to", OPTION_TEXT, &given.to, 0, 0}, {"label", OPTION_TEXT, &given.label, 0, 0},
        {"json", OPTION_FLAG, &json, 0, 0}};
    const struct options options = {
        .command = "person", .table = table, .count = LENGTH(table), .words = &word, .most_words = 1};
    char number[CONTACT_NUMBER_SIZE];
    char told[TOLD];

    given.person = name_of("person phone", &options, argc, argv);
    if (given.person == NULL)
        return EXIT_USAGE;
    if (given.leg == NULL || given.to == NULL || !is_one_of(given.leg, legs, LENGTH(legs))) {
        complain("person phone", "--leg: give sms, whatsapp or email, and --to; see kentongan help person");
        return EXIT_USAGE;
    }
    wrong = strcmp(given.leg, "email") == 0 ? contact_email(given.to) : contact_number(given.to, number);
    if (wrong != NULL) {
        complain("person phone", "--to: %s; give another", wrong);
        return EXIT_USAGE;
    }
    if (strlen(given.label) > LABEL_MOST || !str_is_text(given.label, strlen(given.label))) {
        complain("person phone", "--label: is not UTF-8 of at most %d bytes; give another", LABEL_MOST);
        return EXIT_USAGE;
    }
    if (strcmp(given.leg, "email") != 0)
        given.to = number;
    struct db *db = config_open_db();
    snprintf(told, sizeof(told), "%s is reached by %s, too", given.person, given.leg);
    int code = verbs_print_change(store_persons_add_phone(db, &given), json, "person phone", told);
    db_destroy(&db);
    return code;
}

int
person_command(int argc, char **argv)
{
    static const struct verb verbs[] = {{"add", add}, {"list", list}, {"change", change},
        {"remove", remove_one}, {"password", password}, {"enrol", enrol}, {"phone", phone}};

    return verbs_run("person", verbs, LENGTH(verbs), argc, argv);
}
