// report.c - kentongan report: finds the report that is asked for.
#include "report.h"

#include "report_agencies.h"
#include "report_daily.h"
#include "report_negligence.h"
#include "report_recap.h"
#include "verbs.h"

int
report_command(int argc, char **argv)
{
    static const struct verb verbs[] = {{"daily", report_daily}, {"negligence", report_negligence},
        {"agencies", report_agencies}, {"recap", report_recap}};

    return verbs_run("report", verbs, LENGTH(verbs), argc, argv);
}
