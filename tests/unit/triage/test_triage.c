// test_triage.c - triage.h: the parts put together, the reason, and what a decision costs.
#include "clock.h"
#include "cmocka_all.h"
#include "reference.h"
#include "triage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct triage_report
report_of(int64_t id, const char *text, const char *address)
{
    return (struct triage_report){.id = id,
        .received_at_ms = id,
        .text = text,
        .text_length = strlen(text),
        .address = address,
        .address_length = strlen(address),
        .region_code = ""};
}

static void
decides_and_says_why(void **state)
{
    struct knowledge *knowledge = *state;
    struct duplicates *duplicates = duplicates_new(100);
    struct text scratch = {0};
    struct triage triage;
    struct triage_report report =
        report_of(1, "Lampu jalan provinsi di depan rumah Bu Siti mati, hub 081234567890", "Kec. Tembalang");

    triage_decide(knowledge, duplicates, &scratch, &report, &triage);
    assert_string_equal(triage.topic, "street_light");
    assert_string_equal(triage.topics[0].code, "street_light");
    assert_int_equal(triage.topic_count, TRIAGE_TOPICS);
    assert_true(triage.topics[0].p >= triage.topics[1].p && triage.topics[1].p >= triage.topics[2].p);
    assert_string_equal(triage.category, "infrastruktur");
    assert_int_equal(triage.kind, KIND_COMPLAINT);
    assert_false(triage.urgent);
    assert_int_equal(triage.language, LANGUAGE_INDONESIAN);
    assert_string_equal(triage.place.region_code, "33.74.10");
    assert_int_equal(triage.road, ROAD_PROVINCE);
    assert_int_equal(triage.duplicate_of, 0);
    assert_non_null(strstr(triage.why, "topic street_light"));
    assert_non_null(strstr(triage.why, "lampu"));
    assert_non_null(strstr(triage.why, "33.74.10 by names"));
    assert_non_null(strstr(triage.why, "road province"));
    assert_null(strstr(triage.why, "iti"));
    assert_null(strstr(triage.why, "0812"));
    assert_null(strchr(triage.why, '\n'));

    report.id = 2;
    report.received_at_ms = 2;
    triage_decide(knowledge, duplicates, &scratch, &report, &triage);
    assert_int_equal(triage.duplicate_of, 1);
    assert_int_equal(triage.relation, RELATION_DUPLICATE);
    assert_non_null(strstr(triage.why, "; duplicate "));
    text_free(&scratch);
    duplicates_destroy(&duplicates);
}

static void
tells_kinds_and_danger(void **state)
{
    static const struct {
        const char *text;
        enum triage_kind kind;
        bool urgent;
    } cases[] = {
        {"selamat pagi admin", KIND_NOT_REPORT, false},
        {"tes tes 123", KIND_NOT_REPORT, false},
        {"butuh pinjaman cepat cair tanpa jaminan hubungi kami", KIND_NOT_REPORT, false},
        {"Bagaimana cara mengurus KTP yang hilang? Syaratnya apa saja?", KIND_INFORMATION_REQUEST, false},
        {"Jalan di kampung kami rusak parah dan belum pernah diperbaiki", KIND_COMPLAINT, false},
        {"Semoga di kecamatan kami bisa dibangun taman bermain untuk anak-anak", KIND_ASPIRATION, false},
        {"TOLONG banjir masuk rumah setinggi dada, nenek saya terjebak di lantai dua, butuh perahu sekarang",
            KIND_COMPLAINT, true},
    };
    struct knowledge *knowledge = *state;
    struct duplicates *duplicates = duplicates_new(100);
    struct text scratch = {0};
    struct triage triage;

    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct triage_report report = report_of((int64_t)i + 1, cases[i].text, "");

        triage_decide(knowledge, duplicates, &scratch, &report, &triage);
        if (triage.kind != cases[i].kind || triage.urgent != cases[i].urgent)
            fail_msg("%s: %s", cases[i].text, triage.why);
    }
    text_free(&scratch);
    duplicates_destroy(&duplicates);
}

// Without a model keywords decide.
static void
does_without_a_model(void **state)
{
    struct knowledge *knowledge = *state;
    struct model *model = knowledge->model;
    struct duplicates *duplicates = duplicates_new(100);
    struct text scratch = {0};
    struct triage triage;
    struct triage_report report = report_of(1, "lampu jalan mati", "");

    knowledge->model = NULL;
    triage_decide(knowledge, duplicates, &scratch, &report, &triage);
    knowledge->model = model;
    assert_string_equal(triage.topic, "street_light");
    assert_string_equal(triage.category, "infrastruktur");
    assert_int_equal(triage.kind, KIND_COMPLAINT);
    text_free(&scratch);
    duplicates_destroy(&duplicates);
}

// An address is part of what is the same, and no part of what it is about.
static void
reads_the_address_for_the_place_only(void **state)
{
    struct knowledge *knowledge = *state;
    struct duplicates *duplicates = duplicates_new(100);
    struct text scratch = {0};
    struct triage triage;
    struct triage_report report = report_of(1, "lampu jalan mati", "Jl. Pasar Ikan 4, Kota Kudus");

    triage_decide(knowledge, duplicates, &scratch, &report, &triage);
    assert_string_equal(triage.topic, "street_light");
    report = report_of(2, "lampu jalan mati", "Jl. Pasar Ikan 9, Kota Kudus");
    triage_decide(knowledge, duplicates, &scratch, &report, &triage);
    assert_int_equal(triage.duplicate_of, 0);
    report = report_of(3, "lampu jalan mati", "jl pasar ikan 9 kota kudus");
    triage_decide(knowledge, duplicates, &scratch, &report, &triage);
    assert_int_equal(triage.duplicate_of, 2);
    text_free(&scratch);
    duplicates_destroy(&duplicates);
}

static void
takes_an_empty_and_a_strange_text(void **state)
{
    struct knowledge *knowledge = *state;
    struct duplicates *duplicates = duplicates_new(100);
    struct text scratch = {0};
    struct triage triage;
    struct triage_report report = report_of(1, "", "");

    triage_decide(knowledge, duplicates, &scratch, &report, &triage);
    assert_string_equal(triage.topic, "");
    assert_string_equal(triage.place.region_code, "");
    report = report_of(2, "\xf0\x9f\x99\x8f\xf0\x9f\x99\x8f", "");
    triage_decide(knowledge, duplicates, &scratch, &report, &triage);
    assert_string_equal(triage.topic, "");
    assert_int_equal(triage.duplicate_of, 0);
    text_free(&scratch);
    duplicates_destroy(&duplicates);
}

static const char *const openings[] = {"Selamat pagi min, mohon ditindaklanjuti", "Yth Bapak Gubernur",
    "Nyuwun sewu", "Tolong segera diperbaiki", "Saya warga mau lapor"};
static const char *const matters[] = {
    "jalan rusak parah dan berlubang di depan pasar, sudah banyak motor jatuh",
    "lampu jalan mati sudah dua minggu, gelap dan rawan kecelakaan",
    "sampah menumpuk tidak diangkut, baune ora umum",
    "air PDAM mati tiga hari, butuh air bersih untuk anak kecil",
    "bansos tidak tepat sasaran, yang mampu malah dapat", "pupuk subsidi langka padahal sudah musim tanam",
    "selokan mampet, kalau hujan banjir masuk rumah warga",
    "KTP belum jadi padahal perekaman sejak tahun lalu"};
static const char *const places[] = {"Desa Kemetul Kecamatan Susukan Kab Semarang", "Tembalang Kota Semarang",
    "Kec. Ambarawa", "Solo Baru Sukoharjo", "Juwana Pati", "Kel. Kauman Kec. Batang Kab. Batang", "Kudus",
    "Purwokerto Timur"};

static void
write_report(char *text, size_t size, int i)
{
    int same = i / 5; // five greetings, one matter

    (void)snprintf(text, size,
        "%s. %s. Lokasi di %s RT %02d RW %02d no %d. Sampun dangu dereng wonten tindakan, "
        "matur nuwun. Kami berharap ada perhatian dari dinas terkait karena warga sudah resah.",
        openings[(size_t)i % LENGTH(openings)], matters[(size_t)same / 5 % LENGTH(matters)],
        places[(size_t)same / 40 % LENGTH(places)], same % 9 + 1, same % 7 + 1, same);
}

// Two runs, cut into batches elsewhere or not at all, decide alike.
static void
decides_alike_each_time(void **state)
{
    struct knowledge *knowledge = *state;
    struct text scratch = {0};
    uint64_t sums[2] = {0, 0};

    for (int run = 0; run < 2; run++) {
        struct duplicates *duplicates = duplicates_new(10000);
        struct triage triage;
        char text[512];

        for (int i = 1; i <= 2000; i++) {
            struct triage_report report;

            write_report(text, sizeof(text), i % 700);
            report = report_of(i, text, "");
            triage_decide(knowledge, duplicates, &scratch, &report, &triage);
            if (run == 1 && i % 3 == 0) { // as after a lost connection
                char why[TRIAGE_WHY_SIZE];

                memcpy(why, triage.why, sizeof(why));
                triage_decide(knowledge, duplicates, &scratch, &report, &triage);
                assert_string_equal(triage.why, why);
            }
            sums[run] = sums[run] * 31 + word_hash(triage.why, strlen(triage.why));
        }
        duplicates_destroy(&duplicates);
    }
    assert_true(sums[0] == sums[1]);
    text_free(&scratch);
}

static void
tells_what_a_decision_costs(void **state)
{
    enum { REPORTS = 10000 };
    struct knowledge *knowledge = *state;
    struct duplicates *duplicates = duplicates_new(1000000);
    struct text scratch = {0};
    struct triage triage;
    char text[512];
    size_t bytes = 0;
    int named = 0;
    int linked = 0;
    int64_t spent_us = 0;

    for (int i = 1; i <= REPORTS; i++) {
        struct triage_report report;
        int64_t start = 0;

        write_report(text, sizeof(text), i);
        bytes += strlen(text);
        report = report_of(i, text, "");
        start = clock_mono_us();
        triage_decide(knowledge, duplicates, &scratch, &report, &triage);
        spent_us += clock_mono_us() - start;
        named += triage.topic[0] != '\0';
        linked += triage.duplicate_of != 0;
    }
    print_message("%.2f us a report of %zu bytes; %d named, %d linked\n", (double)spent_us / REPORTS,
        bytes / REPORTS, named, linked);
    assert_true(named > REPORTS / 2);
    text_free(&scratch);
    duplicates_destroy(&duplicates);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decides_and_says_why),
        cmocka_unit_test(tells_kinds_and_danger),
        cmocka_unit_test(does_without_a_model),
        cmocka_unit_test(reads_the_address_for_the_place_only),
        cmocka_unit_test(takes_an_empty_and_a_strange_text),
        cmocka_unit_test(decides_alike_each_time),
        cmocka_unit_test(tells_what_a_decision_costs),
    };

    return cmocka_run_group_tests(tests, reference_setup, reference_teardown);
}
