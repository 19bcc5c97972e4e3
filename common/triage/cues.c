// cues.c - what the words before a name make of it.
//
// One table of words; the rest is looking one to three words back.  It never looks across a break.
#include "cues.h"

#include "check.h"
#include "hashmap.h"

#include <stdlib.h>
#include <string.h>

// What a word does; the first CUE_NOT + 1 values are enum cue.
enum {
    WORD_FILLER = CUE_NOT + 1, // "jalan raya Demak", "toko bangunan Brebes"
    WORD_PERSON,               // pak: the next word is a person's name, and so may be the one after
    WORD_GIVEN_NAME,
    WORD_AT,     // lokasi, tepatnya
    WORD_UNTIL,  // sampai
    WORD_PART,   // utara
    WORD_ESTATE, // indah
    WORD_PLAIN,  // after "kecamatan" it is no name: "kecamatan kami"
    FILLERS_MOST = 2,
};

struct cues {
    struct hashmap *words;
};

static const struct {
    int does;
    const char *words;
} table[] = {
    {CUE_KABUPATEN,
        "kab kabupaten kabupatene kabupatenne kabpaten kabupten kabuaten kabpt kbupaten pemkab bupati "
        "dikab dikabupaten kekabupaten"},
    {CUE_KOTA, "kota kutho kutha kotamadya kodya pemkot walikota dikota kekota"},
    {CUE_DISTRICT, "kec kecamatan kecamatane kcmtn kcmatan kcamatan kecmatan kecematan kecamtan camat "
                   "dikec dikecamatan kekecamatan"},
    {CUE_VILLAGE, "desa ds dsa deso ndeso desane desone dese kelurahan kelurahane kel kelrh klurahan "
                  "kelurahaan kelurhan "
                  "lurah kades didesa kedesa dikel dikelurahan kekelurahan pemdes"},
    {CUE_IN,
        "di d daerah wilayah wilyah wil kawasan sekitar seputar area warga wargi masyarakat penduduk nang "
        "neng "
        "ning teng ing wonten ndik nek domisili berdomisili tinggal diwilayah didaerah disekitar dikawasan "
        "dlm dalam pesisir rakyat seluruh se"},
    {CUE_PROVINCE, "provinsi propinsi prov pemprov gubernur"},
    {CUE_FROM, "dari asal saking seko seka saka soko kiriman pulang mudik"},
    {CUE_TO, "ke arah menuju tujuan dateng maring menyang nyang"},
    {CUE_OFFICE,
        "polres polresta polrestabes rsud rsu samsat dinas dinkes disdik dindik dindikbud disdikbud "
        "dinkominfo diskominfo dishub dinhub dpu dpupr pupr dputr dpubm dlh dlhk blh dinsos dinsospermades "
        "disperindag disdag dinperindag disnaker disnakertrans dinperinaker disdukcapil dukcapil dindukcapil "
        "dispendukcapil capil disparpora disporapar dinporapar disperkim disperakim perkim bkd bkpp bkpsdm "
        "bpbd bpkad bappeda baznas bpn kesbangpol dprd dpmptsp dpmd dispermades dispertan satpol pp pdam kpu "
        "bawaslu lapas rutan kejari negeri kodim pemda inspektorat sekda kemenag bpjs pln imigrasi "
        "pertanahan"},
    {CUE_UNIT, "puskesmas pkm polsek polsekta koramil kua uptd korwil"},
    {CUE_LANDMARK,
        "jembatan jembatane stasiun waduk bendung bendungan embung perempatan prapatan pertigaan simpang "
        "bundaran bunderan flyover underpass klinik apotek taman masjid mesjid gereja halte stadion"},
    {CUE_STREET, "jl jln jalan dalan dalane jalur ruas pantura tol lingkar ringroad"},
    {CUE_ROUTE, "bus bis bist busway jurusan trayek rute travel angkot angkutan kereta ka krl kapal lintas "
                "perjalanan"},
    {CUE_NOT,
        "gang gg lorong dusun dsn dukuh dk dkh kampung kp kmp perum perumahan perumnas prum griya graha blok "
        "komplek kompleks cluster puri kali kaline sungai bengawan gunung bukit po pt cv ud tb pd rm nama "
        "panggilan bernama toko warung warteg resto restoran makan kedai hotel losmen bakso soto sate tahu "
        "tempe getuk lumpia nasi mie mi bakmi wingko bandeng telur telor bawang merah asin jenang lentog "
        "dawet "
        "serabi carica salak duku durian batik ukir ukiran mebel mebelair kain tenun jagung kopi susu gudeg "
        "pecel rawon sambal kerupuk sirup wedang es roti kue ayam bebek sapi jamu merk merek cap bank "
        "koperasi "
        "kospin yayasan klub persatuan majalah koran radio suara"},
    {WORD_FILLER, "raya besar bangunan baru ekspres cepat"},
    {WORD_PERSON,
        "pak bapak bp bpk bu ibu ib mas mbak mba mbk sdr sdri saudara saudari kang yu mbah kyai kiai gus "
        "haji hj ustad ustadz dokter dr drs ir om tante bang dik dek almarhum alm an"},
    {WORD_GIVEN_NAME,
        "agus ahmad adi aji ali amin andi andri anton ari arif aris aryo bagus bambang bayu beni budi "
        "budiono cahyo "
        "candra danang dani darmo dedi deni didik dimas djoko dodi dwi edi eka eko endang erna fajar fitri "
        "gatot "
        "guntur hadi handoko hari haryanto hasan hendra heri heru imam indah indra iwan jaka joko juni kasno "
        "kris "
        "kusno lestari lilik lina maya mega muji mulyono naryo ningsih nugroho nunung nur nuryanto pardi "
        "parno "
        "prapto pur puji purnomo rahmat ratna retno rini ririn rudi sapto sari sarno setyo sigit siti slamet "
        "sri subagyo sudar sugeng sugiyono suharto sukarno sulastri sumarno sunarto supri suparno suroso "
        "suryo susi "
        "sutrisno suwarno tarno teguh tini titik tono tri triyono tugiman untung utami utomo wahyu warno "
        "wati widi "
        "widodo winarno wiwik yanti yanto yati yono yudi yuli yuni"},
    {WORD_AT,
        "lokasi lokasinya berlokasi tepatnya alamat alamatnya beralamat bertempat terletak letaknya tkp "
        "kejadian panggonane"},
    {WORD_UNTIL, "sampai sampe hingga tekan nganti dengan dan via lewat"},
    {WORD_PART, "utara selatan timur barat tengah lor kidul wetan kulon atas bawah"},
    {WORD_PLAIN,
        "kami kita kita saya ini itu yang setempat tersebut terkait juga sudah belum tidak mohon tolong pada "
        "untuk agar saat karena sebelah lain sini masing tetangga"},
    {WORD_ESTATE, "indah asri permai residence regency jaya estate makmur sejahtera abadi mandiri furniture"},
};

struct cues *
cues_new(void)
{
    struct cues *cues = check_zalloc(1, sizeof(*cues));
    struct text text = {0};

    cues->words = hashmap_new();
    for (size_t i = 0; i < LENGTH(table); i++) {
        text_clear(&text);
        text_add(&text, NULL, table[i].words, strlen(table[i].words));
        for (size_t k = 0; k + 1 < text.raw_count; k++)
            hashmap_put(cues->words, text.raw[k], (uint32_t)table[i].does);
    }
    text_free(&text);
    return cues;
}

void
cues_destroy(struct cues **cues)
{
    if (*cues == NULL)
        return;
    hashmap_destroy(&(*cues)->words);
    free(*cues);
    *cues = NULL;
}

static int
does(const struct cues *cues, const struct text *text, size_t i)
{
    uint32_t what = CUE_NONE;

    if (i < text->raw_count)
        (void)hashmap_get(cues->words, text->raw[i], &what);
    return (int)what;
}

bool
cue_is_level(enum cue cue)
{
    return cue == CUE_KABUPATEN || cue == CUE_KOTA || cue == CUE_REGENCY || cue == CUE_DISTRICT ||
           cue == CUE_VILLAGE || cue == CUE_PROVINCE;
}

enum cue
cues_before(const struct cues *cues, const struct text *text, size_t from, size_t i, size_t *words)
{
    size_t at = i;
    int what = CUE_NONE;
    int before = CUE_NONE;

    *words = 0;
    while (at > from && i - at < FILLERS_MOST && does(cues, text, at - 1) == WORD_FILLER)
        at--;
    if (at <= from)
        return CUE_NONE;
    what = does(cues, text, at - 1);
    before = at >= from + 2 ? does(cues, text, at - 2) : CUE_NONE;
    if (what == WORD_PERSON || (what == WORD_GIVEN_NAME && before == WORD_PERSON))
        what = CUE_NOT;
    else if (what == CUE_KOTA && before == CUE_KABUPATEN)
        what = CUE_REGENCY;
    else if (what == WORD_AT || (what == CUE_IN && before == WORD_AT))
        what = CUE_AT;
    if (what > CUE_NOT || what == CUE_NONE)
        return CUE_NONE;
    // "jalan raya" leads to a name, "baru" alone does not.
    if (at < i && what != CUE_STREET && what != CUE_NOT && what != CUE_ROUTE)
        return CUE_NONE;
    *words = i - at + 1;
    return (enum cue)what;
}

bool
cues_is_level(const struct cues *cues, const struct text *text, size_t i)
{
    int what = does(cues, text, i);

    return what <= CUE_NOT && cue_is_level((enum cue)what);
}

bool
cues_is_any(const struct cues *cues, const struct text *text, size_t i)
{
    return does(cues, text, i) != CUE_NONE;
}

bool
cues_is_until(const struct cues *cues, const struct text *text, size_t i)
{
    return does(cues, text, i) == WORD_UNTIL || does(cues, text, i) == CUE_TO;
}

bool
cues_is_part(const struct cues *cues, const struct text *text, size_t i)
{
    return does(cues, text, i) == WORD_PART;
}

bool
cues_is_estate(const struct cues *cues, const struct text *text, size_t i)
{
    return does(cues, text, i) == WORD_ESTATE;
}
