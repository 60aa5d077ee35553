/* SPDX-License-Identifier: MIT */
/* The two calls of <faden/runtime.h> that need an operating system. I/O is not simulated. */
#include <string.h>
#include <unistd.h>

#include <faden/faden.h>

#include "platform/sim/sim.h"
#include "sched/tree.h"

struct call {
    void *(*fn)(void *);
    void *arg, *result;
    faden_sem done;
};

static void *execute(void *arg)
{
    struct call *c = arg;
    c->result = c->fn(c->arg);
    faden_sem_post(&c->done);
    return NULL;
}

/* A virtual thread for each call. */
int faden_blocking(void *(*fn)(void *arg), void *arg, void **result)
{
    struct call c = {.fn = fn, .arg = arg};
    struct sim_thread *t;
    faden_shield shield;
    int err = 0;
    if (faden_self()) {
        err = faden_cancelled();
        if (err)
            return err;
        t = sim_thread_new("blocking", execute, &c);
        if (!t)
            return -EAGAIN;
        t->detached = true;
        faden_shield_begin(&shield);
        err = faden_sem_wait(&c.done);
        faden_shield_end(&shield);
    } else {
        c.result = fn(arg);
    }
    if (result)
        *result = c.result;
    return err;
}

static void write_line(const char *text, size_t n, void *arg)
{
    ssize_t written = write(*(int *)arg, text, n);
    (void)written;
}

static void dump(struct runtime *rt, void *arg)
{
    tree_dump(rt, write_line, arg);
}

int faden_dump(int fd)
{
    return on_cpu_of_caller(dump, &fd);
}
