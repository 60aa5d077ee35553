/* SPDX-License-Identifier: MIT */
/*
 * The barrier: nobody passes before all are there, one in each round is told so, it is ready for
 * the next round at once, and who is ended instead was not counted.
 */
#include "expire.h"

enum { PARTIES = 6, ROUNDS = 500 };

static faden_barrier b;
static uint32_t arrived, serials;

static void pass(uint32_t round)
{
    __atomic_fetch_add(&arrived, 1, __ATOMIC_SEQ_CST);
    int err = faden_barrier_wait(&b);
    EXPECT(err == 0 || err == FADEN_BARRIER_SERIAL);
    EXPECT(__atomic_load_n(&arrived, __ATOMIC_SEQ_CST) >= PARTIES * (round + 1));
    if (err)
        __atomic_fetch_add(&serials, 1, __ATOMIC_SEQ_CST);
}

static void *party(void *arg)
{
    int n = rounds(ROUNDS);
    for (int i = 0; i < n; i++)
        pass((uint32_t)i);
    return arg;
}

/* Those whose bit is set are plain threads. */
static int in_rounds(void *arg)
{
    unsigned threads = *(unsigned *)arg;
    faden_task *t[PARTIES];
    pthread_t p[PARTIES];
    faden_barrier_init(&b, PARTIES);
    arrived = serials = 0;
    for (int i = 0; i < PARTIES; i++)
        if (threads >> i & 1)
            p[i] = thread(party, NULL);
        else
            t[i] = spawn(party, NULL);
    for (int i = 0; i < PARTIES; i++)
        if (!(threads >> i & 1))
            join(t[i]);
    for (int i = 0; i < PARTIES; i++)
        if (threads >> i & 1)
            thread_end(p[i]);
    EQ(arrived, PARTIES * rounds(ROUNDS));
    EQ(serials, rounds(ROUNDS));
    faden_barrier_destroy(&b);
    return 0;
}

/* ---- ended waits --------------------------------------------------------------------------- */

static faden_timeout limit;

static void *waits(void *arg)
{
    (void)arg;
    return gives(faden_barrier_wait(&b));
}

static void *waits_limited(void *arg)
{
    (void)arg;
    EQ(faden_timeout_begin(&limit, 1000 * FADEN_SEC), 0);
    int err = faden_barrier_wait(&b);
    EQ(faden_timeout_end(&limit), err == -ETIMEDOUT ? err : 0);
    return gives(err);
}

struct end {
    faden_task *task;
    int code;
};

/* Ends one that has arrived, and arrives before that one can leave. */
static void *ends_and_waits(void *arg)
{
    struct end *e = arg;
    end_task(e->task, &limit, e->code);
    return waits(NULL);
}

/* Of three that have arrived one is ended, and a fourth comes: one is missing, and the next one to
   come completes the round. */
static void one_is_ended(int code, bool leaves_first)
{
    faden_task *others[3];
    struct end e = {.code = code};
    faden_barrier_init(&b, 4);
    others[0] = spawn(waits, NULL);
    settle();
    e.task = spawn(waits_limited, NULL);
    settle();
    others[1] = spawn(waits, NULL);
    settle();
    EQ(b.arrived, 3);
    if (leaves_first) {
        end_task(e.task, &limit, code);
        settle();
        EQ(b.arrived, 2);
    }
    others[2] = spawn(leaves_first ? waits : ends_and_waits, &e);
    settle();
    EQ(join(e.task), code);
    EQ(b.arrived, 3);
    int err = faden_barrier_wait(&b);
    EQ(err, FADEN_BARRIER_SERIAL);
    for (int i = 0; i < 3; i++)
        EQ(join(others[i]), 0);
    EQ(b.arrived, 0);
    faden_barrier_destroy(&b);
}

/* The last one comes within the same breath as the end: the caller of both sees each order. */
static void *arrives_and_ends(void *arg)
{
    int code = *(int *)arg;
    faden_task *t = spawn(waits_limited, NULL);
    settle();
    end_task(t, &limit, code);
    faden_task *u = spawn(waits, NULL);
    EQ(join(t), code);
    EQ(faden_barrier_wait(&b), FADEN_BARRIER_SERIAL);
    EQ(join(u), 0);
    t = spawn(waits_limited, NULL);
    settle();
    EQ(faden_barrier_wait(&b), FADEN_BARRIER_SERIAL);
    end_task(t, &limit, code); /* too late */
    EQ(join(t), 0);
    return NULL;
}

static faden_sem sem;

static void *is_served(void *arg)
{
    EQ(faden_sem_wait(&sem), 0);
    return arg;
}

/* Those that it lets go run after who is ready: another one was served first. */
static void *serves_ends_and_waits(void *arg)
{
    faden_sem_post(&sem);
    return ends_and_waits(arg);
}

/* Those that are let go to arrive anew may be ended as well. */
static void ended_while_arriving_anew(void)
{
    struct end e = {.code = -ECANCELED};
    faden_task *served = spawn(is_served, NULL);
    faden_barrier_init(&b, 3);
    faden_task *first = spawn(waits, NULL);
    settle();
    e.task = spawn(waits, NULL);
    settle();
    faden_task *third = spawn(serves_ends_and_waits, &e);
    for (int i = 0; b.arrived != 1; i++) { /* until the third has let go the first */
        EXPECT(i < 20);
        faden_yield();
    }
    EQ(faden_cancel(first), 0);
    EQ(join(e.task), -ECANCELED);
    EQ(join(first), -ECANCELED);
    settle();
    EQ(b.arrived, 1);
    EQ(faden_cancel(third), 0);
    EQ(join(third), -ECANCELED);
    EQ(join(served), 0);
    EQ(b.arrived, 0);
    faden_barrier_destroy(&b);
}

static void *ended_before(void *arg)
{
    EQ(faden_cancel(faden_self()), 0);
    EQ(faden_barrier_wait(&b), -ECANCELED);
    return arg;
}

static int are_ended(void *arg)
{
    int codes[] = {-ECANCELED, -ETIMEDOUT};
    for (int i = 0; i < 2; i++) {
        one_is_ended(codes[i], false);
        one_is_ended(codes[i], true);
        faden_barrier_init(&b, 2);
        join(spawn(arrives_and_ends, &codes[i]));
    }
    ended_while_arriving_anew();
    faden_barrier_init(&b, 1);
    join(spawn(ended_before, arg));
    return 0;
}

int main(void)
{
    static unsigned sets[] = {0, 0x3f, 0x15, 0x38};
    limit_seconds(60);
    run_both(are_ended, NULL);
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        run_both(in_rounds, &sets[i]);
    return 0;
}
