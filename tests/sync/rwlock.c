/* SPDX-License-Identifier: MIT */
/*
 * The rwlock against a model: eight tasks lock and unlock as a random driver says, and after each
 * step exactly those are inside that the rules let in.
 */
#include "test.h"

enum { WORKERS = 8 };
enum state { OUT, WAITS_TO_READ, WAITS_TO_WRITE, READS, WRITES };
enum command { READ, WRITE, TRY_READ, TRY_WRITE, UNLOCK, QUIT };

static faden_rwlock l;
static faden_sem go[WORKERS];
static enum command command[WORKERS];
static enum state state[WORKERS];
static int tried;

static void obey(int i)
{
    switch (command[i]) {
    case READ:
        state[i] = WAITS_TO_READ;
        faden_rwlock_rdlock(&l);
        state[i] = READS;
        break;
    case WRITE:
        state[i] = WAITS_TO_WRITE;
        faden_rwlock_wrlock(&l);
        state[i] = WRITES;
        break;
    case TRY_READ:
        tried = faden_rwlock_try_rdlock(&l);
        state[i] = tried ? OUT : READS;
        break;
    case TRY_WRITE:
        tried = faden_rwlock_try_wrlock(&l);
        state[i] = tried ? OUT : WRITES;
        break;
    default: state[i] = OUT; faden_rwlock_unlock(&l);
    }
}

static void *worker(void *arg)
{
    int i = (int)(intptr_t)arg;
    for (;;) {
        EQ(faden_sem_wait(&go[i]), 0);
        if (command[i] == QUIT)
            return NULL;
        obey(i);
    }
}

/* ---- the model ---------------------------------------------------------------------------- */

static enum state model[WORKERS];
static int queue[WORKERS], queued; /* who waits, in the order of coming */

static int count(enum state s)
{
    int n = 0;
    for (int i = 0; i < WORKERS; i++)
        n += model[i] == s;
    return n;
}

static void let_in(int at)
{
    int i = queue[at];
    model[i] = model[i] == WAITS_TO_READ ? READS : WRITES;
    memmove(&queue[at], &queue[at + 1], (size_t)(--queued - at) * sizeof *queue);
}

static bool may_enter(bool to_write)
{
    if (to_write)
        return !count(READS) && !count(WRITES);
    return !count(WRITES) && !count(WAITS_TO_WRITE);
}

static void model_lock(int i, bool to_write, bool waits)
{
    if (may_enter(to_write)) {
        model[i] = to_write ? WRITES : READS;
    } else if (waits) {
        model[i] = to_write ? WAITS_TO_WRITE : WAITS_TO_READ;
        queue[queued++] = i;
    }
}

static void model_unlock(int i)
{
    bool wrote = model[i] == WRITES;
    model[i] = OUT;
    if (count(READS))
        return;
    if (wrote && count(WAITS_TO_READ)) {
        for (int at = 0; at < queued;)
            if (model[queue[at]] == WAITS_TO_READ)
                let_in(at);
            else
                at++;
        return;
    }
    for (int at = 0; at < queued; at++)
        if (model[queue[at]] == WAITS_TO_WRITE) {
            let_in(at);
            return;
        }
}

static void compare(void)
{
    for (int i = 0; i < WORKERS; i++)
        EQ(state[i], model[i]);
}

static void tell(int i, enum command c)
{
    command[i] = c;
    faden_sem_post(&go[i]);
    settle();
}

static void step(uint64_t *seed)
{
    int i = (int)below(seed, WORKERS);
    if (model[i] == READS || model[i] == WRITES) {
        model_unlock(i);
        tell(i, UNLOCK);
    } else if (model[i] == OUT) {
        enum command c = (enum command)below(seed, 4);
        bool to_write = c == WRITE || c == TRY_WRITE, waits = c == READ || c == WRITE;
        int expected = may_enter(to_write) ? 0 : -EBUSY;
        model_lock(i, to_write, waits);
        tell(i, c);
        if (!waits)
            EQ(tried, expected);
    }
    compare();
}

static void empty(void)
{
    for (bool some = true; some;) {
        some = false;
        for (int i = 0; i < WORKERS; i++)
            if (model[i] == READS || model[i] == WRITES) {
                model_unlock(i);
                tell(i, UNLOCK);
                some = true;
            }
        compare();
    }
}

static int follows_model(void *arg)
{
    faden_task *t[WORKERS];
    (void)arg;
    for (int i = 0; i < WORKERS; i++)
        t[i] = spawn(worker, (void *)(intptr_t)i);
    for (test_seed = 1; test_seed <= 20; test_seed++) {
        uint64_t seed = test_seed;
        for (int n = 0; n < rounds(400); n++)
            step(&seed);
        empty();
    }
    test_seed = 0;
    for (int i = 0; i < WORKERS; i++) {
        tell(i, QUIT);
        join(t[i]);
    }
    faden_rwlock_destroy(&l);
    return 0;
}

/* ---- nobody starves ----------------------------------------------------------------------- */

static bool stop;
static uint32_t reads, writes;

/* There is always a reader inside, if readers can go on. */
static void *read_on(void *arg)
{
    while (!stop) {
        faden_rwlock_rdlock(&l);
        reads++;
        for (int i = 0; i < 3; i++)
            faden_yield();
        faden_rwlock_unlock(&l);
    }
    return arg;
}

static void *write_on(void *arg)
{
    while (!stop) {
        faden_rwlock_wrlock(&l);
        writes++;
        faden_yield();
        faden_rwlock_unlock(&l);
    }
    return arg;
}

/* Of `many` of one kind and one of the other, the one gets its turn again and again. */
static void nobody_starves(void *(*many)(void *), void *(*one)(void *), uint32_t *count_of_one)
{
    faden_task *t[6];
    stop = false;
    for (int i = 0; i < 5; i++)
        t[i] = spawn(many, NULL);
    t[5] = spawn(one, NULL);
    reads = writes = 0;
    for (int i = 0; i < 2000; i++)
        faden_yield();
    EXPECT(*count_of_one >= 50);
    stop = true;
    for (int i = 0; i < 6; i++)
        join(t[i]);
}

static int fair(void *arg)
{
    (void)arg;
    nobody_starves(read_on, write_on, &writes);
    nobody_starves(write_on, read_on, &reads);
    return 0;
}

/* A lock is no cancellation point. */
static void *locks_cancelled(void *arg)
{
    EQ(faden_cancel(faden_self()), 0);
    if (arg)
        faden_rwlock_wrlock(&l);
    else
        faden_rwlock_rdlock(&l);
    faden_rwlock_unlock(&l);
    return gives(faden_cancelled());
}

static int not_ended(void *arg)
{
    for (int i = 0; i < 2; i++) {
        faden_rwlock_wrlock(&l);
        faden_task *t = spawn(locks_cancelled, i ? arg : NULL);
        settle();
        EQ(faden_cancel(t), 0);
        settle();
        faden_rwlock_unlock(&l);
        EQ(join(t), -ECANCELED);
    }
    EQ(faden_rwlock_try_wrlock(&l), 0);
    faden_rwlock_unlock(&l);
    return 0;
}

int main(void)
{
    limit_seconds(60);
    run_both(follows_model, NULL);
    run_both(fair, NULL);
    run_both(not_ended, &l);
    return 0;
}
