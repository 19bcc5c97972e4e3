// language.c - which language a report is written in.
//
// Counted are words that one of the two languages has and the other has not: mostly small ones, which stand
// in every text, and for short reports the most frequent words of complaints.
#include "language.h"

#include "check.h"
#include "hashmap.h"

#include <stdlib.h>
#include <string.h>

struct languages {
    struct hashmap *words; // hash -> enum triage_language
};

static const struct {
    enum triage_language language;
    const char *words;
} lists[] = {
    {LANGUAGE_INDONESIAN,
        "yang yg dan di ke dari ini itu tidak tdk gak nggak ga sudah sdh udah belum blm dengan dgn untuk utk "
        "karena krn ada adalah pada atau juga saja akan bisa mohon tolong tlg kami saya kapan bagaimana "
        "gimana apa apakah kenapa mengapa sangat sekali lagi masih agar supaya jika kalau kalo tapi namun "
        "sampai oleh para seperti harus perlu segera jangan bukan setiap banyak kita mereka beliau "
        "jalan rusak berlubang lampu mati air sampah banjir parah warga terima kasih selamat malam sore "
        "rumah perbaikan diperbaiki laporan melapor lapor bantuan sekolah pelayanan kantor belakang depan "
        "sejak hari minggu bulan tahun lama terus sering pernah baru semua tersebut"},
    {LANGUAGE_JAVANESE,
        "sing ora gak ra ono ana wis wes uwis durung dereng iki kuwi iku niki niku punika menika meniko nang "
        "ning neng ing teng wonten mboten boten sampun nggih inggih njih kulo kula dalem panjenengan "
        "sampeyan "
        "aku awakmu kowe koe piye pripun kepriye kepriwe priwe opo apane napa nopo kok ngopo keno kena "
        "amarga "
        "amargi merga mergo mergane kalih karo kaliyan saking seko soko nyuwun nuwun tulung matur nuwun "
        "suwun "
        "dalan dalane margi banyu toya lampune griya omah omahe bodhol bodol rusake peteng petengan dereng "
        "inyong nyong rika kiye kuwe ngonoh ngkono kaya koyo kados wong tiyang warga ndeso desane kampunge "
        "meneh malih maneh terus isih taksih suwe dangu akeh kathah kabeh sedoyo sedaya ojo aja ampun arep "
        "badhe ben supados mugi mugo mugia ndang enggal gek saben dina dinten wengi ndalu esuk enjing sore "
        "bengi lurahe pakdhe budhe bocah lare larene udan jawah kalen kali ambruk jeglongan mblandang mbok "
        "yen nek menawi menowo lan ugi uga nanging tapine padha podo sami rek gih enten ten mawon wae bae"},
};

struct languages *
languages_new(void)
{
    struct languages *languages = check_zalloc(1, sizeof(*languages));
    struct text text = {0};

    languages->words = hashmap_new();
    for (size_t i = 0; i < LENGTH(lists); i++) {
        text_clear(&text);
        text_add(&text, NULL, lists[i].words, strlen(lists[i].words));
        for (size_t k = 0; k < text.raw_count; k++) {
            uint32_t other = 0;

            if (text.raw[k] == 0)
                continue;
            // What both have tells nothing.
            if (hashmap_get(languages->words, text.raw[k], &other) && other != (uint32_t)lists[i].language)
                hashmap_put(languages->words, text.raw[k], LANGUAGE_OTHER);
            else
                hashmap_put(languages->words, text.raw[k], (uint32_t)lists[i].language);
        }
    }
    text_free(&text);
    return languages;
}

void
languages_destroy(struct languages **languages)
{
    if (*languages == NULL)
        return;
    hashmap_destroy(&(*languages)->words);
    free(*languages);
    *languages = NULL;
}

enum triage_language
languages_find(const struct languages *languages, const struct text *text)
{
    size_t counts[LANGUAGE_MIXED + 1] = {0};
    size_t all = 0;

    for (size_t i = 0; i < text->raw_count; i++) {
        uint32_t language = LANGUAGE_OTHER;

        if (text->raw[i] != 0 && hashmap_get(languages->words, text->raw[i], &language))
            counts[language]++;
    }
    all = counts[LANGUAGE_INDONESIAN] + counts[LANGUAGE_JAVANESE];
    if (all == 0)
        return LANGUAGE_OTHER;
    if (counts[LANGUAGE_INDONESIAN] * 4 < all)
        return LANGUAGE_JAVANESE;
    return counts[LANGUAGE_JAVANESE] * 4 < all ? LANGUAGE_INDONESIAN : LANGUAGE_MIXED;
}

const char *
language_name(enum triage_language language)
{
    static const char *const names[] = {"other", "indonesian", "javanese", "mixed"};

    CHECK((size_t)language < LENGTH(names));
    return names[language];
}
