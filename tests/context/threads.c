/* SPDX-License-Identifier: MIT */
/*
 * A context may be resumed by another thread than the one that suspended it: some hundred contexts
 * wander between four threads through slots that each hold one or none. The floating-point
 * control state, values in registers and frames go with them.
 */
#include <fenv.h>
#include <pthread.h>
#include <sched.h>

#include "check.h"

#include <faden/context.h>

enum { THREADS = 4, FLOWS = 128, SIZE = 16384, VISITS = 40000 };

struct flow {
    faden_context own, *resumer;
    pthread_t last;
    uint64_t visits, moves;
    char stack[SIZE];
};

static struct flow flows[FLOWS];
static struct flow *slot[FLOWS];
static const int rounding[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};

static NOINLINE bool here_again(struct flow *f)
{
    pthread_t now = pthread_self();
    bool moved = !pthread_equal(now, f->last);
    f->last = now;
    return moved;
}

static void entry(void *arg)
{
    struct flow *f = arg;
    uint64_t seed = (uint64_t)(f - flows);
    int mode = rounding[seed % 4];
    fesetround(mode);
    f->last = pthread_self();
    for (;;) {
        uint64_t a = next_random(&seed), b = a * 5;
        if (a & 1)
            faden_context_switch(&f->own, f->resumer);
        else /* the resumer's mode is what we get: set ours again */
            faden_context_switch_inline(&f->own, f->resumer);
        EXPECT(b == a * 5, "live values");
        if (a & 1)
            EXPECT(fegetround() == mode, "rounding %d instead of %d", fegetround(), mode);
        fesetround(mode);
        f->visits++;
        f->moves += here_again(f);
    }
}

static void *thread(void *arg)
{
    uint64_t seed = (uintptr_t)arg + 100;
    int mode = rounding[(uintptr_t)arg % 4];
    faden_context base;
    fesetround(mode);
    for (int i = 0; i < fewer(VISITS); i++) {
        uint64_t r = next_random(&seed);
        struct flow **s = &slot[r % FLOWS], *f = __atomic_exchange_n(s, NULL, __ATOMIC_ACQUIRE);
        if (!f)
            continue;
        f->resumer = &base;
        faden_context_switch(&base, &f->own);
        EXPECT(fegetround() == mode, "the thread's rounding");
        __atomic_store_n(s, f, __ATOMIC_RELEASE);
        if (r >> 32 & 1)
            sched_yield();
    }
    return NULL;
}

int main(void)
{
    pthread_t t[THREADS];
    uint64_t visits = 0, moves = 0;
    limit_seconds(60);
    for (int i = 0; i < FLOWS; i++) {
        faden_context_init(&flows[i].own, flows[i].stack, SIZE, entry, &flows[i]);
        slot[i] = &flows[i];
    }
    for (uintptr_t i = 0; i < THREADS; i++)
        EXPECT(pthread_create(&t[i], NULL, thread, (void *)i) == 0, "thread");
    for (int i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);
    for (int i = 0; i < FLOWS; i++) {
        visits += flows[i].visits;
        moves += flows[i].moves;
    }
    EXPECT(visits > (uint64_t)fewer(VISITS) && moves > 100, "%d visits, %d moves", (int)visits,
           (int)moves);
    return 0;
}
