// keygen.c - kentongan keygen: makes key pairs.
//
// The secret goes to a file of its own that only the owner may read, and nowhere else; the public key is
// printed as well. An existing file is never touched: what was sealed or subscribed with a lost key is lost.
#include "keygen.h"

#include "complain.h"
#include "options.h"
#include "str.h"
#include "webpush.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

enum { KEY_TEXT_SIZE = 128 };

struct pair {
    char secret[KEY_TEXT_SIZE], public_key[KEY_TEXT_SIZE];
};

static int
make_curve(struct pair *pair)
{
    return zmq_curve_keypair(pair->public_key, pair->secret);
}

static int
make_box(struct pair *pair)
{
    uint8_t public_key[crypto_box_PUBLICKEYBYTES];
    uint8_t secret[crypto_box_SECRETKEYBYTES];

    if (sodium_init() < 0 || crypto_box_keypair(public_key, secret) != 0)
        return -1;
    sodium_bin2hex(pair->public_key, sizeof(pair->public_key), public_key, sizeof(public_key));
    sodium_bin2hex(pair->secret, sizeof(pair->secret), secret, sizeof(secret));
    sodium_memzero(secret, sizeof(secret));
    return 0;
}

static int
make_vapid(struct pair *pair)
{
    struct webpush_key *key = webpush_key_new();
    uint8_t scalar[WEBPUSH_SCALAR_SIZE];
    struct str text = {0};
    int rc = key != NULL ? webpush_key_scalar(key, scalar) : -1;

    if (rc == 0) {
        str_base64url(&text, scalar, sizeof(scalar));
        str_copy(pair->secret, sizeof(pair->secret), text.data);
        sodium_memzero(text.data, text.length);
        str_clear(&text);
        str_base64url(&text, webpush_key_point(key), WEBPUSH_POINT_SIZE);
        str_copy(pair->public_key, sizeof(pair->public_key), text.data);
    }
    sodium_memzero(scalar, sizeof(scalar));
    str_free(&text);
    webpush_key_destroy(&key);
    return rc;
}

// Writes PREFIX + ending; the file must not exist.
static int
write_file(const char *prefix, const char *ending, mode_t mode, const char *text)
{
    char path[4096];
    int length = snprintf(path, sizeof(path), "%s%s", prefix, ending);

    if (length < 0 || (size_t)length >= sizeof(path)) {
        complain("keygen", "--out: is too long; give a shorter one");
        return -1;
    }
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0) {
        complain("keygen", "%s: %s; %s", path, strerror(errno),
            errno == EEXIST ? "move the old key away first, and keep it" : "give another --out");
        return -1;
    }
    size_t size = strlen(text);
    bool written = write(fd, text, size) == (ssize_t)size && write(fd, "\n", 1) == 1 && fsync(fd) == 0;
    if (close(fd) != 0 || !written) {
        complain("keygen", "%s: %s; remove it and try again", path, strerror(errno));
        return -1;
    }
    return 0;
}

int
keygen_command(int argc, char **argv)
{
    static const struct {
        const char *kind;
        int (*make)(struct pair *pair);
    } kinds[] = {{"curve", make_curve}, {"identity", make_box}, {"reply", make_box}, {"vapid", make_vapid}};
    const char *kind = NULL;
    const char *out = NULL;
    const struct option table[] = {{"out", OPTION_TEXT, &out, 0, 0}};
    const struct options options = {
        .command = "keygen", .table = table, .count = LENGTH(table), .words = &kind, .most_words = 1};
    struct pair pair = {0};
    int rc = -1;
    bool known = false;

    int words = options_parse(&options, argc, argv);
    if (words < 0)
        return EXIT_USAGE;
    for (size_t i = 0; words == 1 && i < LENGTH(kinds); i++)
        if (strcmp(kinds[i].kind, kind) == 0) {
            known = true;
            rc = kinds[i].make(&pair);
        }
    if (!known || out == NULL) {
        complain(
            "keygen", "give curve, identity, reply or vapid, and --out PREFIX; see kentongan help keygen");
        return EXIT_USAGE;
    }
    if (rc != 0)
        complain("keygen", "%s: the library cannot make a key; try again", kind);
    else if (write_file(out, ".secret", 0600, pair.secret) < 0 ||
             write_file(out, ".pub", 0644, pair.public_key) < 0)
        rc = -1;
    else
        puts(pair.public_key);
    sodium_memzero(&pair, sizeof(pair));
    return rc == 0 ? EXIT_OK : EXIT_FAILED;
}
