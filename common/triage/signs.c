// signs.c - words that announce a detail.
#include "signs.h"

#include "check.h"
#include "hashmap.h"
#include "lexicon.h"

#include <stdlib.h>
#include <string.h>

struct signs {
    struct hashmap *words; // hash -> sign, and above its lowest byte the number
};

struct row {
    enum sign sign;
    uint8_t number;
    const char *words; // with one space between them
};

static const struct row rows[] = {
    {SIGN_ROAD, 0, "jalan jl jln jlan jalane dalan ruas"},
    {SIGN_TITLE, 0,
        "raya jenderal jendral jend letjen letnan mayjen brigjen kolonel mayor kapten kapt lettu sersan "
        "pangeran "
        "sultan raden kyai kiai prof drs lingkar besar arah"},
    {SIGN_GANG, 0, "gang gg gng"},
    {SIGN_NUMBER, 0, "nomor no nomer nmr nmer number nomere"},
    {SIGN_HOUSE, 0, "rumah omah griyo"},
    {SIGN_RT, 0, "rt"},
    {SIGN_RW, 0, "rw"},
    {SIGN_KM, 0, "km kilometer"},
    {SIGN_FLOOR, 1, "lantai lt"},
    {SIGN_FLOOR, 2, "kelas kls"},
    {SIGN_FLOOR, 3, "semester smt"},
    {SIGN_BLOCK, 0, "blok blk block"},
    {SIGN_POINT, 0, "titik"},
    {SIGN_INITIALS, 0, "inisial berinisial"},
    {SIGN_ADDRESSED, 0, "pak bapak bpk ibu bu gubernur gub walikota bupati presiden mas mbak yth"},
    {SIGN_BEHALF, 0, "atas"},
    {SIGN_PERSON, 0, "nama bernama"},
    {SIGN_ESTATE, 0, "perumahan perum prm rusunawa rusun kompleks komplek apartemen cluster griya puri"},
    {SIGN_HAMLET, 0, "dusun dukuh dsn dk dkh grumbul kampung kampoeng kp pedukuhan padukuhan lingkungan"},
    {SIGN_VILLAGE, 0, "desa ds kelurahan kel kelrh keluarahan"},
    {SIGN_BESIDE, 0,
        "samping depan ngarep ngarepe ngajeng dpn belakang blkg mburi mburine seberang sebelah sblh dekat "
        "dkt deket cedhak cedak sandhing"},
    {SIGN_LANDMARK, 1, "rsud rs rsu rumkit"},
    {SIGN_LANDMARK, 2, "pasar"},
    {SIGN_LANDMARK, 3, "terminal"},
    {SIGN_LANDMARK, 4, "stasiun"},
    {SIGN_LANDMARK, 5, "alun"},
    {SIGN_LANDMARK, 6, "samsat"},
    {SIGN_LANDMARK, 7, "gor"},
    {SIGN_LANDMARK, 8, "stadion"},
    {SIGN_LANDMARK, 9, "disdukcapil dukcapil capil"},
    {SIGN_LANDMARK, 10, "perpusda perpustakaan perpus"},
    {SIGN_LANDMARK, 11, "lapas rutan"},
    {SIGN_LANDMARK, 12, "pelabuhan"},
    {SIGN_LANDMARK, 13, "masjid mesjid"},
    {SIGN_LANDMARK, 14, "tpa"},
    {SIGN_LANDMARK, 15, "museum"},
    {SIGN_LANDMARK, 16, "bandara"},
    {SIGN_LANDMARK, 17, "taman"},
    {SIGN_LANDMARK, 0,
        "musala mushola musholla musola langgar gereja pura vihara klenteng halte spbu pom puskesmas pustu "
        "polindes posyandu klinik kantor jembatan lapangan makam kuburan waduk embung bendung bendungan "
        "sungai kali pabrik pt cv toko indomaret alfamart swalayan perempatan prapatan pertigaan pertelon "
        "simpang bundaran tanjakan tikungan kampus universitas gedung hotel polsek polres koramil tps tpst "
        "pondok ponpes pesantren tk paud ra pantai bukit gunung warung kafe cafe karaoke resto bank apotek"},
    {SIGN_WANTS, 0,
        "tolong tlg tulung mohon mhn minta nyuwun harap semoga moga masih isih belum blm durung tapi tetapi "
        "namun sayang cuma mbok kapan"},
    {SIGN_THANKS, 0, "kasih terimakasih makasih trims trimakasih kesuwun salut apresiasi thanks"},
    {SIGN_TOWN, 0, "kota kab kabupaten umum daerah induk"},
    {SIGN_GROUP, 0, "tani poktan gapoktan taruna pengajian koperasi jemaah paguyuban"},
    {SIGN_SCHOOL, 1, "sd sdn"},
    {SIGN_SCHOOL, 2, "smp smpn"},
    {SIGN_SCHOOL, 3, "sma sman"},
    {SIGN_SCHOOL, 4, "smk smkn"},
    {SIGN_SCHOOL, 5, "mi min"},
    {SIGN_SCHOOL, 6, "mts mtsn"},
    {SIGN_SCHOOL, 7, "ma man"},
    {SIGN_STATE, 0, "negeri negri n"},
    {SIGN_DATE, 0, "tanggal tgl tggl"},
    {SIGN_MONTH, 1, "januari jan"},
    {SIGN_MONTH, 2, "februari feb pebruari"},
    {SIGN_MONTH, 3, "maret mar"},
    {SIGN_MONTH, 4, "april apr"},
    {SIGN_MONTH, 5, "mei"},
    {SIGN_MONTH, 6, "juni jun"},
    {SIGN_MONTH, 7, "juli jul"},
    {SIGN_MONTH, 8, "agustus agt agu ags"},
    {SIGN_MONTH, 9, "september sept sep"},
    {SIGN_MONTH, 10, "oktober okt"},
    {SIGN_MONTH, 11, "november nov nopember"},
    {SIGN_MONTH, 12, "desember des"},
    {SIGN_WEEKDAY, 1, "senin senen"},
    {SIGN_WEEKDAY, 2, "selasa"},
    {SIGN_WEEKDAY, 3, "rabu rebo"},
    {SIGN_WEEKDAY, 4, "kamis kemis"},
    {SIGN_WEEKDAY, 5, "jumat"},
    {SIGN_WEEKDAY, 6, "sabtu setu"},
    {SIGN_WEEKDAY, 7, "ahad"},
    {SIGN_RUPIAH, 0, "rp rupiah"},
    {SIGN_THOUSAND, 0, "ribu rb ewu k"},
    {SIGN_MILLION, 0, "juta jt yuta"},
    {SIGN_METRE, 0, "meter m mtr"},
    {SIGN_IDENTIFIER, 0,
        "berkas peserta pelanggan antrean antrian antri registrasi register "
        "pendaftaran resi "
        "nim nip nis nisn npwp idpel nopol plat nik kpj meteran rekening berakhiran tiket laporan"},
    {SIGN_THING, 1, "lambung lambungnya"},
    {SIGN_THING, 2, "jpl"},
    {SIGN_SIDE, 1, "utara lor"},
    {SIGN_SIDE, 2, "selatan kidul"},
    {SIGN_SIDE, 3, "timur wetan"},
    {SIGN_SIDE, 4, "barat kulon"},
    {SIGN_PARTICLE, 0,
        "kami ini itu saya kita tersebut yang di dan ke dari dengan untuk sudah tidak ada sangat "
        "sampai "
        "setempat tetangga lain wisata adat dekat jauh sini situ sana kula kulo aku anda mereka nya juga "
        "agar supaya "
        "karena sejak saat pada dalam oleh atau hanya akan bisa harus mau tadi lagi para seluruh semua "
        "setiap "
        "yg dg dgn krn utk dr sdh tdk tsb pun iki kuwi niki niku sing ing nang neng wonten kok malah "
        "sekarang "
        "sekitar"},
    {SIGN_COUNTED, 0,
        "siswa siswi siswane murid guru ruang ruangan orang wong anak bocah hari dina minggu bulan tahun "
        "kali jam "
        "menit unit buah lokal kursi meja bangku regu wc toilet pohon kilo"},
    {SIGN_TEENS, 0, "belas welas"},
    {SIGN_TENS, 0, "puluh"},
    {SIGN_COUNT, 1, "satu siji setunggal i"},
    {SIGN_COUNT, 2, "dua loro rong kalih ii"},
    {SIGN_COUNT, 3, "tiga telu telung iii tigang"},
    {SIGN_COUNT, 4, "empat papat patang sekawan iv"},
    {SIGN_COUNT, 5, "lima limo limang gangsal v"},
    {SIGN_COUNT, 6, "enam nem enem vi"},
    {SIGN_COUNT, 7, "tujuh pitu pitung vii"},
    {SIGN_COUNT, 8, "delapan wolu wolung viii"},
    {SIGN_COUNT, 9, "sembilan sanga songo sangang ix"},
    {SIGN_COUNT, 10, "sepuluh sedasa x"},
    {SIGN_COUNT, 11, "sebelas xi"},
    {SIGN_COUNT, 12, "xii"},
};

struct signs *
signs_new(void)
{
    struct signs *signs = check_zalloc(1, sizeof(*signs));

    signs->words = hashmap_new();
    for (size_t i = LENGTH(rows); i > 0; i--) { // of two meanings the first row's
        const struct row *row = &rows[i - 1];

        for (const char *at = row->words; *at != '\0';) {
            size_t length = strcspn(at, " ");

            hashmap_put(
                signs->words, word_hash(at, length), (uint32_t)row->sign | (uint32_t)row->number << 8);
            at += length + (at[length] == ' ');
        }
    }
    return signs;
}

void
signs_destroy(struct signs **signs)
{
    if (*signs == NULL)
        return;
    hashmap_destroy(&(*signs)->words);
    free(*signs);
    *signs = NULL;
}

struct sign_word
signs_find(const struct signs *signs, uint64_t word)
{
    uint32_t found = 0;

    if (!hashmap_get(signs->words, word, &found))
        return (struct sign_word){.sign = SIGN_NONE, .number = 0};
    return (struct sign_word){.sign = (uint8_t)found, .number = (uint8_t)(found >> 8)};
}
