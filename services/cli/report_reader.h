// report_reader.h - reports from a file: tab-separated with a header row, or JSON Lines.
//
// TSV: the first row names the fields (source, source_message_id, channel, text, name, phone, latitude,
// region_code ..); no quoting; \n, \t and \\ in a field stand for a line break, a tab and a backslash. JSON
// Lines: one object a line with the keys of proto/ingest.proto ("place": {"point": {"latitude": ..}} and so
// on). A report without source_message_id gets one that is made from its line, so that sending the file again
// stores nothing twice.
#ifndef KENTONGAN_CLI_REPORT_READER_H
#define KENTONGAN_CLI_REPORT_READER_H

#include "check.h"
#include "ingest.pb-c.h"

#include <stdio.h>

struct report_reader;

enum report_format { REPORT_TSV, REPORT_JSONL };

// file and source (for reports that name none) are borrowed until the reader is destroyed.  Returns new.
struct report_reader *report_reader_new(FILE *file, enum report_format format, const char *source);
void report_reader_destroy(struct report_reader **reader);

// Reads the next report: 1 and the report (borrowed until the next call), 0 at the end, -1 when a line cannot
// be understood.
MUST_USE int report_reader_next(struct report_reader *reader, const Kentongan__V1__Report **report);

// After -1: one line that names the line and the field, and says what is wrong.  Borrowed.
const char *report_reader_reason(const struct report_reader *reader);

#endif
