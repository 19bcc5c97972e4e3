// model_file.c - models in files.
#include "model_file.h"

#include "complain.h"
#include "str.h"
#include "whole_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct model *
model_file_read(const char *command, const char *path)
{
    struct str bytes = {0};
    const char *problem = NULL;
    struct model *model = NULL;

    if (whole_file_read(path, &bytes) < 0) {
        complain(command, "%s: %s", path, strerror(errno));
    } else {
        model = model_read(bytes.data, bytes.length, &problem);
        if (model == NULL)
            complain(command, "%s: no model: %s", path, problem);
    }
    str_free(&bytes);
    return model;
}

int
model_file_write(const char *command, const char *path, struct model *model)
{
    struct bytes_writer writer = {0};
    struct str beside = {0};
    FILE *file = NULL;
    int rc = -1;

    model_write(model, &writer);
    str_format(&beside, "%s.new", path);
    file = fopen(beside.data, "wb");
    if (file != NULL && fwrite(writer.bytes, 1, writer.length, file) == writer.length && fflush(file) == 0 &&
        fsync(fileno(file)) == 0)
        rc = 0;
    if (file != NULL && fclose(file) != 0)
        rc = -1;
    if (rc == 0)
        rc = rename(beside.data, path);
    if (rc < 0)
        complain(command, "%s: %s", path, strerror(errno));
    free(writer.bytes);
    str_free(&beside);
    return rc;
}
