// test_knowledge_files.c - knowledge_files.h: deploy/data is read whole and fast; a wrong file ends it.
#include "cmocka_all.h"
#include "knowledge_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DATA SOURCE_DIR "/deploy/data"

enum { FOLDER_SIZE = 64 };

static void
reads_what_the_project_ships(void **state)
{
    struct region_names *names = region_names_new();
    static const char *const code[] = {"33.74"};
    struct str question = {0};
    struct knowledge *knowledge =
        knowledge_files_load("test", &(struct knowledge_files){.folder = DATA, .names = names});

    (void)state;
    assert_non_null(knowledge);
    assert_true(lexicon_size(knowledge->lexicon) > 1500);
    assert_true(places_size(knowledge->places) > 9000);
    region_names_question(names, code, 1, &question);
    assert_string_equal(question.data, "Di mana kejadiannya: Kota Semarang; atau tempat lain?");
    str_free(&question);
    knowledge_destroy(&knowledge);
    region_names_destroy(&names);
}

// A folder with links to all that is shipped.
static void
make_folder(char folder[FOLDER_SIZE])
{
    static const char *const files[] = {"lexicon.tsv", "regions.tsv", "region_aliases.tsv",
        "region_polygons.tsv", "topics.tsv", "topic_keywords.tsv", "seed.model"};

    (void)snprintf(folder, FOLDER_SIZE, "/tmp/kentongan-test-XXXXXX");
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < LENGTH(files); i++) {
        char from[512], to[512];

        (void)snprintf(from, sizeof(from), "%s/%s", DATA, files[i]);
        (void)snprintf(to, sizeof(to), "%s/%s", folder, files[i]);
        if (access(from, R_OK) == 0)
            assert_int_equal(symlink(from, to), 0);
    }
}

static void
put(const char *folder, const char *file, const char *text, size_t length)
{
    char path[512];
    FILE *out = NULL;

    (void)snprintf(path, sizeof(path), "%s/%s", folder, file);
    (void)unlink(path);
    if (text == NULL)
        return;
    out = fopen(path, "w");
    assert_non_null(out);
    assert_int_equal(fwrite(text, 1, length, out), length);
    assert_int_equal(fclose(out), 0);
}

static void
remove_folder(const char *folder)
{
    char command[512];

    (void)snprintf(command, sizeof(command), "rm -r '%s'", folder);
    assert_int_equal(system(command), 0); // NOLINT(cert-env33-c): a name of our own making
}

static void
a_wrong_file_ends_it(void **state)
{
    static const struct {
        const char *file, *text;
        size_t length;
    } cases[] = {
#define CASE(file, text) {file, text, sizeof(text) - 1}
        {"regions.tsv", NULL, 0},
        CASE("regions.tsv", ""),
        CASE("regions.tsv", "code\tlevel\tname\n"),
        CASE("regions.tsv", "code\tlevel\tkind\tname\n33\tprovinsi\n"),
        CASE("regions.tsv", "code\tlevel\tkind\tname\nx\ty\tz\tw\n"),
        CASE("lexicon.tsv", "word\tnormal\tkind\nx\0\ty\tslang\n"),
        CASE("region_polygons.tsv", "code\trings\n33.74\tnorth\n"),
        CASE("region_aliases.tsv", "alias\tregion_code\nx\t99.99\n"),
        CASE("topic_keywords.tsv", "topic\tkeyword\tweight\nbridge\tjembatan\theavy\n"),
#undef CASE
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char folder[FOLDER_SIZE];
        struct knowledge *knowledge = NULL;

        make_folder(folder);
        put(folder, cases[i].file, cases[i].text, cases[i].length);
        knowledge = knowledge_files_load("test", &(struct knowledge_files){.folder = folder});
        if (knowledge != NULL)
            fail_msg("case %zu was taken", i);
        remove_folder(folder);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_the_project_ships),
        cmocka_unit_test(a_wrong_file_ends_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
