/* SPDX-License-Identifier: MIT */
/*
 * What descriptors stand for: the console, and the two ends of pipes.
 *
 * A pipe is a ring under a mutex, with a condition for either side; an end that is closed for good
 * wakes all of the other side: readers then find the end, writers -EPIPE.
 *
 * On several processors who holds the mutex is nearly always running, and soon done. So who wants
 * it looks a while before it waits, and a signal comes behind the unlock: who is woken on another
 * processor would wait again. A mutex goes to its longest waiter, so one that everybody waits for
 * changes hands at the pace of wakes: 4,000 writes by eight took 0.3 s on two processors, and 15 ms
 * on one. Whose end it is keeps the pipe until it has signalled.
 */
#include <errno.h>

#include "base/atomic.h"
#include "console.h"
#include "frame.h" /* arch_relax */
#include "kernel.h"
#include "platform/platform.h"
#include "proc/process.h"
#include "processor.h"

enum kind { CONSOLE, PIPE_READ, PIPE_WRITE };
enum { PIPE_ROOM = 2048, PIECE = 256 };

struct pipe {
    faden_mutex lock;
    faden_cond filled, emptied;
    uint32_t in, out; /* bytes ever; the ring is at their remainder */
    bool open[2];     /* the read end, the write end */
    char ring[PIPE_ROOM];
};

struct file {
    enum kind kind;
    uint32_t users;
    struct pipe *pipe;
};

static struct file *file_new(enum kind kind, struct pipe *pipe)
{
    struct file *f = platform_alloc(sizeof *f);
    if (f)
        *f = (struct file){.kind = kind, .users = 1, .pipe = pipe};
    return f;
}

struct file *file_console(void)
{
    static struct file console = {.kind = CONSOLE, .users = 1};
    return file_keep(&console);
}

struct file *file_keep(struct file *f)
{
    fetch_add_relaxed(&f->users, 1);
    return f;
}

/* ---- pipes ------------------------------------------------------------------------------- */

int file_pipe(struct file *ends[2])
{
    struct pipe *p = platform_alloc(sizeof *p);
    ends[0] = file_new(PIPE_READ, p);
    ends[1] = file_new(PIPE_WRITE, p);
    if (p && ends[0] && ends[1]) {
        memset(p, 0, sizeof *p);
        p->open[0] = p->open[1] = true;
        return 0;
    }
    platform_free(ends[0], sizeof *ends[0]);
    platform_free(ends[1], sizeof *ends[1]);
    platform_free(p, sizeof *p);
    return -ENOMEM;
}

static void pipe_lock(struct pipe *p)
{
    enum { LOOKS = 100 };
    for (int i = 0; i < LOOKS && processors_count > 1; i++) {
        if (faden_mutex_try_lock(&p->lock) == 0)
            return;
        arch_relax();
    }
    faden_mutex_lock(&p->lock);
}

static void pipe_close(struct pipe *p, int end)
{
    pipe_lock(p);
    p->open[end] = false;
    bool last = !p->open[1 - end];
    faden_cond_broadcast(end ? &p->filled : &p->emptied);
    faden_mutex_unlock(&p->lock);
    if (last)
        platform_free(p, sizeof *p);
}

void file_close(struct file *f)
{
    if (fetch_add_acq_rel(&f->users, (uint32_t)-1) != 1)
        return;
    pipe_close(f->pipe, f->kind == PIPE_WRITE);
    platform_free(f, sizeof *f);
}

/* The lock must be held. Gives how many bytes; 0: the end. */
static int pipe_take(struct pipe *p, char *to, size_t n)
{
    size_t i = 0;
    while (p->in == p->out && p->open[1]) {
        int err = faden_cond_wait(&p->filled, &p->lock);
        if (err)
            return err;
    }
    for (; i < n && p->out != p->in; i++)
        to[i] = p->ring[p->out++ % PIPE_ROOM];
    return (int)i;
}

/* The same; all of it goes in, at least one at a time. */
static int pipe_put(struct pipe *p, const char *from, size_t n)
{
    size_t i = 0;
    while (i < n) {
        while (p->in - p->out == PIPE_ROOM && p->open[0]) {
            faden_cond_signal(&p->filled); /* of what this one has put in before */
            int err = faden_cond_wait(&p->emptied, &p->lock);
            if (err)
                return err;
        }
        if (!p->open[0])
            return -EPIPE;
        for (; i < n && p->in - p->out < PIPE_ROOM; i++)
            p->ring[p->in++ % PIPE_ROOM] = from[i];
    }
    return (int)n;
}

/* ---- reading and writing ----------------------------------------------------------------- */

static int console_read(char *to, size_t n)
{
    size_t i = 0;
    while (i < n) {
        int c = console_get();
        if (c < 0)
            return -ECANCELED;
        c = c == '\r' ? '\n' : c;
        to[i++] = (char)c;
        console_write(&to[i - 1], 1);
        if (c == '\n')
            break;
    }
    return (int)i;
}

static int piece_in(struct file *f, char *to, size_t n)
{
    if (f->kind == CONSOLE)
        return console_read(to, n);
    pipe_lock(f->pipe);
    int got = pipe_take(f->pipe, to, n);
    faden_mutex_unlock(&f->pipe->lock);
    faden_cond_signal(&f->pipe->emptied);
    return got;
}

static int piece_out(struct file *f, const char *from, size_t n)
{
    if (f->kind == CONSOLE) {
        console_write(from, n);
        return (int)n;
    }
    pipe_lock(f->pipe);
    int put = pipe_put(f->pipe, from, n);
    faden_mutex_unlock(&f->pipe->lock);
    faden_cond_signal(&f->pipe->filled);
    return put;
}

intptr_t file_read(struct process *p, struct file *f, uintptr_t to, size_t n)
{
    char piece[PIECE];
    if (f->kind == PIPE_WRITE)
        return -EBADF;
    if (n == 0)
        return 0;
    memory_touch(p, to); /* the stack's next page may not be there yet */
    int got = piece_in(f, piece, n < PIECE ? n : PIECE);
    int err = got > 0 ? memory_out(p->space, to, piece, (size_t)got) : 0;
    return err ? err : got;
}

intptr_t file_write(struct process *p, struct file *f, uintptr_t from, size_t n)
{
    char piece[PIECE];
    size_t done = 0;
    if (f->kind == PIPE_READ)
        return -EBADF;
    while (done < n) {
        size_t part = n - done < PIECE ? n - done : PIECE;
        int err = memory_in(p, piece, from + done, part);
        int put = err ? err : piece_out(f, piece, part);
        if (put < 0)
            return done ? (intptr_t)done : put;
        done += (size_t)put;
    }
    return (intptr_t)done;
}
