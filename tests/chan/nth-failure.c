/* SPDX-License-Identifier: MIT */
/*
 * The n-th allocation fails, for every n that a program with channels, select, sync and timers
 * makes: the call that needed it says -ENOMEM, nothing is leaked, nothing gets stuck.
 */
#include "../sync/test.h"

#include "platform/platform.h"

void *__real_platform_alloc(size_t size);
void __real_platform_free(void *p, size_t size);
void *__wrap_platform_alloc(size_t size);
void __wrap_platform_free(void *p, size_t size);

static long countdown, allocations, alive, refused;

void *__wrap_platform_alloc(size_t size)
{
    allocations++;
    if (--countdown == 0) {
        refused++;
        return NULL;
    }
    void *p = __real_platform_alloc(size);
    alive += p != NULL;
    return p;
}

void __wrap_platform_free(void *p, size_t size)
{
    alive -= p != NULL;
    __real_platform_free(p, size);
}

struct all {
    faden_chan *in, *out;
    faden_mutex m;
    faden_cond c;
    faden_sem s;
    faden_waitgroup w;
};

static void *server(void *arg)
{
    struct all *a = arg;
    long v;
    while (faden_chan_recv(a->in, &v) == 0 && faden_chan_send(a->out, &v) == 0)
        ;
    faden_sem_post(&a->s);
    faden_waitgroup_done(&a->w);
    return NULL;
}

static void *waiter(void *arg)
{
    struct all *a = arg;
    faden_mutex_lock(&a->m);
    faden_cond_wait(&a->c, &a->m);
    faden_mutex_unlock(&a->m);
    faden_sleep(50 * FADEN_USEC);
    faden_waitgroup_done(&a->w);
    return NULL;
}

static int talk(struct all *a)
{
    faden_timeout t;
    long v = 17;
    faden_select_case s[2] = {{a->out, FADEN_SELECT_RECV, &v, 0},
                              {a->in, FADEN_SELECT_SEND, &v, 0}};
    EQ(faden_chan_send(a->in, &v), 0);
    EXPECT(faden_select(s, 2) >= 0);
    faden_timeout_begin(&t, 20 * FADEN_USEC);
    int err = faden_sem_wait(&a->s);
    EQ(faden_timeout_end(&t), err);
    EQ(err, -ETIMEDOUT);
    return 0;
}

/* Uses everything; gives 0 or -ENOMEM, and leaves nothing behind. */
static int start(void *arg)
{
    struct all a = {0};
    int err;
    (void)arg;
    err = faden_chan_new(&a.in, sizeof(long), 2);
    if (!err)
        err = faden_chan_new(&a.out, sizeof(long), 0);
    if (!err && !(err = faden_go(server, &a)))
        faden_waitgroup_add(&a.w, 1);
    if (!err && !(err = faden_go(waiter, &a)))
        faden_waitgroup_add(&a.w, 1);
    settle();
    if (!err)
        err = talk(&a);
    if (a.in)
        faden_chan_close(a.in);
    if (a.out)
        faden_chan_close(a.out);
    faden_cond_broadcast(&a.c);
    EQ(faden_waitgroup_wait(&a.w), 0);
    faden_chan_delete(a.in);
    faden_chan_delete(a.out);
    return err;
}

/* false: there were not that many allocations. */
static bool round_of(long n)
{
    int result = 1, err;
    allocations = refused = 0;
    countdown = n;
    err = faden_run(start, NULL, NULL, &result);
    countdown = 0;
    EXPECT(err == -ENOMEM || (err == 0 && (result == -ENOMEM || result == 0)));
    EXPECT(refused || (err == 0 && result == 0));
    if (err < 0)
        EQ(result, 1);
    return refused;
}

/* In a fresh process, where the stacks' memory is not there yet. Ends with 1 if n is too large. */
static void cold(void *n)
{
    _exit(!round_of(*(long *)n));
}

int main(void)
{
    static char said[4096];
    long n, before;
    int status = 0;
    limit_seconds(60);
    for (n = 1; !status; n++)
        status = child(cold, &n, said, sizeof said);
    EXPECT(n >= 4 && WIFEXITED(status) && WEXITSTATUS(status) == 1 && !said[0]);
    round_of(0);
    before = alive; /* the pool of stacks keeps its own */
    for (n = 1; round_of(n); n++)
        EQ(alive, before);
    EXPECT(n >= 3); /* the two channels at least */
    EQ(alive, before);
    return 0;
}
