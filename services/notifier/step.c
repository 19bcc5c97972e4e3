// step.c - the step of a deadline's ladder that a notice tells of.
#include "step.h"

#include "str.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *code, *words;
} roles[STEP_ROLES] = {
    [STEP_ROLE_NONE] = {"", ""},
    [STEP_ROLE_OFFICER] = {"officer", "petugas"},
    [STEP_ROLE_HEAD] = {"head", "kepala instansi"},
    [STEP_ROLE_DESK] = {"desk", "meja triase"},
    [STEP_ROLE_SEKDA] = {"sekda", "Sekda"},
    [STEP_ROLE_GOVERNOR] = {"governor", "Gubernur"},
};

static const struct {
    const char *clock, *words;
} clocks[] = {
    {"triage", "Penerusan ke instansi"},
    {"first_response", "Tanggapan pertama"},
    {"citizen_first_response", "Tanggapan pertama bagi pelapor"},
    {"decision", "Keputusan meja triase"},
    {"progress", "Kabar kemajuan"},
    {"resolution", "Penyelesaian"},
    {"sp4n_verify", "Verifikasi SP4N"},
    {"sp4n_follow_up", "Tindak lanjut SP4N"},
    {"close_on_silence", "Jawaban pelapor"},
    {"reopen_window", "Pembukaan kembali"},
};

void
step_tell(struct step *step, enum step_role role, int64_t at_ms)
{
    if (step->told_count == STEP_TOLD_MOST)
        return;
    step->told_roles[step->told_count] = (uint8_t)role;
    step->told_at_ms[step->told_count] = at_ms;
    step->told_count++;
}

int
step_tell_all(struct step *step, const char *text)
{
    while (*text != '\0') {
        char code[16];
        size_t length = strcspn(text, " ");
        char *end = NULL;
        int64_t at_ms = 0;

        if (length >= sizeof(code) || text[length] == '\0')
            return -1;
        memcpy(code, text, length);
        code[length] = '\0';
        errno = 0;
        at_ms = strtoll(text + length + 1, &end, 10);
        if (errno != 0 || end == text + length + 1 || (*end != ',' && *end != '\0') ||
            step_role(code) == STEP_ROLE_NONE)
            return -1;
        step_tell(step, step_role(code), at_ms);
        text = *end == ',' ? end + 1 : end;
    }
    return 0;
}

enum step_role
step_role(const char *code)
{
    for (size_t i = 1; i < STEP_ROLES; i++)
        if (strcmp(roles[i].code, code) == 0)
            return (enum step_role)i;
    return STEP_ROLE_NONE;
}

const char *
step_role_code(enum step_role role)
{
    CHECK(role < STEP_ROLES);
    return roles[role].code;
}

const char *
step_role_words(enum step_role role)
{
    CHECK(role < STEP_ROLES);
    return roles[role].words;
}

const char *
step_clock_words(const char *clock)
{
    for (size_t i = 0; i < LENGTH(clocks); i++)
        if (strcmp(clocks[i].clock, clock) == 0)
            return clocks[i].words;
    return clock;
}
