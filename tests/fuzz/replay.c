// replay.c - feeds every file of the folders on its command line to a fuzz target, so that any compiler's
// build replays what the fuzzer once found.
#include "fuzz.h"

#include "check.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUT_MOST = 1 << 20, PATH_ROOM = 4096 };

// Every input is in a block of its very size, so that a sanitizer sees a look behind its end.
static int
replay_file(const char *path)
{
    static uint8_t input[INPUT_MOST];
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return -1;
    }
    size_t size = fread(input, 1, sizeof(input), file);
    fclose(file);
    uint8_t *exact = check_alloc(size ? size : 1);
    memcpy(exact, input, size);
    (void)LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    return 0;
}

// Returns how many files were fed, or -1.
static int
replay_folder(const char *folder)
{
    int count = 0;
    DIR *dir = opendir(folder);
    if (!dir) {
        perror(folder);
        return -1;
    }
    for (const struct dirent *entry = readdir(dir); entry && count >= 0; entry = readdir(dir)) {
        char path[PATH_ROOM];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        count = replay_file(path) == 0 ? count + 1 : -1;
    }
    closedir(dir);
    return count;
}

int
main(int argc, char **argv)
{
    int total = 0;
    for (int i = 1; i < argc; i++) {
        int count = replay_folder(argv[i]);
        if (count < 0)
            return EXIT_FAILURE;
        total += count;
    }
    printf("%d inputs\n", total);
    return total > 0 ? EXIT_SUCCESS : EXIT_FAILURE; // an empty corpus proves nothing
}
