// track.c - what the public may know of a report by its code.
#include "track.h"

#include "code.h"
#include "id.h"
#include "portal.h"
#include "store_track.h"

void
track_show(struct request *request, struct answer *answer)
{
    int64_t report_id = code_report(request, request->params[0]);
    char code[ID_CODE_SIZE];
    json_t *status = NULL;
    enum outcome outcome = DONE;

    if (report_id >= 0)
        outcome = store_track_read(request, report_id, &status);
    if (outcome != DONE) {
        answer_ending(answer, outcome);
    } else if (status == NULL) {
        answer_error(
            answer, 404, "unknown_code", "code", "No report has this code; look for a typing error.");
    } else {
        // As it is written, however it was typed.
        id_code(request->portal->tracking_key, report_id, code);
        json_object_set_new(status, "code", json_string(code));
        answer_json(answer, 200, status);
    }
}
