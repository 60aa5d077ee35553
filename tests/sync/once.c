/* SPDX-License-Identifier: MIT */
/*
 * Once: done by one, and visible to all when their call returns; who fails or is ended within it
 * leaves it to the next; the others of its cpu go on meanwhile.
 */
#include "expire.h"

static faden_once o;
static faden_sem gate;
static int called, result; /* by the function, guarded by nothing but `o` */
static faden_timeout limit;

static int quick(void *arg)
{
    called++;
    return (int)(intptr_t)arg;
}

static int waits(void *arg)
{
    called++;
    int err = faden_sem_wait(&gate);
    if (!err)
        result += (int)(intptr_t)arg;
    return err;
}

static void begin(void)
{
    memset(&o, 0, sizeof o);
    faden_sem_init(&gate, 0);
    called = result = 0;
}

static void *calls(void *arg)
{
    int err = faden_once_call(&o, waits, arg);
    EXPECT(err || result);
    return gives(err);
}

static void *calls_limited(void *arg)
{
    faden_timeout_begin(&limit, 1000 * FADEN_SEC);
    int err = faden_once_call(&o, waits, arg);
    EQ(faden_timeout_end(&limit), err == -ETIMEDOUT ? err : 0);
    return gives(err);
}

#define ONE ((void *)1)

/* The one who does it waits; the others of its cpu go on. */
static void others_go_on(void)
{
    faden_task *t[5];
    begin();
    for (int i = 0; i < 5; i++)
        t[i] = spawn(calls, ONE);
    settle();
    EQ(called, 1);
    EQ(result, 0);
    faden_sem_post(&gate);
    for (int i = 0; i < 5; i++)
        EQ(join(t[i]), 0);
    EQ(called, 1);
    EQ(result, 1);
    EQ(faden_once_call(&o, quick, NULL), 0);
    EQ(called, 1);
}

/* The one who does it is ended: its function fails, the next one does it. */
static void runner_is_ended(int code)
{
    begin();
    faden_task *runner = spawn(calls_limited, ONE);
    settle();
    faden_task *next = spawn(calls, ONE), *last = spawn(calls, ONE);
    settle();
    EQ(called, 1);
    end_task(runner, &limit, code);
    EQ(join(runner), code);
    settle();
    EQ(called, 2);
    faden_sem_post(&gate);
    EQ(join(next), 0);
    EQ(join(last), 0);
    EQ(called, 2);
}

static void waiter_is_ended(int code)
{
    begin();
    faden_task *runner = spawn(calls, ONE);
    settle();
    faden_task *waiter = spawn(calls_limited, ONE);
    settle();
    end_task(waiter, &limit, code);
    EQ(join(waiter), code);
    faden_sem_post(&gate);
    EQ(join(runner), 0);
    EQ(called, 1);
    EXPECT(!o.waiters.first);
}

/* Runner and first waiter are ended in the same breath: it goes to the one behind. */
static void both_are_ended(void)
{
    begin();
    faden_task *runner = spawn(calls, ONE);
    settle();
    faden_task *waiter = spawn(calls, ONE);
    settle();
    faden_task *behind = spawn(calls, ONE);
    settle();
    EQ(faden_cancel(runner), 0);
    EQ(faden_cancel(waiter), 0);
    EQ(join(runner), -ECANCELED);
    EQ(join(waiter), -ECANCELED);
    faden_sem_post(&gate);
    EQ(join(behind), 0);
    EQ(called, 2);
}

static void fails(void)
{
    begin();
    for (int i = 1; i <= 3; i++) {
        EQ(faden_once_call(&o, quick, (void *)(intptr_t)-EIO), -EIO);
        EQ(called, i);
    }
    EQ(faden_once_call(&o, quick, (void *)7), 0);
    EQ(faden_once_call(&o, quick, (void *)(intptr_t)-EIO), 0);
    EQ(called, 4);
}

static void *ended_before(void *arg)
{
    begin();
    EQ(faden_cancel(faden_self()), 0);
    EQ(faden_once_call(&o, quick, NULL), -ECANCELED); /* it does not begin */
    EQ(called, 0);
    faden_shield s;
    faden_shield_begin(&s);
    EQ(faden_once_call(&o, quick, NULL), 0);
    faden_shield_end(&s);
    EQ(faden_once_call(&o, quick, NULL), 0); /* it is done: nothing to wait for */
    EQ(called, 1);
    return arg;
}

static int start(void *arg)
{
    others_go_on();
    for (int i = 0; i < 2; i++) {
        runner_is_ended(i ? -ETIMEDOUT : -ECANCELED);
        waiter_is_ended(i ? -ETIMEDOUT : -ECANCELED);
    }
    both_are_ended();
    fails();
    join(spawn(ended_before, arg));
    return 0;
}

/* Done, but the one who did it is about to open the lock: nobody may come away and free the object
   before that. */
static bool opened;

static void *comes_early(void *arg)
{
    EQ(faden_once_call(&o, quick, NULL), 0);
    EXPECT(__atomic_load_n(&opened, __ATOMIC_SEQ_CST));
    return arg;
}

static void not_before_the_lock_is_open(void)
{
    begin();
    o.done = 1;
    o.lock = 1;
    pthread_t t = thread(comes_early, NULL);
    usleep(20000);
    __atomic_store_n(&opened, true, __ATOMIC_SEQ_CST);
    __atomic_store_n(&o.lock, 0, __ATOMIC_RELEASE);
    thread_end(t);
    EQ(called, 0);
}

/* ---- many at once --------------------------------------------------------------------------- */

enum { OBJECTS = 2000, ACTORS = 4 };
static faden_once many[OBJECTS];
static int made[OBJECTS], tries[OBJECTS];

static int make(void *arg)
{
    int i = (int)(intptr_t)arg;
    if (tries[i]++ == 0 && i % 3 == 0)
        return -EAGAIN;
    if (faden_self() && i % 5 == 0)
        faden_yield();
    made[i]++;
    return 0;
}

static void *actor(void *arg)
{
    for (int i = 0; i < OBJECTS; i++) {
        while (faden_once_call(&many[i], make, (void *)(intptr_t)i) < 0)
            ;
        EQ(made[i], 1);
    }
    return arg;
}

static int at_once(void *arg)
{
    pthread_t p[ACTORS];
    faden_task *t[ACTORS];
    memset(many, 0, sizeof many);
    memset(made, 0, sizeof made);
    memset(tries, 0, sizeof tries);
    for (int i = 0; i < ACTORS; i++)
        p[i] = thread(actor, arg);
    for (int i = 0; i < ACTORS; i++)
        t[i] = spawn(actor, arg);
    for (int i = 0; i < ACTORS; i++) {
        join(t[i]);
        thread_end(p[i]);
    }
    return 0;
}

int main(void)
{
    limit_seconds(60);
    run_both(start, NULL);
    not_before_the_lock_is_open();
    for (int i = 0; i < rounds(10); i++)
        run_both(at_once, NULL);
    return 0;
}
