// vocabulary.c - which words are ordinary, which are names, and which matter they speak of.
//
// Pure but for its own memory: the words it has met, in slots of a table that forget.
#include "vocabulary.h"

#include "check.h"
#include "hashmap.h"
#include "respell.h"
#include "signs.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum {
    SLOTS = 1 << 15, // the names of the villages of the province and the words that are used take half
};

struct slot {
    uint64_t raw;
    struct vocabulary_word word;
};

struct vocabulary {
    const struct lexicon *lexicon;
    struct signs *signs;
    struct hashmap *classes;  // meaning -> enum word_class
    struct hashmap *concepts; // meaning -> number of its concept
    struct hashmap *aspects;  // meaning -> bits of enum vocabulary_aspect
    struct hashmap *alike;    // meaning -> row of words for one thing
    struct respell *respell;
    const struct gazetteer *gazetteer; // or NULL
    struct text scratch;               // finds the meaning of a word
    struct slot *slots;
    struct vocabulary_word *words; // of the text being read
    size_t room;
};

// Things first, then from VOCABULARY_TROUBLES on what is wrong with them.  Words as written, any form.  The
// words of a row that begins with = are compared as one word.
static const char *const concepts[VOCABULARY_CONCEPTS] = {
    "=lampu pju lpju penerangan neon bohlam",
    "listrik pln trafo gardu token",
    "tiang kabel",
    "=lubang bolong berlubang growong",
    "jembatan",
    "aspal tambal paving cor makadam bergelombang",
    "=selokan got gorong drainase parit comberan",
    "irigasi saluran",
    "banjir rob genang luap evakuasi perahu",
    "sampah tps tpa tpst",
    "=pohon dahan ranting",
    "pdam ledeng kran keran air",
    "sumur bor",
    "longsor tebing talud bronjong",
    "kebakaran terbakar api asap damkar pemadam",
    "limbah cemar ipal",
    "=bau busuk bangkai amis mambu",
    "=bising knalpot karaoke berisik getaran musik",
    "balap balapan",
    "rambu zebra marka plang papan",
    "bangjo apil traffic",
    "perlintasan kereta sepur jpl palang",
    "=truk truck tonase odol",
    "=bus bis minibus mikrobus angkot kernet tarif ongkos trayek",
    "=parkir jukir",
    "=pungutan pungli iuran saber",
    "ijazah",
    "pip kip beasiswa",
    "pkh bansos blt bpnt sembako beras",
    "bpjs jkn pbi",
    "ktp akta kia dukcapil rekam",
    "sertifikat ptsl bpn pertanahan",
    "=gaji honor upah thr lembur",
    "atap genteng plafon",
    "pagar tembok",
    "=internet wifi sinyal",
    "ternak kandang ayam sapi babi kambing lalat anjing",
    "obat dokter igd pasien perawat bidan",
    "dbd nyamuk fogging jentik abate pengasapan",
    "=elpiji lpg tabung melon gas",
    "pupuk",
    "solar pertalite bensin bbm",
    "pkl lapak los",
    "judi togel miras mabuk",
    "=odgj gila jiwa",
    "tambang galian",
    "halte",
    "perosotan mainan bermain ayunan luncur",
    "pajak stnk opsen pkb samsat",
    "zonasi ppdb spmb",
    "loket antre calo",
    "menara tower",
    "toilet wc tagihan meteran",
    "proyek spesifikasi anggaran",
    "petani sawah padi gabah panen",
    "tikus hama wereng",
    "=rusak roboh ambruk ambrol ambles jebol runtuh rubuh putus retak patah pecah hancur longgar miring",
    "=mati padam gelap oglangan byarpet",
    "=mampet sumbat buntu",
    "kering langka kosong",
    "=macet semrawut",
    "=hilang curi maling",
    "tabrak kecelakaan korban luka tewas",
    "=bocor rembes mrembes",
};

static const struct {
    enum vocabulary_aspect aspect;
    const char *words;
} aspects[] = {
    {VOCABULARY_COST,
        "tarif mahal larang awis biaya bayar pungut pungli iuran harga rupiah tagih denda ongkos"},
    {VOCABULARY_FOUL, "bau mambu keruh buthek kotor reged busuk basi apek tengik kutu cemar amis anyir ulat "
                      "belatung jorok"},
    {VOCABULARY_RUDE, "ramah bentak judes ketus cuek galak kasar marah sinis obrol sopan bolos"},
    {VOCABULARY_SHORT, "potong sunat coret susut oplos"},
};

// Names that half of the reports of a place have.  Having one in common says little, having two different
// ones a lot.
static const char *const regencies =
    "banjarnegara banyumas batang blora boyolali brebes cilacap demak grobogan jepara karanganyar kebumen "
    "kendal "
    "klaten kudus magelang pati pekalongan pemalang purbalingga purworejo rembang salatiga semarang smg "
    "sragen "
    "sukoharjo surakarta solo tegal temanggung wonogiri wonosobo purwokerto jawa jateng tengah indonesia "
    "jakarta dki "
    "bandung surabaya medan yogyakarta jogja bekasi bogor depok tangerang bali banten";

// What is written wrong may be meant to be one of these.
static void
add_spellings(struct vocabulary *vocabulary, const char *words)
{
    for (const char *at = words + strspn(words, " ="); *at != '\0'; at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");

        respell_add(vocabulary->respell, at, length);
        at += length;
    }
}

static void
add_list(struct vocabulary *vocabulary, const char *words, struct hashmap *map, uint32_t value)
{
    text_clear(&vocabulary->scratch);
    text_add(&vocabulary->scratch, vocabulary->lexicon, words, strlen(words));
    for (size_t i = 0; i < vocabulary->scratch.word_count; i++)
        if (vocabulary->scratch.words[i] != 0)
            hashmap_put(map, vocabulary->scratch.words[i], value);
}

struct vocabulary *
vocabulary_new(const struct lexicon *lexicon)
{
    struct vocabulary *vocabulary = check_zalloc(1, sizeof(*vocabulary));

    vocabulary->lexicon = lexicon;
    vocabulary->signs = signs_new();
    vocabulary->classes = hashmap_new();
    vocabulary->concepts = hashmap_new();
    vocabulary->alike = hashmap_new();
    vocabulary->aspects = hashmap_new();
    vocabulary->respell = respell_new();
    vocabulary->slots = check_zalloc(SLOTS, sizeof(*vocabulary->slots));
    // What is in most reports first: of two that a slip may be meant to be it is the likelier.
    for (const char *const *row = vocabulary_words_common(); *row != NULL; row++)
        add_spellings(vocabulary, *row);
    for (const char *const *row = vocabulary_words_alike(); *row != NULL; row++)
        add_spellings(vocabulary, *row);
    for (uint32_t i = 0; i < VOCABULARY_CONCEPTS; i++)
        add_spellings(vocabulary, concepts[i]);
    for (const char *const *row = vocabulary_words_ordinary(); *row != NULL; row++)
        add_spellings(vocabulary, *row);
    for (size_t i = 0; i < LENGTH(aspects); i++) {
        add_list(vocabulary, aspects[i].words, vocabulary->classes, WORD_ORDINARY);
        add_list(vocabulary, aspects[i].words, vocabulary->aspects, aspects[i].aspect);
    }
    for (const char *const *row = vocabulary_words_alike(); *row != NULL; row++)
        add_list(vocabulary, *row, vocabulary->classes, WORD_ORDINARY);
    for (const char *const *row = vocabulary_words_ordinary(); *row != NULL; row++)
        add_list(vocabulary, *row, vocabulary->classes, WORD_ORDINARY);
    for (const char *const *row = vocabulary_words_common(); *row != NULL; row++)
        add_list(vocabulary, *row, vocabulary->classes, WORD_COMMON);
    for (uint32_t i = 0; vocabulary_words_alike()[i] != NULL; i++)
        add_list(vocabulary, vocabulary_words_alike()[i], vocabulary->alike, i);
    add_list(vocabulary, regencies, vocabulary->classes, WORD_REGENCY);
    for (uint32_t i = 0; i < VOCABULARY_CONCEPTS; i++)
        add_list(vocabulary, concepts[i], vocabulary->concepts, i);
    return vocabulary;
}

void
vocabulary_destroy(struct vocabulary **vocabulary)
{
    if (*vocabulary == NULL)
        return;
    signs_destroy(&(*vocabulary)->signs);
    hashmap_destroy(&(*vocabulary)->classes);
    hashmap_destroy(&(*vocabulary)->concepts);
    hashmap_destroy(&(*vocabulary)->alike);
    hashmap_destroy(&(*vocabulary)->aspects);
    respell_destroy(&(*vocabulary)->respell);
    text_free(&(*vocabulary)->scratch);
    free((*vocabulary)->slots);
    free((*vocabulary)->words);
    free(*vocabulary);
    *vocabulary = NULL;
}

void
vocabulary_set_gazetteer(struct vocabulary *vocabulary, const struct gazetteer *gazetteer)
{
    vocabulary->gazetteer = gazetteer;
    memset(vocabulary->slots, 0, SLOTS * sizeof(*vocabulary->slots));
}

// What a letter adds to a name.
static uint32_t
letter_value(char c)
{
    // No multiple of the letter's number: sums of those would be much the same for all words of one length.
    return (uint32_t)XXH3_64bits(&c, 1);
}

static uint16_t
name_of(const char *word, size_t length)
{
    uint32_t sum = 0;
    char last = '\0';

    for (size_t i = 0; i < length; i++) {
        bool goes_on = i + 1 < length;
        char c = word[i];

        if (goes_on && c == 'o' && word[i + 1] == 'e')
            c = 'u', i++;
        else if (goes_on && c == 'd' && word[i + 1] == 'j')
            c = 'j', i++;
        else if (goes_on && c == 't' && word[i + 1] == 'j')
            c = 'c', i++;
        if (c != last)
            sum += letter_value(c);
        last = c;
    }
    return (uint16_t)(sum << VOCABULARY_NAME_SHIFT & VOCABULARY_NAME);
}

static bool
is_region(const struct vocabulary *vocabulary, const char *bytes, size_t length)
{
    uint32_t name = 0;

    return vocabulary->gazetteer != NULL &&
           gazetteer_find_letters(vocabulary->gazetteer, bytes, length, &name) &&
           !gazetteer_is_trap(vocabulary->gazetteer, name);
}

// Finds what a word means in the lists; WORD_NAME when it is in none.
static void
find_meaning(struct vocabulary *vocabulary, const char *bytes, size_t length, struct vocabulary_word *word)
{
    uint32_t found = 0;

    word->class = WORD_NAME;
    text_clear(&vocabulary->scratch);
    text_add(&vocabulary->scratch, vocabulary->lexicon, bytes, length);
    if (vocabulary->scratch.word_count > 0)
        word->meant = vocabulary->scratch.words[0];
    if (word->meant == 0)
        word->class = WORD_EMPTY;
    else if (hashmap_get(vocabulary->classes, word->meant, &found))
        word->class = (uint8_t)found;
}

static void
find_concept(const struct vocabulary *vocabulary, struct vocabulary_word *word)
{
    const char *row = NULL;
    uint32_t found = 0;

    if (hashmap_get(vocabulary->concepts, word->meant, &found)) {
        word->concepts = UINT64_C(1) << found;
        row = concepts[found][0] == '=' ? concepts[found] : NULL;
        if (word->class == WORD_NAME)
            word->class = WORD_ORDINARY;
    }
    // No name is in the other lists, and most words that are looked up are names.
    if (word->class == WORD_NAME)
        return;
    if (hashmap_get(vocabulary->aspects, word->meant, &found))
        word->aspects = (uint8_t)found;
    if (row == NULL && hashmap_get(vocabulary->alike, word->meant, &found))
        row = vocabulary_words_alike()[found];
    if (row != NULL)
        word->meant = word_hash(row, strlen(row));
}

static struct vocabulary_word
look_up(struct vocabulary *vocabulary, const char *bytes, size_t length)
{
    struct sign_word sign = signs_find(vocabulary->signs, word_hash(bytes, length));
    struct vocabulary_word word = {.name = name_of(bytes, length), .letters = (uint8_t)length};
    const char *listed = NULL;
    size_t listed_length = 0;

    find_meaning(vocabulary, bytes, length, &word);
    if (word.class == WORD_NAME && sign.sign == SIGN_NONE) {
        word.is_region = is_region(vocabulary, bytes, length);
        if (!word.is_region)
            listed = respell_find(vocabulary->respell, bytes, length, &listed_length);
        if (listed != NULL) {
            find_meaning(vocabulary, listed, listed_length, &word);
            sign = signs_find(vocabulary->signs, word_hash(listed, listed_length));
        } else if (!word.is_region && respell_is_derived(bytes, length)) {
            word.class = WORD_ORDINARY;
        }
    }
    word.sign = sign.sign;
    word.number = sign.number;
    if (word.class == WORD_REGENCY)
        word.name |= VOCABULARY_NAME_REGENCY;
    find_concept(vocabulary, &word);
    return word;
}

// Is this text one in which capitals tell names from other words: some stand within a sentence, and most
// other words have none?
static bool
has_capitals(const struct vocabulary *vocabulary, const struct text *text)
{
    size_t capital = 0;
    size_t small = 0;
    size_t names = 0;

    for (size_t i = 1; i < text->raw_count; i++) {
        const struct text_span *span = &text->spans[i];

        if (span->kind != TEXT_WORD || text->spans[i - 1].kind == TEXT_BREAK)
            continue;
        if (vocabulary->words[i].class >= WORD_REGENCY)
            names += span->is_capital;
        else
            *(span->is_capital ? &capital : &small) += 1;
    }
    return names + capital > 0 && small > 2 * capital;
}

// A name that no list has is one for certain when it is a region's, or written like one.
static void
mark_sure_names(struct vocabulary *vocabulary, const struct text *text)
{
    bool is_told = has_capitals(vocabulary, text);

    for (size_t i = 0; i < text->raw_count; i++) {
        struct vocabulary_word *word = &vocabulary->words[i];
        bool begins = i == 0 || text->spans[i - 1].kind == TEXT_BREAK;

        if (word->class == WORD_REGENCY || word->is_region ||
            (word->class == WORD_NAME && is_told && !begins && text->spans[i].is_capital))
            word->name |= VOCABULARY_NAME_SURE;
    }
}

const struct vocabulary_word *
vocabulary_read(struct vocabulary *vocabulary, const struct text *text)
{
    if (text->raw_count > vocabulary->room) {
        vocabulary->room = text->raw_count * 2;
        vocabulary->words = check_realloc(vocabulary->words, vocabulary->room * sizeof(*vocabulary->words));
    }
    for (size_t i = 0; i < text->raw_count; i++) {
        const struct text_span *span = &text->spans[i];
        struct slot *slot = &vocabulary->slots[text->raw[i] % SLOTS];

        vocabulary->words[i] = (struct vocabulary_word){.class = WORD_EMPTY};
        if (span->kind != TEXT_WORD)
            continue;
        if (slot->raw != text->raw[i])
            *slot = (struct slot){
                .raw = text->raw[i], .word = look_up(vocabulary, &text->plain[span->at], span->length)};
        vocabulary->words[i] = slot->word;
    }
    mark_sure_names(vocabulary, text);
    return vocabulary->words;
}
