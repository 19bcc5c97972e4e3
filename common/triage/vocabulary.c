// vocabulary.c - which words are ordinary, which are names, and which matter they speak of.
//
// Pure but for its own memory: the words it has met, in slots of a table that forget.
#include "vocabulary.h"

#include "check.h"
#include "hashmap.h"
#include "signs.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum {
    SLOTS = 1 << 14,
    NAME_BYTES = 64,
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
    struct text scratch;      // finds the meaning of a word
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
    "=truk tonase odol",
    "=bus angkot kernet tarif ongkos trayek",
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
    "=elpiji lpg tabung melon",
    "pupuk",
    "solar pertalite bensin bbm",
    "pkl lapak los",
    "judi togel miras mabuk",
    "=odgj gila",
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
    "=mati padam gelap",
    "=mampet sumbat buntu",
    "kering langka kosong",
    "=macet semrawut",
    "=hilang curi maling",
    "tabrak kecelakaan korban luka tewas",
    "=bocor rembes",
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
    vocabulary->slots = check_zalloc(SLOTS, sizeof(*vocabulary->slots));
    for (const char *const *row = vocabulary_words_ordinary(); *row != NULL; row++)
        add_list(vocabulary, *row, vocabulary->classes, WORD_ORDINARY);
    for (const char *const *row = vocabulary_words_common(); *row != NULL; row++)
        add_list(vocabulary, *row, vocabulary->classes, WORD_COMMON);
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
    text_free(&(*vocabulary)->scratch);
    free((*vocabulary)->slots);
    free((*vocabulary)->words);
    free(*vocabulary);
    *vocabulary = NULL;
}

static int
compare(const void *left, const void *right)
{
    return *(const char *)left - *(const char *)right;
}

// Old spellings and doubled letters folded, letters after the first in the order of the alphabet.
static uint32_t
hash_name(const char *word, size_t length)
{
    char name[NAME_BYTES];
    size_t count = 0;

    for (size_t i = 0; i < length && count < sizeof(name); i++) {
        bool goes_on = i + 1 < length;
        char c = word[i];

        if (goes_on && c == 'o' && word[i + 1] == 'e')
            c = 'u', i++;
        else if (goes_on && c == 'd' && word[i + 1] == 'j')
            c = 'j', i++;
        else if (goes_on && c == 't' && word[i + 1] == 'j')
            c = 'c', i++;
        if (count == 0 || name[count - 1] != c)
            name[count++] = c;
    }
    if (count > 2)
        qsort(&name[1], count - 1, 1, compare);
    return (uint32_t)XXH3_64bits(name, count);
}

static struct vocabulary_word
look_up(struct vocabulary *vocabulary, const char *bytes, size_t length)
{
    struct sign_word sign = signs_find(vocabulary->signs, word_hash(bytes, length));
    struct vocabulary_word word = {.name = hash_name(bytes, length),
        .class = WORD_NAME,
        .letters = (uint8_t)length,
        .sign = sign.sign,
        .number = sign.number};
    uint32_t found = 0;

    text_clear(&vocabulary->scratch);
    text_add(&vocabulary->scratch, vocabulary->lexicon, bytes, length);
    if (vocabulary->scratch.word_count > 0)
        word.meant = vocabulary->scratch.words[0];
    if (word.meant == 0)
        word.class = WORD_EMPTY;
    else if (hashmap_get(vocabulary->classes, word.meant, &found))
        word.class = (uint8_t)found;
    word.name = word.class == WORD_REGENCY ? word.name | 1 : word.name & ~UINT32_C(1);
    if (hashmap_get(vocabulary->concepts, word.meant, &found)) {
        word.concepts = UINT64_C(1) << found;
        if (concepts[found][0] == '=')
            word.meant = word_hash(concepts[found], strlen(concepts[found]));
        if (word.class == WORD_NAME)
            word.class = WORD_ORDINARY;
    }
    return word;
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
    return vocabulary->words;
}
