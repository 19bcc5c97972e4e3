// ticket_why.c - why a ticket is where it is and must be answered when, in a few Indonesian lines.
//
// What the report is about and where, to whom it went and why, and of each clock the rule that made it and
// how it ended.
#include "ticket_why.h"

#include "deadline/explain.h"
#include "str.h"

#include <stdbool.h>
#include <string.h>

struct word {
    const char *code, *says;
};

static const struct word clocks[] = {{"triage", "Triase"}, {"first_response", "Tanggapan pertama"},
    {"citizen_first_response", "Tanggapan pertama sejak laporan diterima"}, {"progress", "Kemajuan"},
    {"resolution", "Penyelesaian"}, {"decision", "Keputusan meja triase"}, {"sp4n_verify", "Verifikasi SP4N"},
    {"sp4n_follow_up", "Tindak lanjut SP4N"}, {"close_on_silence", "Ditutup bila pelapor diam"},
    {"reopen_window", "Masa buka kembali"}};

static const struct word turn_ends[] = {{"not theirs", "bukan wewenangnya"},
    {"assigned", "ditugaskan meja triase"}, {"opened again", "dibuka kembali"},
    {"corrected topic", "topik dikoreksi"}, {"corrected region", "wilayah dikoreksi"},
    {"corrected kind", "jenis laporan dikoreksi"}, {"corrected urgent", "kedaruratan dikoreksi"},
    {"split off again", "dipisahkan lagi"}, {"joined to another", "digabung ke tiket lain"}};

static const struct word stops[] = {{"met", "terpenuhi"}, {"transfer", "berakhir karena tiket berpindah"},
    {"ended", "berakhir karena tiket ditutup"}, {"void", "tidak berlaku lagi menurut aturan"}};

static const char *
say(const struct word *words, size_t count, const char *code)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i].code, code) == 0)
            return words[i].says;
    return code;
}

static const char *
text(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));

    return value != NULL ? value : "";
}

// Appends a time; false: there is none.
static bool
add_time(const json_t *object, const char *key, struct str *line)
{
    const json_t *at = json_object_get(object, key);

    if (!json_is_integer(at))
        return false;
    explain_time(json_integer_value(at), line);
    return true;
}

// Moves the line into the array.
static void
put(json_t *lines, struct str *line)
{
    int rc = json_array_append_new(lines, json_stringn(line->data, line->length));

    CHECK(rc == 0);
    str_clear(line);
}

static void
tell_topic(const json_t *ticket, json_t *lines, struct str *line)
{
    const json_t *topic = json_array_get(json_object_get(json_object_get(ticket, "triage"), "topics"), 0);
    const char *place = text(ticket, "place");

    str_format(line, "Topik: %s",
        text(ticket, "topic_name")[0] != '\0' ? text(ticket, "topic_name") : "belum pasti");
    if (topic != NULL && strcmp(text(topic, "code"), text(ticket, "topic")) == 0)
        str_format(line, " (keyakinan %.0f %%)", 100 * json_number_value(json_object_get(topic, "p")));
    else if (topic != NULL)
        str_format(line, " (ditetapkan petugas atau aturan; mesin mengira %s)", text(topic, "name"));
    str_format(line, ". Wilayah: %s.", place[0] != '\0' ? place : "tidak ditemukan");
    put(lines, line);
    if (json_is_true(json_object_get(ticket, "urgent"))) {
        str_add_text(line, "Darurat: ada bahaya bagi orang, atau bencana.");
        put(lines, line);
    }
}

static void
tell_turn(const json_t *turn, json_t *lines, struct str *line)
{
    str_format(line, "%s sejak ", text(turn, "agency"));
    add_time(turn, "from_at_ms", line);
    if (json_is_integer(json_object_get(turn, "until_at_ms"))) {
        str_add_text(line, " sampai ");
        add_time(turn, "until_at_ms", line);
        str_format(line, ": %s", say(turn_ends, LENGTH(turn_ends), text(turn, "because")));
    }
    str_add_text(line, ".");
    put(lines, line);
}

static void
tell_deadline(const json_t *deadline, json_t *lines, struct str *line)
{
    const char *stop = text(deadline, "stop");
    bool is_late = json_is_true(json_object_get(deadline, "late"));

    str_format(line, "%s (%s): tenggat ", say(clocks, LENGTH(clocks), text(deadline, "clock")),
        text(deadline, "agency"));
    if (!add_time(deadline, "due_at_ms", line))
        str_add_text(line, "menunggu pelapor");
    str_format(line, ", aturan versi %lld: %s. ",
        (long long)json_integer_value(json_object_get(deadline, "version")), text(deadline, "source"));
    if (stop[0] == '\0') {
        str_add_text(line, is_late ? "Lewat tenggat." : "Berjalan.");
    } else {
        add_time(deadline, "stopped_at_ms", line);
        str_format(line, " %s%s.", say(stops, LENGTH(stops), stop), is_late ? ", terlambat" : "");
    }
    put(lines, line);
}

json_t *
ticket_why(const json_t *ticket)
{
    json_t *lines = json_array();
    struct str line = {0};
    size_t i = 0;
    const json_t *row = NULL;

    CHECK(lines != NULL);
    tell_topic(ticket, lines, &line);
    json_array_foreach(json_object_get(ticket, "turns"), i, row) tell_turn(row, lines, &line);
    json_array_foreach(json_object_get(ticket, "deadlines"), i, row) tell_deadline(row, lines, &line);
    str_free(&line);
    return lines;
}
