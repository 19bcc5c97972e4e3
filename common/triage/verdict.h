// verdict.h - what a reporter says of the answer that was given, when asked "satisfied or not yet?".
#ifndef KENTONGAN_VERDICT_H
#define KENTONGAN_VERDICT_H

enum verdict {
    VERDICT_NONE,        // it says something else
    VERDICT_SATISFIED,   // "PUAS", its code and thanks: nothing is left to be done
    VERDICT_UNSATISFIED, // begins with "BELUM": it is to be opened again
    VERDICTS
};

// '', satisfied, unsatisfied.
const char *verdict_name(enum verdict verdict);

// The words are those that deploy/data/reply_templates.tsv asks for, in Indonesian and Javanese, before or
// behind the tracking code.  Who is satisfied and says more has something else to say.
enum verdict verdict_of(const char *text);

#endif
