/* SPDX-License-Identifier: MIT */
/* State Threads has no channel: a mailbox for one number, on two condition variables. */
#include "shape.h"
#include <st.h>

struct mailbox {
    int full;
    long value;
    st_cond_t filled, emptied;
};

static struct mailbox there, back;

static void mailbox_init(struct mailbox *m)
{
    m->full = 0;
    m->filled = st_cond_new();
    m->emptied = st_cond_new();
}

static void put(struct mailbox *m, long value)
{
    while (m->full)
        st_cond_wait(m->emptied);
    m->full = 1;
    m->value = value;
    st_cond_signal(m->filled);
}

static long get(struct mailbox *m)
{
    while (!m->full)
        st_cond_wait(m->filled);
    m->full = 0;
    st_cond_signal(m->emptied);
    return m->value;
}

static void *echo(void *arg)
{
    for (long i = 0; i < shape_ops; i++)
        put(&back, get(&there) + 1);
    return arg;
}

int main(int argc, char **argv)
{
    shape_init(argc, argv);
    bench_check(!shape_buffered, "only shape=roundtrip here");
    bench_check(st_init() == 0, "st_init failed");
    mailbox_init(&there);
    mailbox_init(&back);
    st_thread_t thread = st_thread_create(echo, NULL, 1, 0);
    bench_check(thread, "st_thread_create failed");
    long value = 0;
    shape_t0 = bench_now();
    for (long i = 0; i < shape_ops; i++) {
        put(&there, value);
        value = get(&back);
    }
    shape_t1 = bench_now();
    st_thread_join(thread, NULL);
    return shape_report(value);
}
