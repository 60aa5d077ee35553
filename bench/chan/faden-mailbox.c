/* SPDX-License-Identifier: MIT */
/* The State Threads row's mailbox, with faden_mutex and faden_cond. */
#include "shape.h"
#include <faden/runtime.h>
#include <faden/sync.h>
#include <faden/task.h>

struct mailbox {
    faden_mutex lock;
    int full;
    long value;
    faden_cond filled, emptied;
};

static struct mailbox there, back;
static long got;

static void put(struct mailbox *m, long value)
{
    faden_mutex_lock(&m->lock);
    while (m->full)
        faden_cond_wait(&m->emptied, &m->lock);
    m->full = 1;
    m->value = value;
    faden_cond_signal(&m->filled);
    faden_mutex_unlock(&m->lock);
}

static long get(struct mailbox *m)
{
    faden_mutex_lock(&m->lock);
    while (!m->full)
        faden_cond_wait(&m->filled, &m->lock);
    m->full = 0;
    long value = m->value;
    faden_cond_signal(&m->emptied);
    faden_mutex_unlock(&m->lock);
    return value;
}

static void *echo(void *arg)
{
    for (long i = 0; i < shape_ops; i++)
        put(&back, get(&there) + 1);
    return arg;
}

static int run(void *arg)
{
    (void)arg;
    faden_task *task;
    int err = faden_spawn(&task, echo, NULL, NULL);
    bench_check(err == 0, "faden_spawn: %s", strerror(-err));
    shape_t0 = bench_now();
    for (long i = 0; i < shape_ops; i++) {
        put(&there, got);
        got = get(&back);
    }
    shape_t1 = bench_now();
    err = faden_join(task, NULL);
    bench_check(err == 0, "faden_join: %s", strerror(-err));
    return 0;
}

int main(int argc, char **argv)
{
    shape_init(argc, argv);
    bench_check(!shape_buffered, "only shape=roundtrip here");
    faden_config config = {.cpus = 1};
    int err = faden_run(run, NULL, &config, NULL);
    bench_check(err == 0, "faden_run: %s", strerror(-err));
    return shape_report(got);
}
