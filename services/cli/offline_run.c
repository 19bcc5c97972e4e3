// offline_run.c - reads lines, has each answered, writes the answers.
//
// It keeps no more than the lines that came in one piece, and their answers.
#include "offline_run.h"

#include "complain.h"
#include "json_out.h"
#include "lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { OUT_MOST = 256 * 1024 }; // written at the latest when there is so much

struct counts {
    long lines, wrong;
};

static bool
is_blank(const struct line *line)
{
    return strspn(line->text, " \t\r") == line->length;
}

// object: NULL when the line holds none.
static void
add_error(struct str *out, long number, const json_t *object, const char *reason)
{
    const json_t *id = json_object_get(object, "id");

    str_format(out, "{\"line\":%ld,\"id\":", number);
    json_out_value(out, json_is_string(id) || json_is_number(id) ? id : NULL);
    str_add_text(out, ",\"error\":");
    json_out_text(out, reason);
    str_add_text(out, "}\n");
}

static void
answer_line(const struct offline_run *run, const struct line *line, struct str *out, struct counts *counts)
{
    char reason[OFFLINE_REASON_SIZE] = "";
    json_t *object = offline_report_object(line->text, line->length, reason);
    size_t before = out->length;

    counts->lines++;
    if (object == NULL || run->answer(run->self, object, line->number, out, reason) < 0) {
        out->length = before;
        add_error(out, line->number, object, reason);
        counts->wrong++;
    }
    json_decref(object);
}

static void
refuse_long_line(const struct line *line, struct str *out, struct counts *counts)
{
    char reason[OFFLINE_REASON_SIZE];

    snprintf(reason, sizeof(reason), "line: is longer than %d bytes", LINES_LONGEST);
    add_error(out, line->number, NULL, reason);
    counts->lines++;
    counts->wrong++;
}

// Writes all of it, and empties it.
static int
write_out(struct str *out)
{
    size_t done = 0;

    while (done < out->length) {
        ssize_t got = write(STDOUT_FILENO, out->data + done, out->length - done);

        if (got < 0 && errno != EINTR)
            return -1;
        done += got > 0 ? (size_t)got : 0;
    }
    str_clear(out);
    return 0;
}

// Returns the exit code.
static int
run_lines(const struct offline_run *run, struct lines *lines, struct str *out, struct counts *counts)
{
    enum lines_state state = LINES_LINE;
    struct line line;

    while (state == LINES_LINE || state == LINES_TOO_LONG) {
        state = lines_next(lines, &line);
        if (state == LINES_LINE && !is_blank(&line))
            answer_line(run, &line, out, counts);
        else if (state == LINES_TOO_LONG)
            refuse_long_line(&line, out, counts);
        if ((out->length >= OUT_MOST || lines_would_wait(lines)) && write_out(out) < 0) {
            complain(run->command, "standard output: %s; what follows was not answered", strerror(errno));
            return EXIT_FAILED;
        }
    }
    if (state == LINES_BROKEN) {
        complain(run->command, "%s: %s; what follows was not answered",
            run->file != NULL ? run->file : "standard input", strerror(errno));
        return EXIT_USAGE;
    }
    if (counts->wrong > 0) {
        complain(run->command, "%ld of %ld lines could not be answered; \"error\" in the output says why",
            counts->wrong, counts->lines);
        return EXIT_FAILED;
    }
    return EXIT_OK;
}

int
offline_run(const struct offline_run *run)
{
    bool is_stdin = run->file == NULL || strcmp(run->file, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(run->file, O_RDONLY | O_CLOEXEC);
    struct counts counts = {0};
    struct str out = {0};
    struct lines *lines = NULL;
    int code = EXIT_USAGE;

    if (fd < 0) {
        complain(run->command, "%s: %s; name a file that can be read", run->file, strerror(errno));
        return EXIT_USAGE;
    }
    lines = lines_new(fd);
    code = run_lines(run, lines, &out, &counts);
    lines_destroy(&lines);
    str_free(&out);
    if (!is_stdin)
        close(fd);
    return code;
}
