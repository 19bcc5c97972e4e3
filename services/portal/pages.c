// pages.c - the files of the officers' app, in memory.
#include "pages.h"

#define ZLIB_CONST // zlib then says that it only reads its input

#include "log.h"
#include "str.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

enum { FILE_MOST = 4 << 20, PAGES_MOST = 1000, DEPTH_MOST = 8, HASH_SIZE = 16, GZIP_WINDOW = 15 + 16 };

struct pages {
    struct page *list; // sorted by path
    size_t count;
};

static const struct {
    const char *ending, *content_type;
    bool zips;
} kinds[] = {
    {".html", "text/html; charset=utf-8", true},
    {".css", "text/css; charset=utf-8", true},
    {".js", "text/javascript; charset=utf-8", true},
    {".mjs", "text/javascript; charset=utf-8", true},
    {".json", "application/json", true},
    {".webmanifest", "application/manifest+json", true},
    {".svg", "image/svg+xml", true},
    {".txt", "text/plain; charset=utf-8", true},
    {".png", "image/png", false},
    {".webp", "image/webp", false},
    {".ico", "image/x-icon", false},
    {".woff2", "font/woff2", false},
};

static const char *
ending_of(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot != NULL ? dot : "";
}

// Has the name a part of 8 or more hexadecimal digits, as app.0f3a99c1.js has?
static bool
has_hash(const char *path)
{
    size_t digits = 0;

    for (const char *c = strrchr(path, '/'); *c != '\0'; c++) {
        if (*c == '.' && digits >= 8)
            return true;
        digits = isxdigit((unsigned char)*c) ? digits + 1 : 0;
    }
    return false;
}

// Returns new, or NULL: it would not be smaller.
static void *
zip(const void *data, size_t length, size_t *zipped_length)
{
    z_stream stream = {0};
    uLong room = 0;
    void *out = NULL;

    CHECK(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 9, Z_DEFAULT_STRATEGY) == Z_OK);
    room = deflateBound(&stream, length);
    out = check_alloc(room);
    stream.next_in = data;
    stream.avail_in = (uInt)length;
    stream.next_out = out;
    stream.avail_out = (uInt)room;
    CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    *zipped_length = stream.total_out;
    deflateEnd(&stream);
    if (*zipped_length >= length) {
        free(out);
        out = NULL;
    }
    return out;
}

// Returns new; NULL: it cannot be read (errno is set).
static void *
read_whole(const char *path, size_t *length)
{
    FILE *file = fopen(path, "re");
    char *data = NULL;

    if (file == NULL)
        return NULL;
    data = check_alloc(FILE_MOST + 1);
    *length = fread(data, 1, FILE_MOST + 1, file);
    if (ferror(file) || *length > FILE_MOST) {
        errno = ferror(file) ? EIO : EFBIG;
        free(data);
        data = NULL;
    }
    fclose(file);
    return data != NULL ? check_realloc(data, *length + 1) : NULL;
}

static int
add_file(struct pages *pages, const char *path, const char *name)
{
    struct page *page = NULL;
    size_t kind = 0;
    size_t length = 0;
    uint8_t hash[HASH_SIZE];
    char hex[2 * HASH_SIZE + 1];
    void *data = NULL;

    while (kind < LENGTH(kinds) && strcmp(ending_of(name), kinds[kind].ending) != 0)
        kind++;
    if (kind == LENGTH(kinds))
        return 0; // not for browsers
    data = read_whole(path, &length);
    if (data == NULL || pages->count == PAGES_MOST) {
        log_error(EV_SETTING_WRONG, "setting=PORTAL_PAGES file=%s reason=\"%s\"", path,
            data == NULL ? strerror(errno) : "too many files");
        free(data);
        return -1;
    }
    CHECK(crypto_generichash(hash, sizeof(hash), data, length, NULL, 0) == 0);
    sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
    pages->list = check_realloc(pages->list, (pages->count + 1) * sizeof(*pages->list));
    page = &pages->list[pages->count++];
    *page = (struct page){.path = strdup(name),
        .content_type = kinds[kind].content_type,
        .data = data,
        .length = length,
        .for_ever = has_hash(name)};
    CHECK(page->path != NULL);
    snprintf(page->etag, sizeof(page->etag), "W/\"%s\"", hex);
    if (kinds[kind].zips)
        page->zipped = zip(data, length, &page->zipped_length);
    return 0;
}

// folder: on disk; name: what stands for it in a path, without a slash at its end.
static int
add_folder(struct pages *pages, const char *folder, const char *name, int depth)
{
    DIR *dir = opendir(folder);
    struct dirent *entry = NULL;
    int rc = 0;

    if (dir == NULL || depth > DEPTH_MOST) {
        log_error(EV_SETTING_WRONG, "setting=PORTAL_PAGES folder=%s reason=\"%s\"", folder,
            dir == NULL ? strerror(errno) : "too deep");
        if (dir != NULL)
            closedir(dir);
        return -1;
    }
    while (rc == 0 && (entry = readdir(dir)) != NULL) {
        struct str path = {0};
        struct str inner = {0};
        struct stat status;

        if (entry->d_name[0] == '.')
            continue;
        str_format(&path, "%s/%s", folder, entry->d_name);
        str_format(&inner, "%s/%s", name, entry->d_name);
        if (stat(path.data, &status) == 0 && S_ISDIR(status.st_mode))
            rc = add_folder(pages, path.data, inner.data, depth + 1);
        else if (S_ISREG(status.st_mode))
            rc = add_file(pages, path.data, inner.data);
        str_free(&path);
        str_free(&inner);
    }
    closedir(dir);
    return rc;
}

static int
by_path(const void *a, const void *b)
{
    const struct page *first = a;
    const struct page *second = b;

    return strcmp(first->path, second->path);
}

struct pages *
pages_new(const char *folder)
{
    struct pages *pages = check_zalloc(1, sizeof(*pages));

    CHECK(sodium_init() >= 0);
    if (add_folder(pages, folder, "", 0) < 0) {
        pages_destroy(&pages);
        return NULL;
    }
    if (pages->count > 0)
        qsort(pages->list, pages->count, sizeof(*pages->list), by_path);
    return pages;
}

// Frees what was made const so that nobody changes it.
static void
free_const(const void *memory)
{
    union {
        const void *borrowed;
        void *plain;
    } bytes = {.borrowed = memory};

    free(bytes.plain);
}

void
pages_destroy(struct pages **pages)
{
    if (*pages == NULL)
        return;
    for (size_t i = 0; i < (*pages)->count; i++) {
        free_const((*pages)->list[i].path);
        free_const((*pages)->list[i].data);
        free_const((*pages)->list[i].zipped);
    }
    free((*pages)->list);
    free(*pages);
    *pages = NULL;
}

static const struct page *
look_up(const struct pages *pages, const char *path)
{
    const struct page wished = {.path = path};

    return pages->count > 0 ? bsearch(&wished, pages->list, pages->count, sizeof(*pages->list), by_path)
                            : NULL;
}

const struct page *
pages_find(const struct pages *pages, const char *path)
{
    const struct page *page = NULL;
    struct str named = {0};

    if (strcmp(path, "/") == 0)
        return look_up(pages, "/index.html");
    page = look_up(pages, path);
    if (page != NULL || strchr(path, '.') != NULL)
        return page;
    str_format(&named, "%s.html", path);
    page = look_up(pages, named.data);
    str_free(&named);
    return page;
}

size_t
pages_count(const struct pages *pages)
{
    return pages->count;
}
