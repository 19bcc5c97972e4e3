// sample.c - puts generated reports together to the size of real ones.
#include "sample.h"

#include "generator.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_LEAST = 303 }; // the last sentence goes beyond it: 450 bytes in the mean

// The packed form begins with field 1, the source, and field 2, the id: a byte of tag and a byte of length
// each.
static size_t
id_place(const char *source)
{
    return 2 + strlen(source) + 2;
}

static void
make(struct sample *sample, struct generator *generator, struct str *text)
{
    static char id[SAMPLE_ID_LENGTH + 1];
    Kentongan__V1__Report report;

    memset(id, 'x', SAMPLE_ID_LENGTH);
    str_clear(text);
    do {
        report = *generator_next(generator);
        if (text->length > 0)
            str_add_text(text, " ");
        str_add_text(text, report.text);
    } while (text->length < TEXT_LEAST);
    report.text = text->data;
    report.source_message_id = id;
    sample->length = kentongan__v1__report__get_packed_size(&report);
    CHECK(sample->length <= SAMPLE_PACKED_MOST);
    sample->packed = check_alloc(sample->length);
    kentongan__v1__report__pack(&report, sample->packed);
    sample->id_at = id_place(report.source);
    CHECK(memcmp(sample->packed + sample->id_at, id, SAMPLE_ID_LENGTH) == 0);
}

struct samples *
samples_new(size_t count, const char *source, bool with_reporter)
{
    const struct generator_options options = {
        .seed = 450, .duplicates = 0, .source = source, .without_reporter = !with_reporter};
    struct generator *generator = generator_new(&options);
    struct samples *samples = check_zalloc(1, sizeof(*samples));
    struct str text = {NULL, 0, 0};

    samples->all = check_zalloc(count, sizeof(*samples->all));
    samples->count = count;
    for (size_t i = 0; i < count; i++) {
        make(&samples->all[i], generator, &text);
        samples->mean_text += (double)text.length / (double)count;
        samples->mean_packed += (double)samples->all[i].length / (double)count;
    }
    str_free(&text);
    generator_destroy(&generator);
    return samples;
}

void
samples_destroy(struct samples **samples)
{
    if (*samples == NULL)
        return;
    for (size_t i = 0; i < (*samples)->count; i++)
        free((*samples)->all[i].packed);
    free((*samples)->all);
    free(*samples);
    *samples = NULL;
}
