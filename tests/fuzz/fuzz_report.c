// fuzz_report.c - any bytes at all into report_read(): a report that keeps its promises, or a refusal that
// does.
#include "fuzz.h"

#include "check.h"
#include "identity.h"
#include "receipt.h"
#include "report.h"
#include "str.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static void
check_text(struct report_text text, size_t least, size_t most)
{
    CHECK(text.length >= least && text.length <= most);
    CHECK(text.data[text.length] == '\0' && strlen(text.data) == text.length);
    CHECK(str_is_text(text.data, text.length));
}

// What the tables of PostgreSQL and the stages behind rely on.
static void
check_report(const struct report *report)
{
    check_text(report->source, 1, 100);
    check_text(report->source_message_id, 1, REPORT_MESSAGE_ID_MOST);
    check_text(report->text, 1, 10000);
    check_text(report->region_code, 0, 13);
    check_text(report->address, 0, 500);
    check_text(report->attachments, 0, (size_t)6 * REPORT_FRAME_MOST);
    check_text(report->addressed_to, 0, 100);
    check_text(report->relayed_by, 0, 100);
    check_text(report->in_reply_to, 0, 100);
    CHECK(report->channel >= 1 && report->channel <= 14);
    CHECK(isfinite(report->latitude) && fabs(report->latitude) <= 90);
    CHECK(isfinite(report->longitude) && fabs(report->longitude) <= 180);
    CHECK(report->located || (report->latitude == 0 && report->longitude == 0));
    CHECK(report->sent_at_ms >= 0);
}

static void
check_refusal(const struct report_refusal *refusal)
{
    uint8_t bytes[RECEIPT_SIZE];
    size_t field = strlen(refusal->field);
    CHECK(field > 0 && memcmp(refusal->reason, refusal->field, field) == 0);
    CHECK(memcmp(refusal->reason + field, ": ", 2) == 0);
    CHECK(str_is_text(refusal->source_message_id, strlen(refusal->source_message_id)));
    const struct receipt receipt = {
        refusal->source_message_id, KENTONGAN__V1__STATUS__STATUS_REJECTED, "", refusal->reason, 0};
    CHECK(receipt_pack(&receipt, bytes) > 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    // Any point one can encrypt to; what is sealed here is never opened.
    static const uint8_t office_key[SEAL_KEY_SIZE] = {9};
    static struct arena *arena;
    static struct seal *seal;
    static struct str sealed;
    struct report report;
    struct report_refusal refusal;
    if (!arena) {
        arena = arena_new(REPORT_MEMORY_MOST);
        seal = seal_new(office_key);
        CHECK(seal);
    }
    if (report_read(arena, data, size, &report, &refusal) == 0) {
        check_report(&report);
        str_clear(&sealed);
        identity_seal(seal, &report, &sealed);
        CHECK((report.reporter != NULL) == (sealed.length > SEAL_OVERHEAD));
        str_clear(&sealed);
        identity_seal_address(seal, &report, &sealed);
        CHECK(report.reporter != NULL || sealed.length == 0);
    } else {
        check_refusal(&refusal);
        CHECK(arena_used(arena) == 0);
    }
    arena_clear(arena);
    return 0;
}
