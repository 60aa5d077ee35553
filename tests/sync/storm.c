/* SPDX-License-Identifier: MIT */
/*
 * Tasks and plain threads on the same mutex, rwlock, condition, semaphore and wait group, with
 * random timeouts and cancellations: exclusion holds, and at the end nothing is lost and nothing
 * too many.
 */
#include "test.h"

enum { TASKS = 16, THREADS = 6, PERMITS = 3 };

static faden_mutex m;
static faden_rwlock rwlock;
static uint64_t left, right; /* guarded by rwlock: always the same */
static faden_cond nonempty;
static faden_sem permits;
static faden_waitgroup done;
static uint64_t counter, tokens, taken; /* guarded by m */
static uint32_t inside, counted, produced, consumed;

static bool lucky(uint64_t *seed, uint32_t n)
{
    return below(seed, n) == 0;
}

static void count(uint64_t *seed)
{
    if (lucky(seed, 4)) {
        if (faden_mutex_try_lock(&m) < 0)
            return;
    } else {
        faden_mutex_lock(&m);
    }
    uint64_t before = counter;
    if (faden_self() && lucky(seed, 4))
        faden_yield();
    counter = before + 1;
    faden_mutex_unlock(&m);
    __atomic_fetch_add(&counted, 1, __ATOMIC_RELAXED);
}

static void read_or_write(uint64_t *seed)
{
    bool writes = lucky(seed, 3), tries = lucky(seed, 4);
    if (writes && tries ? faden_rwlock_try_wrlock(&rwlock) < 0
                        : tries && faden_rwlock_try_rdlock(&rwlock) < 0)
        return;
    if (!tries && writes)
        faden_rwlock_wrlock(&rwlock);
    else if (!tries)
        faden_rwlock_rdlock(&rwlock);
    uint64_t seen = left;
    if (writes)
        left++;
    if (faden_self() && lucky(seed, 4))
        faden_yield();
    EXPECT(right == seen);
    if (writes)
        right++;
    faden_rwlock_unlock(&rwlock);
}

static void use_permit(uint64_t *seed)
{
    faden_timeout t;
    bool limited = faden_self() && lucky(seed, 2);
    if (limited)
        faden_timeout_begin(&t, below(seed, 60) * FADEN_USEC);
    int err = faden_sem_wait(&permits);
    if (limited && faden_timeout_end(&t) == 0)
        EQ(err, 0);
    if (err)
        return;
    EXPECT(__atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST) <= PERMITS);
    if (faden_self() && lucky(seed, 2))
        faden_yield();
    __atomic_fetch_sub(&inside, 1, __ATOMIC_SEQ_CST);
    faden_sem_post(&permits);
}

static void produce(uint64_t *seed)
{
    faden_mutex_lock(&m);
    tokens++;
    if (lucky(seed, 8))
        faden_cond_broadcast(&nonempty);
    else
        faden_cond_signal(&nonempty);
    faden_mutex_unlock(&m);
    __atomic_fetch_add(&produced, 1, __ATOMIC_RELAXED);
}

/* A signal that meets a waiter which is ended at the same time must not be lost: then this hangs.
 */
static void consume(uint64_t *seed)
{
    for (int err = -1; err < 0;) {
        faden_timeout t;
        bool limited = faden_self() && lucky(seed, 2);
        if (limited)
            faden_timeout_begin(&t, below(seed, 100) * FADEN_USEC);
        faden_mutex_lock(&m);
        for (err = 0; !tokens && !err;)
            err = faden_cond_wait(&nonempty, &m);
        if (!err) {
            tokens--;
            taken++;
        }
        faden_mutex_unlock(&m);
        if (limited)
            faden_timeout_end(&t);
    }
    __atomic_fetch_add(&consumed, 1, __ATOMIC_RELAXED);
}

static void *actor(void *arg)
{
    uint64_t seed = (uintptr_t)arg * 77777;
    int n = rounds(1500);
    for (int i = 0; i < n; i++) {
        count(&seed);
        read_or_write(&seed);
        use_permit(&seed);
        if ((uintptr_t)arg % 2)
            produce(&seed);
        else
            consume(&seed);
        if (faden_self() && lucky(&seed, 16))
            faden_sleep(below(&seed, 20) * FADEN_USEC);
    }
    faden_waitgroup_done(&done);
    return NULL;
}

static void *impatient(void *arg)
{
    (void)arg;
    for (;;) {
        int err = faden_waitgroup_wait(&done);
        if (err)
            return gives(err);
    }
}

static int start(void *arg)
{
    pthread_t t[THREADS];
    (void)arg;
    faden_sem_init(&permits, PERMITS);
    faden_waitgroup_add(&done, TASKS + THREADS);
    for (uintptr_t i = 0; i < THREADS; i++)
        t[i] = thread(actor, (void *)(i + 1));
    for (uintptr_t i = 0; i < TASKS; i++)
        EQ(faden_go(actor, (void *)(THREADS + i + 1)), 0);
    faden_task *w = spawn(impatient, NULL);
    faden_yield();
    faden_cancel(w);
    EQ(faden_waitgroup_wait(&done), 0);
    EQ(join(w), -ECANCELED);
    for (int i = 0; i < THREADS; i++)
        thread_end(t[i]);
    EQ(counter, counted);
    EQ(produced, consumed);
    EQ(taken, consumed);
    EQ(tokens, 0);
    EQ(faden_sem_value(&permits), PERMITS);
    EQ(left, right);
    faden_mutex_destroy(&m);
    faden_rwlock_destroy(&rwlock);
    faden_cond_destroy(&nonempty);
    faden_sem_destroy(&permits);
    faden_waitgroup_destroy(&done);
    return 0;
}

int main(void)
{
    limit_seconds(60);
    run_both(start, NULL);
    return 0;
}
