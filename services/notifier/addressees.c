// addressees.c - those who are answered: opens where that is, and remembers when they were told last.
//
// The memory is a ring: when more addresses than it holds were told within the pause, the oldest is forgotten
// and may be told a little sooner.
#include "addressees.h"

#include "clock.h"
#include "log.h"

#include <stdlib.h>
#include <string.h>

enum { RECENT = 1024 };

// When an address was told last.
struct recent {
    uint64_t hash;
    int64_t at_ms; // on clock_mono_ms(); 0: free
};

struct addressees {
    struct seal_opener *opener;
    int64_t pause_ms;
    bool mistaken; // it was said that an address cannot be opened
    struct recent recents[RECENT];
    size_t next;
    struct str plain; // for what is being opened
};

struct addressees *
addressees_new(const uint8_t secret_key[SEAL_KEY_SIZE], int64_t pause_s)
{
    struct addressees *addressees = check_zalloc(1, sizeof(*addressees));

    addressees->opener = seal_opener_new(secret_key);
    addressees->pause_ms = pause_s * 1000;
    return addressees;
}

void
addressees_destroy(struct addressees **addressees)
{
    if (*addressees == NULL)
        return;
    seal_opener_destroy(&(*addressees)->opener);
    str_free(&(*addressees)->plain);
    free(*addressees);
    *addressees = NULL;
}

int
addressees_open(
    struct addressees *addressees, const void *sealed, size_t length, struct reply_address *address)
{
    struct str *plain = &addressees->plain;
    int rc = -1;

    str_clear(plain);
    if (sealed != NULL && seal_open(addressees->opener, sealed, length, plain) == 0)
        rc = reply_address_unpack(address, plain->data, plain->length);
    if (plain->length > 0)
        seal_wipe(plain->data, plain->length);
    if (rc < 0 && !addressees->mistaken) {
        addressees->mistaken = true;
        log_error(EV_REPLY_SEALED, "setting=REPLY_SECRET_KEY reason=\"is not the secret half of ingest's "
                                   "REPLY_PUBLIC_KEY: reporters "
                                   "are told by the tracking page alone\"");
    }
    return rc;
}

static uint64_t
hash_key(const char *key)
{
    // FNV-1a; two addresses of one hash only wait for each other.
    uint64_t hash = UINT64_C(14695981039346656037);

    for (; *key != '\0'; key++)
        hash = (hash ^ (uint8_t)*key) * UINT64_C(1099511628211);
    return hash;
}

int64_t
addressees_pause_ms(struct addressees *addressees, const struct reply_address *address, bool is_question)
{
    char key[REPLY_KEY_SIZE];
    int64_t now_ms = clock_mono_ms();
    struct recent *mine = NULL;
    uint64_t hash = 0;

    reply_address_key(address, key);
    hash = hash_key(key);
    seal_wipe(key, sizeof(key));
    for (size_t i = 0; i < RECENT && mine == NULL; i++)
        if (addressees->recents[i].at_ms != 0 && addressees->recents[i].hash == hash)
            mine = &addressees->recents[i];
    if (mine != NULL && !is_question && now_ms - mine->at_ms < addressees->pause_ms)
        return addressees->pause_ms - (now_ms - mine->at_ms);
    if (mine == NULL) {
        mine = &addressees->recents[addressees->next];
        addressees->next = (addressees->next + 1) % RECENT;
    }
    *mine = (struct recent){hash, now_ms};
    return 0;
}
