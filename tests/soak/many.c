/* SPDX-License-Identifier: MIT */
/*
 * Loads of very many things: 100,000 timers armed, 100,000 channels in use, and preemptible tasks
 * that never give up the processor by themselves. Few tasks hold them, because ThreadSanitizer has
 * room for 8,000.
 */
#include "soak.h"

#include <string.h>

/* ---- timers: timeouts in each other, each task has so many ---------------------------------- */

enum { HOLDERS = 1000, NESTED = 110 };
#define FARTHEST (600 * FADEN_SEC) /* on a busy machine a turn of all may take half a minute */

struct holder {
    struct load *load;
    uint32_t random;
    faden_timeout timeouts[NESTED];
    int64_t ends[NESTED];
};

/* From innermost to outermost, while one of them ends the waits. Gives how many are left. */
static int leave_ended(struct holder *h)
{
    int left = NESTED, fired = 0;
    do {
        int err = faden_timeout_end(&h->timeouts[--left]);
        soak_check(err == 0 || err == -ETIMEDOUT, "timeout_end: %d", err);
        if (err == 0)
            continue;
        soak_check(faden_now() >= h->ends[left], "a timeout is %lld ns early",
                   (long long)(h->ends[left] - faden_now()));
        fired++;
    } while (left && faden_cancelled());
    soak_check(fired > 0, "the sleep was ended by none of the timeouts");
    return left;
}

static void *hold(void *arg)
{
    struct holder *h = arg;
    int n = 0, err;
    for (;;) {
        for (; n < NESTED; n++) {
            int64_t ns = 1 + soak_random(&h->random, FARTHEST / 1000) * INT64_C(1000);
            h->ends[n] = faden_now() + ns;
            faden_timeout_begin(&h->timeouts[n], ns);
        }
        err = faden_sleep(FADEN_FOREVER);
        if (err != -ETIMEDOUT)
            break;
        n = leave_ended(h);
        soak_count(h->load);
    }
    soak_check(err == -ECANCELED, "sleep: %d", err);
    while (n)
        faden_timeout_end(&h->timeouts[--n]);
    return NULL;
}

void *load_timers(void *arg)
{
    struct load *load = arg;
    struct holder *h = calloc(HOLDERS, sizeof *h);
    faden_scope scope;
    faden_stats stats;
    soak_check(h != NULL, "no memory");
    faden_scope_open(&scope);
    for (int i = 0; i < HOLDERS; i++) {
        h[i].load = load;
        h[i].random = soak_random(&load->random, UINT32_MAX) | 1;
        soak_check(faden_scope_spawn(&scope, NULL, hold, &h[i], NULL) == 0, "spawn");
    }
    while (!soak_over()) {
        faden_sleep(FADEN_SEC);
        soak_check(faden_stats_get(&stats) == 0, "stats");
        soak_most_timers = stats.timers > soak_most_timers ? stats.timers : soak_most_timers;
    }
    faden_scope_cancel(&scope);
    soak_check(faden_scope_close(&scope) == -ECANCELED, "close");
    free(h);
    return NULL;
}

/* ---- channels: tokens wander from one to any other; none is lost ---------------------------- */

enum { CHANNELS = 100000, BUSY = 64, COURIERS = 300, CASES = 4 };

static faden_chan **channels;

/* Half of the time one of a few, so that couriers meet there, too. */
static faden_chan *any_channel(uint32_t *random)
{
    return channels[soak_random(random, soak_random(random, 2) ? BUSY : CHANNELS)];
}

/* false: the load is over. */
static bool move(uint32_t *random, faden_select_op op, uint64_t *token)
{
    int i;
    do {
        faden_select_case cases[CASES];
        faden_timeout t;
        for (int k = 0; k < CASES; k++)
            cases[k] = (faden_select_case){any_channel(random), op, token, 0};
        faden_timeout_begin(&t, FADEN_MSEC);
        i = faden_select(cases, CASES);
        faden_timeout_end(&t);
        soak_check(i == -ETIMEDOUT || (i >= 0 && cases[i].result == 0), "select: %d", i);
    } while (i < 0 && !soak_over());
    return i >= 0;
}

struct courier {
    struct load *load;
    uint32_t random;
    uint64_t kept, count; /* tokens in hand when it ended: their sum, how many */
};

static void *carry(void *arg)
{
    struct courier *c = arg;
    uint64_t token;
    while (!soak_over() && move(&c->random, FADEN_SELECT_RECV, &token)) {
        if (!move(&c->random, FADEN_SELECT_SEND, &token)) {
            c->kept += token;
            c->count++;
        }
        soak_count(c->load);
    }
    return NULL;
}

/* Every second one holds a token; every fourth has no buffer. */
static void make_channels(void)
{
    channels = calloc(CHANNELS, sizeof *channels);
    soak_check(channels != NULL, "no memory");
    for (uint64_t i = 0; i < CHANNELS; i++) {
        soak_check(faden_chan_new(&channels[i], sizeof i, i % 4) == 0, "chan");
        soak_check(i % 2 == 0 || faden_chan_send(channels[i], &i) == 0, "send");
    }
}

void *load_channels(void *arg)
{
    static struct courier couriers[COURIERS];
    struct load *load = arg;
    uint64_t sum = 0, count = 0, token;
    faden_scope scope;
    make_channels();
    faden_scope_open(&scope);
    for (int i = 0; i < COURIERS; i++) {
        couriers[i] = (struct courier){load, soak_random(&load->random, UINT32_MAX) | 1, 0, 0};
        soak_check(faden_scope_spawn(&scope, NULL, carry, &couriers[i], soak_kind(i)) == 0,
                   "spawn");
    }
    soak_check(faden_scope_close(&scope) == 0, "close");
    for (int i = 0; i < COURIERS; i++) {
        sum += couriers[i].kept;
        count += couriers[i].count;
    }
    for (int i = 0; i < CHANNELS; i++) {
        for (; faden_chan_try_recv(channels[i], &token) == 0; count++)
            sum += token;
        faden_chan_delete(channels[i]);
    }
    free(channels);
    soak_check(count == CHANNELS / 2, "%llu tokens are left", (unsigned long long)count);
    soak_check(sum == (uint64_t)CHANNELS * CHANNELS / 4, "other tokens are left: %llu",
               (unsigned long long)sum);
    return NULL;
}

/* ---- crunchers: preempted in the middle of their numbers ------------------------------------ */

enum { CRUNCHERS = 8, STEPS = 200000 };

/* On this cpu: a task that has started stays. */
static _Thread_local struct cruncher *volatile last_here;

struct cruncher {
    struct load *load;
    uint64_t whole;
    double real;
};

/* Integers and floating-point numbers, in registers; counts where another cruncher came between. */
static void crunch(struct cruncher *c)
{
    uint64_t x = 88172645463325252u, n = 0;
    double d = 1;
    last_here = c;
    for (int i = 0; i < STEPS; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        d = d * 0.999999 + (double)(x >> 40);
        if (i % 1024 == 0 && last_here != c) {
            last_here = c;
            n++;
        }
    }
    c->whole = x;
    c->real = d;
    __atomic_fetch_add(&soak_preempted, n, __ATOMIC_RELAXED);
}

static void *cruncher(void *arg)
{
    struct cruncher *c = arg, first;
    crunch(&first);
    while (!soak_over()) {
        crunch(c);
        soak_check(c->whole == first.whole && memcmp(&c->real, &first.real, sizeof c->real) == 0,
                   "another result: %llu %g", (unsigned long long)c->whole, c->real);
        soak_count(c->load);
    }
    return NULL;
}

void *load_crunchers(void *arg)
{
    static struct cruncher c[CRUNCHERS];
    faden_task_attr attr = {.name = "cruncher", .preemptible = true};
    faden_scope scope;
    faden_scope_open(&scope);
    for (int i = 0; i < CRUNCHERS; i++) {
        c[i].load = arg;
        int err = faden_scope_spawn(&scope, NULL, cruncher, &c[i], &attr);
        soak_check(err == 0, "a preemptible task: %s", strerror(-err));
    }
    soak_check(faden_scope_close(&scope) == 0, "close");
    return NULL;
}
