// report_recap.c - kentongan report recap: the five buckets of LaporGub!, which always sum.
#include "report_recap.h"

#include "complain.h"
#include "config.h"
#include "options.h"
#include "report_document.h"
#include "report_figure.h"
#include "report_span.h"
#include "rows.h"
#include "store_reports.h"

#include <stdbool.h>
#include <stdio.h>

static const struct report_column bucket_columns[] = {
    {"bucket", "bucket", REPORT_TEXT,
        "of the ticket's stage now: received = belum dijawab; verifying = verifikasi; field_check, "
        "in_progress, "
        "awaiting_validation, reopened = progres; done = selesai; rejected = tidak layak"},
    {"reports", "reports", REPORT_NUMBER,
        "reports received in the period, by the stage of the ticket that each hangs on; one without a ticket "
        "yet "
        "is belum dijawab"},
    {"share", "of all", REPORT_PERCENT, "reports in the bucket / all reports"},
    {"tickets", "tickets", REPORT_NUMBER, "tickets that were opened by a report of the period"},
};

static json_t *
buckets(const json_t *read)
{
    static const struct {
        const char *bucket, *reports, *tickets;
    } all[] = {{"belum dijawab", "unanswered", "unanswered_tickets"},
        {"verifikasi", "verifying", "verifying_tickets"}, {"progres", "progress", "progress_tickets"},
        {"selesai", "done", "done_tickets"}, {"tidak layak", "rejected", "rejected_tickets"},
        {"all", "all", "all_tickets"}};
    json_t *rows = json_array();

    for (size_t i = 0; i < LENGTH(all); i++) {
        int64_t reports = rows_integer(read, all[i].reports);

        report_rows_add(
            rows, json_pack("{s:s, s:I, s:o, s:I}", "bucket", all[i].bucket, "reports", (json_int_t)reports,
                      "share", report_figure_share(reports, rows_integer(read, "all")), "tickets",
                      (json_int_t)rows_integer(read, all[i].tickets)));
    }
    return rows;
}

static json_t *
percent(int64_t part, int64_t all)
{
    int64_t tenths = report_figure_tenths(part, all);

    return tenths < 0 ? json_null() : json_real((double)tenths / 10.0);
}

static json_t *
figures(const json_t *read)
{
    int64_t all = rows_integer(read, "all");
    int64_t done = rows_integer(read, "done");
    int64_t in_process = rows_integer(read, "verifying") + rows_integer(read, "progress");
    json_t *rows = json_array();

    report_figures_add(rows, "settled %", percent(done, all), "done / all: selesai / all reports");
    report_figures_add(rows, "followed up %", percent(done + in_process, all),
        "(done + in process) / all: (selesai + verifikasi + progres) / all reports");
    report_figures_add(rows, "sum of the five buckets", json_integer(rows_integer(read, "sum")),
        "holds: it equals the number of all reports, which is counted apart");
    report_figures_add(rows, "on the shelf", json_integer(rows_integer(read, "shelf")),
        "messages that are no report (a greeting, an advertisement); in none of the figures above");
    return rows;
}

// False after one line on standard error: there is a stage that no bucket has.
static bool
sums(const json_t *read)
{
    int64_t sum = rows_integer(read, "sum");
    int64_t all = rows_integer(read, "all");

    if (sum == all)
        return true;
    complain("report recap",
        "the five buckets have %lld reports, there are %lld: a ticket has an unknown stage; nothing is "
        "printed",
        (long long)sum, (long long)all);
    return false;
}

static int
print(const struct report_output *output, const struct report_period *period, const json_t *read)
{
    struct report_document document = {.name = "recap"};
    int code = EXIT_FAILED;

    snprintf(document.title, sizeof(document.title), "Recapitulation of reports received, %s", period->label);
    report_document_add_rows(&document, "period", "Period", report_span_columns, LENGTH(report_span_columns),
        report_span_rows(period));
    report_document_add_rows(
        &document, "buckets", "The five buckets", bucket_columns, LENGTH(bucket_columns), buckets(read));
    report_document_add_rows(
        &document, "figures", "Figures", report_figure_columns, LENGTH(report_figure_columns), figures(read));
    code = report_output_write(output, &document);
    report_document_free(&document);
    return code;
}

int
report_recap(int argc, char **argv)
{
    struct report_output output = {0};
    struct report_span said = {0};
    const struct option table[] = {REPORT_SPAN_OPTIONS(said), REPORT_OUTPUT_OPTIONS(output)};
    const struct options options = {.command = "report", .table = table, .count = LENGTH(table)};
    struct report_period period;
    struct db *db = NULL;
    json_t *read = NULL;
    int code = EXIT_AWAY;

    if (options_parse(&options, argc, argv) < 0 || !report_output_is_good(&output, "report recap") ||
        report_span_read(&said, "report recap", &period) < 0)
        return EXIT_USAGE;
    db = config_open_db();
    read = store_reports_recap(db, &period);
    if (read != NULL)
        code = sums(read) ? print(&output, &period, read) : EXIT_FAILED;
    json_decref(read);
    db_destroy(&db);
    return code;
}
