/* SPDX-License-Identifier: MIT */
/*
 * The soak: loads of every kind in one run, for as long as asked. Each load is a task that spawns
 * what it needs into its own scope, checks what it can check (sums, orders, times), counts rounds,
 * and returns when soak_over() says so.
 */
#ifndef SOAK_H
#define SOAK_H

#include <faden/faden.h>
#include <stdio.h>
#include <stdlib.h>

struct load {
    const char *name;
    void *(*run)(void *load);
    uint64_t rounds; /* atomic; one for each thing done: a node, a message, a sleep */
    uint32_t random;
};

extern int64_t soak_end;
extern uint64_t soak_most_timers; /* armed at a time */
extern uint64_t soak_preempted;   /* atomic: so often, at least */

static inline void soak_count(struct load *load)
{
    __atomic_fetch_add(&load->rounds, 1, __ATOMIC_RELAXED);
}

static inline uint64_t soak_rounds(const struct load *load)
{
    return __atomic_load_n(&load->rounds, __ATOMIC_RELAXED);
}

static inline bool soak_over(void)
{
    return faden_now() >= soak_end;
}

/* xorshift: each load has its own sequence, from the seed. */
static inline uint32_t soak_random(uint32_t *state, uint32_t below)
{
    uint32_t x = *state;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    *state = x;
    return (uint32_t)(((uint64_t)x * below) >> 32);
}

/* Tasks of every kind, in turn: plain, movable, urgent, pinned. */
static inline const faden_task_attr *soak_kind(int i)
{
    static const faden_task_attr kinds[] = {
        {.movable = false}, {.movable = true}, {.urgent = true}, {.cpu = 1}};
    return &kinds[(unsigned)i % (sizeof kinds / sizeof *kinds)];
}

#define soak_check(condition, ...)                                          \
    do {                                                                    \
        if (!(condition)) {                                                 \
            fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #condition); \
            fprintf(stderr, __VA_ARGS__);                                   \
            fprintf(stderr, "\n");                                          \
            exit(1);                                                        \
        }                                                                   \
    } while (0)

void *load_tree(void *load);
void *load_accounts(void *load);
void *load_network(void *load);
void *load_sleepers(void *load);
void *load_echo(void *load);
void *load_pool(void *load);
void *load_threads(void *load);
void *load_timers(void *load);
void *load_channels(void *load);
void *load_crunchers(void *load);

#endif
