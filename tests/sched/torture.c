/* SPDX-License-Identifier: MIT */
/*
 * Everything at once, at random, for two seconds: nested scopes, timeouts and shields, cancelled
 * and failing, around locks, channels, semaphores, keys, coroutines and joins, on one cpu, two and
 * four. Afterwards nothing is lost: what was put in was taken out or is there. argv: seed, seconds.
 */
#include <faden/chan.h>

#include "test.h"

enum { OBJECTS = 4, DEPTH = 5, OPS = 12 };

/* Of each cpu's thread: no task changes its own. */
static _Thread_local uint64_t seed;
static uint64_t first_seed;
static uint32_t seeded;
static int64_t until;
static faden_key key;
static faden_mutex mutex[OBJECTS];
static faden_cond cond[OBJECTS];
static bool held[OBJECTS];
static faden_sem sem[OBJECTS];
static faden_chan *chan[OBJECTS];
static long posted[OBJECTS], taken[OBJECTS], sent[OBJECTS], received[OBJECTS];
static long alive, set, destroyed;

#define ADD(x, n) __atomic_fetch_add(&(x), (n), __ATOMIC_RELAXED)
#define GET(x) __atomic_load_n(&(x), __ATOMIC_RELAXED)

static unsigned roll(unsigned n)
{
    if (!seed)
        seed = first_seed + ADD(seeded, 1) * 7919;
    return random_of(&seed) % n;
}

static int allowed(int err)
{
    EXPECT(err == 0 || err == -ECANCELED || err == -ETIMEDOUT, "a wait gave %d", err);
    return err;
}

static void lock_something(void)
{
    unsigned i = roll(OBJECTS);
    faden_mutex_lock(&mutex[i]);
    EXPECT(!held[i], "two hold a mutex");
    held[i] = true;
    if (roll(2))
        faden_yield();
    if (roll(8) == 0) {
        held[i] = false;
        allowed(faden_cond_wait(&cond[i], &mutex[i]));
        EXPECT(!held[i], "two hold a mutex after a condition");
        held[i] = true;
    }
    if (roll(3) == 0)
        faden_cond_broadcast(&cond[i]);
    held[i] = false;
    faden_mutex_unlock(&mutex[i]);
}

static void use_sem(void)
{
    unsigned i = roll(OBJECTS);
    if (roll(2)) {
        ADD(posted[i], 1);
        faden_sem_post(&sem[i]);
    } else if (!allowed(faden_sem_wait(&sem[i]))) {
        ADD(taken[i], 1);
    }
}

static void use_chan(void)
{
    unsigned i = roll(OBJECTS);
    int n = (int)roll(1000), got;
    if (roll(2)) {
        if (!allowed(faden_chan_send(chan[i], &n)))
            ADD(sent[i], n);
    } else if (!allowed(faden_chan_recv(chan[i], &got))) {
        ADD(received[i], got);
    }
}

static void use_select(void)
{
    unsigned i = roll(OBJECTS), k = roll(OBJECTS);
    int n = (int)roll(1000), got = 0;
    faden_select_case c[] = {{.chan = chan[i], .op = FADEN_SELECT_SEND, .elem = &n},
                             {.chan = chan[k], .op = FADEN_SELECT_RECV, .elem = &got}};
    int at = faden_select(c, 2);
    if (at < 0) {
        allowed(at);
        return;
    }
    EQUAL(c[at].result, 0);
    if (at == 0)
        ADD(sent[i], n);
    else
        ADD(received[k], got);
}

static void destroy(void *value)
{
    ADD(destroyed, 1);
    if (roll(4) == 0)
        allowed(faden_sleep(1));
}

static void use_key(void)
{
    if (!faden_key_get(key)) {
        ADD(set, 1);
        EQUAL(faden_key_set(key, &set), 0);
    }
}

static void one_op(int depth);

static void *in_coro(void *depth)
{
    one_op((int)(intptr_t)depth);
    return depth;
}

static void use_coro(int depth)
{
    faden_coro *c;
    EQUAL(faden_coro_new(&c, in_coro, NULL), 0);
    EXPECT(faden_coro_resume(c, (void *)(intptr_t)depth) == (void *)(intptr_t)depth, "its value");
    faden_coro_delete(c);
}

static void *task(void *arg)
{
    int depth = (int)(intptr_t)arg, mine = (int)roll(1000);
    ADD(alive, 1);
    errno = mine;
    for (unsigned i = roll(OPS); i > 0 && faden_now() < until; i--) {
        one_op(depth);
        EQUAL(errno, mine);
    }
    ADD(alive, -1);
    return arg;
}

static void use_scope(int depth)
{
    faden_scope s;
    faden_task *t[6] = {NULL};
    bool ended = false;
    faden_scope_open(&s);
    for (unsigned i = 0, n = roll(6); i < n; i++) {
        faden_task_attr attr = {.stack_size = roll(4) ? 0 : 20000 << roll(3)};
        void *deeper = (void *)(intptr_t)depth;
        allowed(faden_scope_spawn(&s, roll(2) ? &t[i] : NULL, task, deeper, &attr));
    }
    if (roll(2))
        one_op(depth);
    for (unsigned i = 0; i < 6; i++)
        if (t[i] && roll(3) == 0)
            faden_cancel(t[i]);
    for (unsigned i = 0; i < 6; i++) {
        void *result = NULL;
        if (t[i] && roll(2)) {
            int err = allowed(faden_join(t[i], &result));
            EXPECT(err || (intptr_t)result == depth, "another one's result");
        } else if (t[i] && roll(2)) {
            faden_detach(t[i]);
        }
    }
    if (roll(4) == 0) {
        ended = true;
        faden_scope_fail(&s, -EPIPE);
    }
    int err = faden_scope_close(&s);
    EQUAL(err, ended ? -EPIPE : 0);
}

static void use_timeout(int depth)
{
    faden_timeout t;
    faden_timeout_begin(&t, (int64_t)roll(300) * 1000 - 10000);
    for (unsigned i = roll(3); i > 0; i--)
        one_op(depth);
    int err = faden_timeout_end(&t);
    EXPECT(err == 0 || err == -ETIMEDOUT, "faden_timeout_end gave %d", err);
}

static void use_shield(int depth)
{
    faden_shield s;
    faden_shield_begin(&s);
    one_op(depth);
    faden_shield_end(&s);
}

/* Each wait that might last has a timeout around it. */
static void bounded(void (*fn)(void))
{
    faden_timeout t;
    faden_timeout_begin(&t, (int64_t)roll(200) * 1000);
    fn();
    faden_timeout_end(&t);
}

static void one_op(int depth)
{
    static void (*const waits[])(void) = {lock_something, use_sem, use_chan, use_select, use_key};
    unsigned what = roll(depth > 0 ? 14 : 9);
    if (what < 5)
        bounded(waits[what]);
    else if (what < 7)
        faden_yield();
    else if (what < 9)
        allowed(faden_sleep(roll(50000)));
    else if (what < 11)
        use_scope(depth - 1);
    else if (what == 11)
        use_timeout(depth - 1);
    else if (what == 12)
        use_shield(depth - 1);
    else
        use_coro(depth - 1);
}

static int all(void *arg)
{
    faden_stats s;
    EQUAL(faden_key_create(&key, destroy), 0);
    for (int i = 0; i < OBJECTS; i++) {
        faden_sem_init(&sem[i], 0);
        EQUAL(faden_chan_new(&chan[i], sizeof(int), (size_t)i), 0);
        posted[i] = taken[i] = sent[i] = received[i] = 0;
    }
    alive = set = destroyed = 0;
    until = faden_now() + (intptr_t)arg * FADEN_MSEC;
    while (faden_now() < until) {
        if (GET(alive) < 100)
            go(task, (void *)(intptr_t)DEPTH);
        use_scope(2);
        faden_yield();
    }
    do {
        EQUAL(faden_sleep(FADEN_MSEC), 0);
        EQUAL(faden_stats_get(&s), 0);
    } while (s.tasks[0] + s.tasks[1] + s.tasks[2] + s.tasks[3] > 1);
    EQUAL(s.timers, 0);
    EQUAL(alive, 0);
    EQUAL(set, destroyed + (faden_key_get(key) != NULL)); /* main's is still there */
    for (int i = 0; i < OBJECTS; i++) {
        int n;
        EQUAL(posted[i] - taken[i], faden_sem_value(&sem[i]));
        while (faden_chan_try_recv(chan[i], &n) == 0)
            ADD(received[i], n);
        EQUAL(sent[i], received[i]);
        faden_sem_destroy(&sem[i]);
        faden_cond_destroy(&cond[i]);
        faden_mutex_destroy(&mutex[i]);
        faden_chan_delete(chan[i]);
    }
    EQUAL(faden_key_delete(key), 0);
    return 0;
}

int main(int argc, char **argv)
{
    static const unsigned cpus[] = {1, 2, 4};
    first_seed = argc > 1 ? strtoull(argv[1], NULL, 0) : (uint64_t)getpid();
    test_seed = first_seed;
    intptr_t ms = argc > 2 ? strtol(argv[2], NULL, 0) * 1000 : 1000;
    limit_seconds(80 + 6 * (unsigned)ms / 1000);
    for (unsigned i = 0; i < 6; i++) {
        test_route = i % 2 ? FADEN_ROUTE_SCHEDULER : FADEN_ROUTE_DIRECT;
        run_as(all, (void *)ms, (faden_config){.cpus = cpus[i / 2]});
    }
    return 0;
}
