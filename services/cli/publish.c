// publish.c - kentongan publish: where reports come from, how it is going, and how it ended.
#include "publish.h"

#include "complain.h"
#include "config.h"
#include "generator.h"
#include "options.h"
#include "publisher.h"
#include "report_reader.h"
#include "rows.h"
#include "table.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { KEY_LENGTH = 40 };

struct publish {
    const char *file, *format, *source, *server_key, *key_file, *receipts_path;
    int64_t generate, seed, duplicates;
    bool json, quiet, without_reporter;
    struct publisher_options options;

    struct generator *generator;
    int64_t left; // to generate
    FILE *input;
    struct report_reader *reader;
    char secret_key[KEY_LENGTH + 1];
    bool shows_progress;
};

static volatile sig_atomic_t interrupted;

static void
interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

static int
parse(struct publish *publish, int argc, char **argv)
{
    const struct option table[] = {
        {"format", OPTION_TEXT, &publish->format, 0, 0},
        {"generate", OPTION_INTEGER, &publish->generate, 1, INT64_C(1000000000)},
        {"seed", OPTION_INTEGER, &publish->seed, 0, INT64_MAX},
        {"duplicates", OPTION_INTEGER, &publish->duplicates, 0, 100},
        {"no-reporter", OPTION_FLAG, &publish->without_reporter, 0, 0},
        {"source", OPTION_TEXT, &publish->source, 0, 0},
        {"endpoint", OPTION_TEXT, &publish->options.endpoint, 0, 0},
        {"server-key", OPTION_TEXT, &publish->server_key, 0, 0},
        {"key-file", OPTION_TEXT, &publish->key_file, 0, 0},
        {"window", OPTION_INTEGER, &publish->options.window, 1, PUBLISHER_WINDOW_MOST},
        {"clients", OPTION_INTEGER, &publish->options.clients, 1, PUBLISHER_CLIENTS_MOST},
        {"rate", OPTION_INTEGER, &publish->options.rate, 1, 10000000},
        {"resend-after", OPTION_INTEGER, &publish->options.resend_after_ms, 10, 3600000},
        {"patience", OPTION_INTEGER, &publish->options.patience_ms, 100, 86400000},
        {"receipts", OPTION_TEXT, &publish->receipts_path, 0, 0},
        {"json", OPTION_FLAG, &publish->json, 0, 0},
        {"quiet", OPTION_FLAG, &publish->quiet, 0, 0},
    };
    const struct options options = {.command = "publish",
        .table = table,
        .count = LENGTH(table),
        .words = &publish->file,
        .most_words = 1};
    int words = options_parse(&options, argc, argv);

    if (words < 0)
        return -1;
    if ((words == 1) == (publish->generate > 0)) {
        complain("publish",
            "give either a FILE (- for standard input) or --generate N; see kentongan help publish");
        return -1;
    }
    if ((publish->server_key == NULL) != (publish->key_file == NULL)) {
        complain(
            "publish", "CURVE needs both --server-key and --key-file; kentongan keygen curve makes the file");
        return -1;
    }
    if (publish->server_key != NULL && strlen(publish->server_key) != KEY_LENGTH) {
        complain("publish",
            "--server-key: is not a Z85 key of 40 characters; ask the operator for the server's public key");
        return -1;
    }
    return 0;
}

static int
read_key(struct publish *publish)
{
    FILE *file = fopen(publish->key_file, "re");
    char line[KEY_LENGTH + 3] = "";

    if (file == NULL) {
        complain(
            "publish", "%s: %s; name the secret file that keygen made", publish->key_file, strerror(errno));
        return -1;
    }
    bool got = fgets(line, sizeof(line), file) != NULL;
    fclose(file);
    line[strcspn(line, "\r\n")] = '\0';
    if (!got || strlen(line) != KEY_LENGTH) {
        complain("publish", "%s: holds no Z85 key of 40 characters; name the secret file that keygen made",
            publish->key_file);
        return -1;
    }
    memcpy(publish->secret_key, line, sizeof(publish->secret_key));
    publish->options.server_key = publish->server_key;
    publish->options.secret_key = publish->secret_key;
    return 0;
}

// tsv or jsonl: as told, or as the file is called.
static int
find_format(const struct publish *publish, enum report_format *format)
{
    const char *ending = strrchr(publish->file, '.');
    const char *name = publish->format != NULL ? publish->format : ending != NULL ? ending + 1 : "";

    if (strcmp(name, "tsv") == 0) {
        *format = REPORT_TSV;
        return 0;
    }
    if (strcmp(name, "jsonl") == 0 || strcmp(name, "ndjson") == 0) {
        *format = REPORT_JSONL;
        return 0;
    }
    complain("publish", "%s: neither its name nor --format says whether it is tsv or jsonl; add --format",
        publish->file);
    return -1;
}

static int
open_source(struct publish *publish)
{
    enum report_format format = REPORT_TSV;

    if (publish->generate > 0) {
        const struct generator_options options = {.seed = (uint64_t)publish->seed,
            .duplicates = publish->duplicates,
            .source = publish->source,
            .without_reporter = publish->without_reporter};
        publish->generator = generator_new(&options);
        publish->left = publish->generate;
        return 0;
    }
    if (find_format(publish, &format) < 0)
        return -1;
    publish->input = strcmp(publish->file, "-") == 0 ? stdin : fopen(publish->file, "re");
    if (publish->input == NULL) {
        complain("publish", "%s: %s; name a file that can be read", publish->file, strerror(errno));
        return -1;
    }
    publish->reader = report_reader_new(publish->input, format, publish->source);
    return 0;
}

static int
next_report(void *self, const Kentongan__V1__Report **report)
{
    struct publish *publish = self;

    if (publish->reader != NULL)
        return report_reader_next(publish->reader, report);
    if (publish->left == 0)
        return 0;
    publish->left--;
    *report = generator_next(publish->generator);
    return 1;
}

static bool
show_progress(void *self, const struct publisher_count *count)
{
    const struct publish *publish = self;
    enum { BAR = 24 };
    char bar[BAR + 1];

    if (interrupted != 0)
        return false;
    if (!publish->shows_progress)
        return true;
    int filled = publish->generate > 0 ? (int)(count->settled * BAR / publish->generate) : 0;
    memset(bar, ' ', BAR);
    memset(bar, '=', (size_t)filled);
    bar[BAR] = '\0';
    double rate = (double)count->settled * 1e6 / (double)(count->elapsed_us + 1);
    if (publish->generate > 0)
        fprintf(stderr, "\r[%s] %" PRId64 " of %" PRId64 ", %.0f/s, %" PRId64 " without receipt  ", bar,
            count->settled, publish->generate, rate, count->sent - count->settled);
    else
        fprintf(stderr, "\r%" PRId64 " settled, %.0f/s, %" PRId64 " without receipt  ", count->settled, rate,
            count->sent - count->settled);
    fflush(stderr);
    return true;
}

static double
milliseconds(const struct publisher *publisher, double share)
{
    return (double)histogram_share(publisher_waits(publisher), share) / 1000;
}

static void
print_end(const struct publish *publish, const struct publisher *publisher)
{
    const struct publisher_count *count = publisher_count(publisher);
    double seconds = (double)count->elapsed_us / 1e6;
    double rate = seconds > 0 ? (double)count->settled / seconds : 0;

    if (publish->shows_progress)
        fprintf(stderr, "\r%*s\r", 79, "");
    if (publish->json) {
        rows_print_json(json_pack("{s:I s:I s:I s:I s:I s:I s:I s:I s:I s:f s:f s:f s:f s:f}", "sent",
            (json_int_t)count->sent, "settled", (json_int_t)count->settled, "accepted",
            (json_int_t)count->accepted, "already_accepted", (json_int_t)count->already, "rejected",
            (json_int_t)count->rejected, "unanswered", (json_int_t)(count->sent - count->settled),
            "retry_later", (json_int_t)count->retries, "resent", (json_int_t)count->resent, "unreadable",
            (json_int_t)count->unreadable, "seconds", seconds, "rate", rate, "p50_ms",
            milliseconds(publisher, 0.5), "p99_ms", milliseconds(publisher, 0.99), "worst_ms",
            milliseconds(publisher, 1)));
        return;
    }
    if (publish->quiet)
        return;
    printf("%" PRId64 " reports in %.1f s, %.0f/s; receipts p50 %.1f ms, p99 %.1f ms; %" PRId64
           " accepted, %" PRId64 " already accepted, %" PRId64 " rejected, %" PRId64 " unanswered; %" PRId64
           " times told to retry later, %" PRId64 " resent\n",
        count->sent, seconds, rate, milliseconds(publisher, 0.5), milliseconds(publisher, 0.99),
        count->accepted, count->already, count->rejected, count->sent - count->settled, count->retries,
        count->resent);
}

// What the counts mean for the caller; one line on standard error where something is wrong.
static int
judge(const struct publish *publish, const struct publisher_count *count)
{
    if (count->gave_up) {
        complain("publish",
            "%s: no receipt within %" PRId64
            " ms; check that ingest runs there%s, then run the same command again (nothing is "
            "stored twice)",
            publish->options.endpoint, publish->options.patience_ms,
            publish->server_key != NULL ? " and that the keys are right and registered" : "");
        return EXIT_AWAY;
    }
    if (count->source_failed) {
        complain("publish", "%s: %s; correct it and run the same command again (nothing is stored twice)",
            publish->file, report_reader_reason(publish->reader));
        return EXIT_USAGE;
    }
    if (count->settled < count->sent) {
        complain("publish",
            "interrupted with %" PRId64
            " reports unanswered; run the same command again (nothing is stored twice)",
            count->sent - count->settled);
        return EXIT_FAILED;
    }
    return count->rejected > 0 ? EXIT_FAILED : EXIT_OK;
}

static int
open_receipts(struct publish *publish)
{
    if (publish->receipts_path == NULL)
        return 0;
    publish->options.receipts = fopen(publish->receipts_path, "we");
    if (publish->options.receipts == NULL) {
        complain(
            "publish", "%s: %s; name a file that can be written", publish->receipts_path, strerror(errno));
        return -1;
    }
    return 0;
}

int
publish_command(int argc, char **argv)
{
    struct publish publish = {.seed = 1,
        .duplicates = 10,
        .source = "cli",
        .options = {.window = 64, .clients = 1, .resend_after_ms = 5000, .patience_ms = 10000}};
    const struct publisher_source source = {.next = next_report, .self = &publish};
    const struct sigaction action = {.sa_handler = interrupt};
    struct publisher *publisher = NULL;
    char reason[256] = "";
    int code = EXIT_USAGE;

    if (parse(&publish, argc, argv) < 0)
        return EXIT_USAGE;
    if (publish.options.endpoint == NULL)
        publish.options.endpoint = config_read()->endpoint;
    if ((publish.server_key != NULL && read_key(&publish) < 0) || open_source(&publish) < 0 ||
        open_receipts(&publish) < 0)
        goto done;
    publisher = publisher_new(&publish.options, reason, sizeof(reason));
    if (publisher == NULL) {
        complain("publish", "%s; see --endpoint in kentongan help publish", reason);
        goto done;
    }
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    publish.shows_progress = !publish.quiet && !publish.json && isatty(STDERR_FILENO) != 0;
    publisher_run(publisher, &source, show_progress, &publish);
    print_end(&publish, publisher);
    code = judge(&publish, publisher_count(publisher));

done:
    publisher_destroy(&publisher);
    if (publish.options.receipts != NULL && fclose(publish.options.receipts) != 0 && code == EXIT_OK) {
        complain(
            "publish", "%s: %s; the list of receipts is not whole", publish.receipts_path, strerror(errno));
        code = EXIT_FAILED;
    }
    report_reader_destroy(&publish.reader);
    generator_destroy(&publish.generator);
    if (publish.input != NULL && publish.input != stdin)
        fclose(publish.input);
    return code;
}
