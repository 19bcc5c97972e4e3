// triage_json.c - writes a triage as a line of JSON.
#include "triage_json.h"

#include "json_out.h"

static void
add_topics(struct str *out, const struct triage_json *line)
{
    const struct triage *triage = line->triage;

    str_add_text(out, ",\"topics\":[");
    for (size_t i = 0; i < triage->topic_count; i++) {
        str_add_text(out, i == 0 ? "{\"code\":" : ",{\"code\":");
        json_out_text(out, triage->topics[i].code);
        str_add_text(out, ",\"category\":");
        json_out_text(out, knowledge_category(line->knowledge, triage->topics[i].code));
        str_add_text(out, ",\"p\":");
        json_out_share(out, triage->topics[i].p);
        str_add_text(out, "}");
    }
    str_add_text(out, "],\"category\":");
    json_out_text(out, triage->category);
    str_add_text(out, ",\"topic\":");
    json_out_text(out, triage->topic);
}

static void
add_place(struct str *out, const struct triage_json *line)
{
    const struct place_answer *place = &line->triage->place;
    struct str question = {0};

    str_add_text(out, ",\"region_code\":");
    json_out_text(out, place->region_code);
    str_add_text(out, ",\"region_level\":");
    json_out_text(out, place->level);
    str_add_text(out, ",\"region_candidates\":[");
    for (size_t i = 0; i < place->candidate_count; i++) {
        if (i > 0)
            str_add_text(out, ",");
        json_out_text(out, place->candidates[i]);
    }
    str_add_text(out, "],\"question\":");
    region_names_question(line->names, place->candidates, place->candidate_count, &question);
    json_out_string(out, question.data, question.length);
    str_add_text(out, place->outside ? ",\"outside\":true" : ",\"outside\":false");
    str_free(&question);
}

void
triage_json_add(struct str *out, const struct triage_json *line)
{
    const struct triage *triage = line->triage;

    str_add_text(out, "{\"id\":");
    str_add_text(out, line->id);
    str_add_text(out, ",\"kind\":");
    json_out_text(out, kind_name(triage->kind));
    str_add_text(out, ",\"kind_p\":");
    json_out_share(out, triage->kind_p);
    str_add_text(out, triage->urgent ? ",\"urgent\":true,\"urgent_p\":" : ",\"urgent\":false,\"urgent_p\":");
    json_out_share(out, triage->urgent_p);
    add_topics(out, line);
    add_place(out, line);
    str_add_text(out, ",\"road\":");
    json_out_text(out, road_class_name(triage->road));
    str_add_text(out, ",\"language\":");
    json_out_text(out, language_name(triage->language));
    str_add_text(out, ",\"relation\":");
    json_out_text(out, relation_name(triage->relation));
    str_add_text(out, ",\"duplicate_of\":");
    str_add_text(out, line->duplicate_of);
    str_add_text(out, ",\"duplicate_score\":");
    json_out_share(out, triage->duplicate_score);
    str_add_text(out, ",\"why\":");
    json_out_text(out, triage->why);
    str_add_text(out, ",\"model\":");
    json_out_text(out, line->knowledge->model != NULL ? model_version(line->knowledge->model) : "");
    str_add_text(out, "}\n");
}
