/* SPDX-License-Identifier: MIT */
/* faden_dump: the table is made where the tasks hold still, and written where the caller may wait.
 */
#include <faden/io.h>
#include <faden/runtime.h>
#include <stdlib.h>
#include <string.h>

#include "sched/tree.h"

struct table {
    char *text;
    size_t length, room;
    int error;
};

static void add(const char *text, size_t n, void *arg)
{
    struct table *t = arg;
    if (t->room - t->length < n) {
        size_t room = 2 * t->room + n + 4096;
        char *grown = t->error ? NULL : realloc(t->text, room);
        if (!grown) {
            t->error = -ENOMEM;
            return;
        }
        t->text = grown;
        t->room = room;
    }
    memcpy(t->text + t->length, text, n);
    t->length += n;
}

static void collect(struct runtime *rt, void *arg)
{
    tree_dump(rt, add, arg);
}

int faden_dump(int fd)
{
    struct table t = {.text = NULL};
    int err = on_cpu_of_caller(collect, &t);
    if (!err)
        err = t.error;
    if (!err) {
        ssize_t n = faden_write_all(fd, t.text, t.length);
        err = n < 0 ? (int)n : 0;
    }
    free(t.text);
    return err;
}
