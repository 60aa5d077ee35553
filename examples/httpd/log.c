/* SPDX-License-Identifier: MIT */
#include "log.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void log_line(struct log *l, const char *line, size_t n)
{
    faden_mutex_lock(&l->mutex);
    if (n <= LOG_ROOM - l->len) {
        memcpy(l->waiting + l->len, line, n);
        l->len += n;
    } else {
        l->lost++;
    }
    faden_cond_signal(&l->more);
    faden_mutex_unlock(&l->mutex);
}

/* Wait for something to write and take it; *lost: lines left out before it. 0: closed. */
static size_t take(struct log *l, uint64_t *lost)
{
    faden_mutex_lock(&l->mutex);
    while (l->len == 0 && !l->closing)
        if (faden_cond_wait(&l->more, &l->mutex) < 0)
            l->closing = true;
    char *full = l->waiting;
    size_t n = l->len;
    l->waiting = l->writing;
    l->writing = full;
    l->len = 0;
    *lost = l->lost;
    l->lost = 0;
    faden_mutex_unlock(&l->mutex);
    return n;
}

static void *writer(void *arg)
{
    struct log *l = arg;
    char note[64];
    uint64_t lost;
    for (size_t n; (n = take(l, &lost)) > 0;) {
        ssize_t done = faden_write_all(STDOUT_FILENO, l->writing, n);
        struct text t = text_in(note, sizeof note);
        if (lost > 0) {
            text_add(&t, "httpd: ");
            text_number(&t, (int64_t)lost);
            text_add(&t, " log lines left out\n");
            done = done < 0 ? done : faden_write_all(STDOUT_FILENO, note, t.len);
        }
        if (done < 0) /* nobody reads it: say nothing more, cost nothing more */
            break;
    }
    return NULL;
}

int log_open(struct log *l)
{
    faden_task_attr attr = {.name = "log"};
    *l = (struct log){.waiting = malloc(LOG_ROOM), .writing = malloc(LOG_ROOM)};
    int err = l->waiting && l->writing ? faden_spawn(&l->writer, writer, l, &attr) : -ENOMEM;
    if (err < 0) {
        free(l->waiting);
        free(l->writing);
    }
    return err;
}

void log_close(struct log *l)
{
    faden_timeout t;
    faden_mutex_lock(&l->mutex);
    l->closing = true;
    faden_cond_signal(&l->more);
    faden_mutex_unlock(&l->mutex);
    faden_timeout_begin(&t, FADEN_SEC);
    int err = faden_join(l->writer, NULL);
    faden_timeout_end(&t);
    if (err < 0) {
        faden_cancel(l->writer);
        err = faden_join(l->writer, NULL);
    }
    if (err == 0) {
        free(l->waiting);
        free(l->writing);
    }
}
