/* SPDX-License-Identifier: MIT */
/* Threads take and give back stacks of several classes at the same time, some through a cache,
   some not, some in another thread than the one that took them: no stack is ever in two hands. */
#include <pthread.h>
#include <sched.h>

#include "helpers.h"

enum { THREADS = 6, ROUNDS = 30000, LIVE = 48, PASSED = 64 };

static struct stack *passed[PASSED]; /* from hand to hand */

static void mark(struct stack *s, uintptr_t owner)
{
    uintptr_t *word = (uintptr_t *)stack_first_frame(s) - 1;
    EXPECT(s->use == STACK_FREE, "it is in use");
    s->use = STACK_TASK;
    s->owner = (void *)owner;
    *word = owner;
}

static void expect_mine(struct stack *s, uintptr_t owner)
{
    uintptr_t *word = (uintptr_t *)stack_first_frame(s) - 1;
    EXPECT(s->use == STACK_TASK && s->owner == (void *)owner && *word == owner,
           "%p belongs to %p, %p stands there", (void *)owner, s->owner, (void *)*word);
}

static void *hammer(void *arg)
{
    uint32_t x = (uint32_t)(uintptr_t)arg * 2654435761u + 1;
    struct stack_cache own, *cache = (uintptr_t)arg % 2 ? &own : NULL;
    struct stack *live[LIVE] = {NULL};
    stack_cache_init(&own, STACK_SIZE_DEFAULT);
    for (int i = 0; i < ROUNDS; i++) {
        x = x * 1664525 + 1013904223;
        struct stack **at = &live[(x >> 8) % LIVE];
        uintptr_t owner = (uintptr_t)at;
        unsigned shift = x >> 30 ? own.shift : 16;
        if (*at) {
            expect_mine(*at, owner);
            if ((x >> 16) % 8 == 0) {
                (*at)->owner = NULL;
                *at = __atomic_exchange_n(&passed[(x >> 20) % PASSED], *at, __ATOMIC_ACQ_REL);
                if (*at) {
                    (*at)->use = STACK_FREE;
                    mark(*at, owner);
                }
                continue;
            }
            if (cache)
                stack_put(cache, *at);
            else
                stack_put_slow(NULL, *at);
            *at = NULL;
        } else {
            *at = cache ? stack_get(cache, shift) : stack_get_slow(NULL, shift);
            EXPECT(*at && (*at)->shift == shift && (*at)->guarded, "a stack of class %u", shift);
            mark(*at, owner);
        }
        if (i % 500 == 0)
            stack_trim(&own);
        if (i % 3000 == 0)
            stack_cache_drain(&own), stack_cache_init(&own, STACK_SIZE_DEFAULT);
    }
    for (int i = 0; i < LIVE; i++)
        if (live[i])
            stack_put(&own, live[i]);
    stack_cache_drain(&own);
    return NULL;
}

/* Nothing but the lists of the pool, as often as can be. */
static void *tight(void *arg)
{
    enum { HELD = 3 };
    struct stack *held[HELD];
    for (int i = 0; i < ROUNDS * 10; i++) {
        for (int j = 0; j < HELD; j++) {
            held[j] = stack_get_slow(NULL, 17);
            EXPECT(held[j], "no stack");
            EXPECT(held[j]->use == STACK_FREE, "it is in use");
            held[j]->use = STACK_TASK;
        }
        for (int j = 0; j < HELD; j++)
            stack_put_slow(NULL, held[j]);
    }
    return arg;
}

/* Looks around all the while, as the fault handler and faden_stats_get do. */
static void *look(void *stop)
{
    uint64_t in_use, cached;
    char *somewhere = NULL;
    while (!load_acquire((uint32_t *)stop)) {
        stack_counts(&in_use, &cached);
        EXPECT(in_use <= THREADS * LIVE + PASSED + THREADS, "%lu in use", (unsigned long)in_use);
        struct stack *s = stack_find(somewhere);
        EXPECT(!s || s->top > somewhere, "%p is not in the stack up to %p", (void *)somewhere,
               (void *)(s ? s->top : NULL));
        struct stack *t = stack_get_slow(NULL, 18);
        somewhere = t->top - 1000;
        EXPECT(stack_find(somewhere) == t, "not found");
        stack_put_slow(NULL, t);
        sched_yield();
    }
    return NULL;
}

static void run(pthread_t *threads, int n, void *(*fn)(void *))
{
    for (intptr_t i = 0; i < n; i++)
        EXPECT(pthread_create(&threads[i], NULL, fn, (void *)i) == 0, "no thread");
    for (int i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
}

int main(void)
{
    SKIP_VALGRIND("so many stacks take minutes");
    pthread_t threads[THREADS], looker;
    uint32_t stop = 0;
    uint64_t in_use, cached;
    run(threads, 3, tight);
    EXPECT(pthread_create(&looker, NULL, look, &stop) == 0, "no thread");
    run(threads, THREADS, hammer);
    store_release(&stop, 1);
    pthread_join(looker, NULL);
    for (int i = 0; i < PASSED; i++)
        if (passed[i])
            stack_put_slow(NULL, passed[i]);
    stack_counts(&in_use, &cached);
    EXPECT(in_use == 0, "%lu in use", (unsigned long)in_use);
}
