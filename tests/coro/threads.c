/* SPDX-License-Identifier: MIT */
/* Each thread has its own running coroutine; a suspended coroutine may go on in another thread. */
#include <pthread.h>
#include <sched.h>

#include "check.h"

#include <faden/coro.h>

enum { THREADS = 4, COROS = 64, VISITS = 20000, SIZE = 16384 };

struct wanderer {
    faden_coro coro, inner;
    uint64_t visits, sum;
    char stack[2][SIZE];
};

static struct wanderer wanderers[COROS];
static struct wanderer *slot[COROS];

static void *inner(void *arg)
{
    struct wanderer *w = arg;
    for (;;) {
        EXPECT(faden_coro_self() == &w->inner, "self of the inner one");
        arg = faden_coro_yield((void *)(uintptr_t)(w->visits * 3));
        EXPECT(arg == w, "the inner value");
    }
    return NULL;
}

static void *outer(void *arg)
{
    struct wanderer *w = arg;
    for (;;) {
        EXPECT(faden_coro_self() == &w->coro, "self");
        w->sum += (uintptr_t)faden_coro_resume(&w->inner, w);
        EXPECT(faden_coro_self() == &w->coro, "self after the inner one");
        w->visits++;
        EXPECT(faden_coro_yield(w) == w, "value");
    }
    return NULL;
}

static void *thread(void *arg)
{
    uint64_t seed = (uintptr_t)arg;
    for (int i = 0; i < fewer(VISITS); i++) {
        uint64_t r = next_random(&seed);
        struct wanderer **s = &slot[r % COROS];
        struct wanderer *w = __atomic_exchange_n(s, NULL, __ATOMIC_ACQUIRE);
        if (!w)
            continue;
        EXPECT(!faden_coro_self(), "a thread outside of a coroutine");
        EXPECT(faden_coro_resume(&w->coro, w) == w, "resume");
        EXPECT(!faden_coro_self(), "a thread outside again");
        __atomic_store_n(s, w, __ATOMIC_RELEASE);
        if (r >> 32 & 1)
            sched_yield();
    }
    return NULL;
}

static void init(struct wanderer *w)
{
    EXPECT(faden_coro_init(&w->coro, w->stack[0], SIZE, outer, NULL) == 0, "init");
    EXPECT(faden_coro_init(&w->inner, w->stack[1], SIZE, inner, NULL) == 0, "init");
}

int main(void)
{
    pthread_t t[THREADS];
    uint64_t visits = 0;
    limit_seconds(60);
    for (int i = 0; i < COROS; i++) {
        init(&wanderers[i]);
        slot[i] = &wanderers[i];
    }
    for (uintptr_t i = 0; i < THREADS; i++)
        EXPECT(pthread_create(&t[i], NULL, thread, (void *)(i + 1)) == 0, "thread");
    for (int i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);
    for (int i = 0; i < COROS; i++) {
        uint64_t n = wanderers[i].visits;
        EXPECT(wanderers[i].sum == 3 * (n * (n - 1) / 2), "sum of coroutine %d", i);
        visits += n;
    }
    EXPECT(visits > (uint64_t)fewer(VISITS), "%d visits", (int)visits);
    return 0;
}
