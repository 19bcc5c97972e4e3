// signs.h - words that announce a detail of a place or a matter: "jl", "gang", "rt", "pasar", "tanggal".
#ifndef KENTONGAN_SIGNS_H
#define KENTONGAN_SIGNS_H

#include <stddef.h>
#include <stdint.h>

enum sign {
    SIGN_NONE,
    SIGN_ROAD,       // jalan; names follow
    SIGN_TITLE,      // raya, jenderal: part of a road's name that people leave out
    SIGN_GANG,       // gang; a name or a number follows
    SIGN_NUMBER,     // nomor: of a house, or of something else
    SIGN_HOUSE,      // rumah: a number near it is a house number
    SIGN_RT,         // a number follows, as after the next three
    SIGN_RW,         //
    SIGN_KM,         // kilometre post
    SIGN_FLOOR,      // lantai, kelas; number tells them apart
    SIGN_BLOCK,      // a letter or a number follows
    SIGN_POINT,      // titik
    SIGN_INITIALS,   // inisial
    SIGN_ADDRESSED,  // pak, bupati: a name that follows is of the person written to
    SIGN_BEHALF,     // atas, before SIGN_PERSON
    SIGN_PERSON,     // "atas nama": names follow
    SIGN_ESTATE,     // perumahan, rusunawa; names follow, as after the next five
    SIGN_HAMLET,     // dusun
    SIGN_VILLAGE,    // desa, kelurahan
    SIGN_LANDMARK,   // masjid, pasar, pabrik; number is the sort of those of which a town has one
    SIGN_BESIDE,     // depan, dekat
    SIGN_GROUP,      // kelompok tani, karang taruna
    SIGN_SCHOOL,     // sdn, smp: number is its level
    SIGN_STATE,      // negeri, between a school and its number
    SIGN_DATE,       // tanggal
    SIGN_MONTH,      // number says which
    SIGN_WEEKDAY,    // number says which
    SIGN_RUPIAH,     // an amount stands beside it
    SIGN_THOUSAND,   // an amount stands before it
    SIGN_MILLION,    //
    SIGN_METRE,      // a distance stands before it
    SIGN_IDENTIFIER, // berkas, pelanggan: a number follows soon
    SIGN_THING,      // lambung, jpl: the same of what is there to be seen
    SIGN_SIDE,       // kidul, utara: number says which
    SIGN_TEENS,      // belas, after a SIGN_COUNT
    SIGN_TENS,       // puluh
    SIGN_PARTICLE,   // no name ever: kami, ini, yang
    SIGN_WANTS,      // tolong, masih, tetapi: who is content does not say so
    SIGN_THANKS,     // kasih, salut
    SIGN_TOWN,       // kota, kabupaten, umum: between a landmark and a town's name
    SIGN_COUNTED,    // siswa, ruang: a number before it is how many
    SIGN_COUNT,      // a word for a number or a Roman number: number says which
};

struct sign_word {
    uint8_t sign;   // enum sign
    uint8_t number; // what is told by it, see above; else 0
};

struct signs;

// Returns new.
struct signs *signs_new(void);
void signs_destroy(struct signs **signs);

// What a word announces; word is its hash (word_hash).
struct sign_word signs_find(const struct signs *signs, uint64_t word);

#endif
