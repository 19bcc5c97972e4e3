// test_tickets.c - cursors of lists, what is news among changes, and why a ticket is where it is.
#include "check.h"
#include "events.h"
#include "ticket_why.h"
#include "tickets.h"

#include "cmocka_all.h"

#include <string.h>

static void
a_cursor_comes_back_as_it_was(void **state)
{
    const struct ticket_cursor cursors[] = {{.has_due = true, .due_us = INT64_C(1795346393098158), .id = 17},
        {.has_due = true, .due_us = 0, .id = 0}, {.has_due = false, .id = INT64_MAX},
        {.has_due = false, .id = 0}};

    (void)state;
    for (size_t i = 0; i < LENGTH(cursors); i++) {
        char text[TICKETS_CURSOR_SIZE];
        struct ticket_cursor read;

        tickets_write_cursor(&cursors[i], text);
        assert_int_equal(tickets_read_cursor(text, SCOPE_OPEN, &read), 0);
        assert_true(read.has_due == cursors[i].has_due && read.due_us == cursors[i].due_us &&
                    read.id == cursors[i].id);
        assert_int_equal(tickets_read_cursor(text, SCOPE_DONE, &read), cursors[i].has_due ? -1 : 0);
    }
}

static void
what_is_no_cursor_is_refused(void **state)
{
    static const char *const wrong[] = {"", "d", "n", "x1", "1", "d1", "d1_", "d_1", "d1_1_1", "d-1_1",
        "d1_-1", "d 1_1", "n 1", "n1 ", "n+1", "n1.0", "n0x10", "n9223372036854775808",
        "d9223372036854775808_1", "d4102444800000001_1", "d1_9223372036854775808", "D1_1"};

    (void)state;
    for (size_t i = 0; i < LENGTH(wrong); i++) {
        struct ticket_cursor read;

        assert_int_equal(tickets_read_cursor(wrong[i], SCOPE_OPEN, &read), -1);
    }
}

static void
only_states_that_were_not_there_are_news(void **state)
{
    struct ticket_change changes[] = {{"A", 1, 30}, {"A", 2, -5}, {"B", 1, 10}, {"B", 3, 7}};
    const int64_t before[] = {-5, 7, 8};

    (void)state;
    assert_int_equal(events_news(changes, LENGTH(changes), before, LENGTH(before)), 2);
    assert_int_equal(changes[0].state, 30);
    assert_int_equal(changes[1].state, 10);
    assert_int_equal(events_news(changes, 2, NULL, 0), 2);
    assert_int_equal(events_news(changes, 0, before, LENGTH(before)), 0);
}

static void
has_line(const json_t *lines, size_t i, const char *wanted)
{
    assert_string_equal(json_string_value(json_array_get(lines, i)), wanted);
}

static void
why_says_topic_turns_and_clocks(void **state)
{
    json_t *ticket = json_loads(
        "{\"topic\":\"road_damage\",\"topic_name\":\"Jalan rusak\",\"place\":\"Kota "
        "Semarang\",\"urgent\":true,"
        "\"triage\":{\"topics\":[{\"code\":\"road_damage\",\"name\":\"Jalan rusak\",\"p\":0.873}]},"
        "\"turns\":[{\"turn\":0,\"agency\":\"PLN\",\"from_at_ms\":0,\"until_at_ms\":3600000,\"because\":"
        "\"not theirs\"},"
        "{\"turn\":1,\"agency\":\"DPU\",\"from_at_ms\":3600000,\"until_at_ms\":null,\"because\":\"\"}],"
        "\"deadlines\":[{\"clock\":\"first_response\",\"agency\":\"PLN\",\"due_at_ms\":86400000,\"stopped_at_"
        "ms\":3600000,"
        "\"stop\":\"transfer\",\"version\":1,\"source\":\"1x24 jam\",\"late\":false},"
        "{\"clock\":\"progress\",\"agency\":\"DPU\",\"due_at_ms\":7200000,\"stopped_at_ms\":null,\"stop\":"
        "\"\",\"version\":2,"
        "\"source\":\"72 jam\",\"late\":true},"
        "{\"clock\":\"new_clock\",\"agency\":\"DPU\",\"due_at_ms\":null,\"stopped_at_ms\":null,\"stop\":\"\","
        "\"version\":3,"
        "\"source\":\"s\",\"late\":false},"
        "{\"clock\":\"resolution\",\"agency\":\"DPU\",\"due_at_ms\":0,\"stopped_at_ms\":3600000,\"stop\":"
        "\"met\",\"version\":1,"
        "\"source\":\"s\",\"late\":true}]}",
        0, NULL);
    json_t *lines = NULL;

    (void)state;
    assert_non_null(ticket);
    lines = ticket_why(ticket);
    assert_int_equal(json_array_size(lines), 8);
    has_line(lines, 0, "Topik: Jalan rusak (keyakinan 87 %). Wilayah: Kota Semarang.");
    has_line(lines, 1, "Darurat: ada bahaya bagi orang, atau bencana.");
    has_line(
        lines, 2, "PLN sejak 1970-01-01 07:00:00 WIB sampai 1970-01-01 08:00:00 WIB: bukan wewenangnya.");
    has_line(lines, 3, "DPU sejak 1970-01-01 08:00:00 WIB.");
    has_line(lines, 4,
        "Tanggapan pertama (PLN): tenggat 1970-01-02 07:00:00 WIB, aturan versi 1: 1x24 jam. 1970-01-01 "
        "08:00:00 WIB "
        "berakhir karena tiket berpindah.");
    has_line(
        lines, 5, "Kemajuan (DPU): tenggat 1970-01-01 09:00:00 WIB, aturan versi 2: 72 jam. Lewat tenggat.");
    has_line(lines, 6, "new_clock (DPU): tenggat menunggu pelapor, aturan versi 3: s. Berjalan.");
    has_line(lines, 7,
        "Penyelesaian (DPU): tenggat 1970-01-01 07:00:00 WIB, aturan versi 1: s. 1970-01-01 08:00:00 WIB "
        "terpenuhi, "
        "terlambat.");
    json_decref(lines);
    json_decref(ticket);
}

static void
why_of_a_ticket_that_says_little(void **state)
{
    json_t *ticket =
        json_loads("{\"topic\":\"x\",\"topic_name\":\"\",\"place\":\"\",\"triage\":null}", 0, NULL);
    json_t *lines = ticket_why(ticket);

    (void)state;
    assert_int_equal(json_array_size(lines), 1);
    has_line(lines, 0, "Topik: belum pasti. Wilayah: tidak ditemukan.");
    json_decref(lines);
    json_decref(ticket);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cursor_comes_back_as_it_was),
        cmocka_unit_test(what_is_no_cursor_is_refused),
        cmocka_unit_test(only_states_that_were_not_there_are_news),
        cmocka_unit_test(why_says_topic_turns_and_clocks),
        cmocka_unit_test(why_of_a_ticket_that_says_little),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
