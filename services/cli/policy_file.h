// policy_file.h - the file of kentongan policy try: what is to be different.  Pure but for reading it.
//
//     {"policies": [{"clock": "first_response", "hours": 12, "levels": "province", "from": "2026-08-01"}],
//      "holidays": {"add": ["2026-08-18"], "remove": ["2026-08-17"]},
//      "office": {"DISHUB": "mon-thu 08:00-16:00; fri 08:00-11:00",
//                 "RSUDPROV": {"hours": "mon-sun 07:00-21:00", "on_holidays": true},
//                 "PLN": null}}
//
// The keys of a policy are the options of kentongan policy add, with the same meaning.  One without "from"
// takes the place of all versions with the same conditions, as if it had always been in force.  An agency
// with null works on the usual days.
#ifndef KENTONGAN_CLI_POLICY_FILE_H
#define KENTONGAN_CLI_POLICY_FILE_H

#include "check.h"
#include "deadline/rules.h"
#include "str.h"

#include <jansson.h>

enum { POLICY_FILE_POLICIES_MOST = 64 };

// Changes the rules by what the file says.  Returns new: the policies it added, as policy_describe() makes
// them; or NULL: wrong says where and what ("policies[0].hours: ..").
MUST_USE json_t *policy_file_apply(const char *path, struct rules *rules, struct str *wrong);

#endif
