/* SPDX-License-Identifier: MIT */
/* Loads that cross to other threads or the kernel: channels with plain threads, sockets, the pool.
 */
#include "soak.h"

#include <pthread.h>
#include <string.h>

/* ---- network: numbers through channels, with select and timeouts; each arrives once --------- */

enum { NODES = 8, BATCH = 2000 };

struct network {
    struct load *load;
    faden_chan *in, *out[2];
    uint64_t sum;
};

static void *forward(void *arg)
{
    struct network *n = arg;
    uint64_t v;
    while (faden_chan_recv(n->in, &v) == 0) {
        faden_select_case cases[2] = {{n->out[0], FADEN_SELECT_SEND, &v, 0},
                                      {n->out[1], FADEN_SELECT_SEND, &v, 0}};
        int i;
        do {
            faden_timeout t;
            faden_timeout_begin(&t, 50 * FADEN_USEC);
            i = faden_select(cases, 2);
            faden_timeout_end(&t);
        } while (i == -ETIMEDOUT);
        soak_check(i >= 0 && cases[i].result == 0, "select: %d", i);
    }
    return NULL;
}

static void *collect(void *arg)
{
    struct network *n = arg;
    faden_select_case cases[2];
    uint64_t v[2];
    for (int got = 0; got < BATCH; got++) {
        for (int i = 0; i < 2; i++)
            cases[i] = (faden_select_case){n->out[i], FADEN_SELECT_RECV, &v[i], 0};
        int i = faden_select(cases, 2);
        soak_check(i >= 0 && cases[i].result == 0, "select: %d", i);
        n->sum += v[i];
        soak_count(n->load);
    }
    return NULL;
}

void *load_network(void *arg)
{
    struct load *load = arg;
    while (!soak_over()) {
        struct network n = {.load = load};
        faden_scope scope;
        uint64_t expected = 0;
        soak_check(faden_chan_new(&n.in, 8, soak_random(&load->random, 4)) == 0, "chan");
        for (int i = 0; i < 2; i++)
            soak_check(faden_chan_new(&n.out[i], 8, soak_random(&load->random, 4)) == 0, "chan");
        faden_scope_open(&scope);
        for (int i = 0; i < NODES; i++)
            soak_check(faden_scope_spawn(&scope, NULL, forward, &n, soak_kind(i)) == 0, "spawn");
        soak_check(faden_scope_spawn(&scope, NULL, collect, &n, NULL) == 0, "spawn");
        for (uint64_t i = 0; i < BATCH; i++) {
            uint64_t v = soak_random(&load->random, 1000);
            expected += v;
            soak_check(faden_chan_send(n.in, &v) == 0, "send");
        }
        faden_chan_close(n.in);
        soak_check(faden_scope_close(&scope) == 0, "close");
        soak_check(n.sum == expected, "%llu instead of %llu", (unsigned long long)n.sum,
                   (unsigned long long)expected);
        faden_chan_delete(n.in);
        faden_chan_delete(n.out[0]);
        faden_chan_delete(n.out[1]);
    }
    return NULL;
}

/* ---- echo: bytes over sockets come back as they were ----------------------------------------- */

static void *echo(void *arg)
{
    int fd = (int)(intptr_t)arg;
    char buf[3000];
    ssize_t n;
    while ((n = faden_read(fd, buf, sizeof buf)) > 0)
        soak_check(faden_write_all(fd, buf, (size_t)n) == n, "write");
    soak_check(n == 0, "read: %s", strerror((int)-n));
    faden_close(fd);
    return NULL;
}

static void *call(void *arg)
{
    struct load *load = arg;
    uint32_t random = load->random + (uint32_t)(uintptr_t)&load;
    while (!soak_over()) {
        int fds[2];
        char out[2000], in[2000];
        faden_task *t;
        soak_check(faden_socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0, "socketpair");
        soak_check(faden_spawn(&t, echo, (void *)(intptr_t)fds[1], NULL) == 0, "spawn");
        for (int i = 0; i < 20; i++) {
            size_t n = 1 + soak_random(&random, sizeof out), got = 0;
            memset(out, (int)soak_random(&random, 256), n);
            soak_check(faden_write_all(fds[0], out, n) == (ssize_t)n, "write");
            while (got < n) {
                ssize_t r = faden_read(fds[0], in + got, n - got);
                soak_check(r > 0, "read: %zd", r);
                got += (size_t)r;
            }
            soak_check(memcmp(in, out, n) == 0, "other bytes came back");
            soak_count(load);
        }
        faden_close(fds[0]);
        soak_check(faden_join(t, NULL) == 0, "join");
    }
    return NULL;
}

void *load_echo(void *arg)
{
    faden_scope scope;
    faden_scope_open(&scope);
    for (int i = 0; i < 20; i++)
        soak_check(faden_scope_spawn(&scope, NULL, call, arg, NULL) == 0, "spawn");
    faden_scope_close(&scope);
    return NULL;
}

/* ---- pool: more jobs than threads --------------------------------------------------------------
 */

static void *job(void *arg)
{
    return (char *)arg + 1;
}

static void *client(void *arg)
{
    struct load *load = arg;
    while (!soak_over()) {
        void *result = NULL;
        int err = faden_blocking(job, load, &result);
        soak_check(err == 0 && result == (char *)load + 1, "faden_blocking: %d", err);
        soak_count(load);
        faden_sleep(50 * FADEN_USEC);
    }
    return NULL;
}

void *load_pool(void *arg)
{
    faden_scope scope;
    faden_scope_open(&scope);
    for (int i = 0; i < 40; i++)
        soak_check(faden_scope_spawn(&scope, NULL, client, arg, soak_kind(i)) == 0, "spawn");
    faden_scope_close(&scope);
    return NULL;
}

/* ---- plain threads at one end -------------------------------------------------------------------
 */

static faden_chan *to_tasks, *to_threads;

static void *thread(void *arg)
{
    uint64_t v;
    (void)arg;
    while (faden_chan_recv(to_threads, &v) == 0) {
        v = ~v;
        soak_check(faden_chan_send(to_tasks, &v) == 0, "send from a thread");
    }
    return NULL;
}

void *load_threads(void *arg)
{
    struct load *load = arg;
    pthread_t threads[3];
    soak_check(faden_chan_new(&to_tasks, 8, 1) == 0, "chan");
    soak_check(faden_chan_new(&to_threads, 8, 1) == 0, "chan");
    for (int i = 0; i < 3; i++)
        soak_check(pthread_create(&threads[i], NULL, thread, NULL) == 0, "thread");
    while (!soak_over()) {
        uint64_t sent = 0, got = 0, v;
        for (uint64_t i = 0; i < 4; i++) {
            v = soak_rounds(load) * 4 + i;
            sent += ~v;
            soak_check(faden_chan_send(to_threads, &v) == 0, "send");
        }
        for (int i = 0; i < 4; i++) {
            soak_check(faden_chan_recv(to_tasks, &v) == 0, "recv");
            got += v;
        }
        soak_check(got == sent, "other numbers came back");
        soak_count(load);
    }
    faden_chan_close(to_threads);
    for (int i = 0; i < 3; i++) {
        void *t = &threads[i];
        soak_check(pthread_join(*(pthread_t *)t, NULL) == 0, "join");
    }
    faden_chan_delete(to_tasks);
    faden_chan_delete(to_threads);
    return NULL;
}
