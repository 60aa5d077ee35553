/* SPDX-License-Identifier: MIT */
/* All-zero memory is a valid object; _init gives the same as zero, or the count asked for. */
#include "test.h"

static int nothing(void *arg)
{
    ++*(int *)arg;
    return 0;
}

static void use_newer(faden_rwlock *l, faden_barrier *b, faden_once *o, faden_event *e)
{
    int called = 0;
    for (int i = 0; i < 2; i++) {
        faden_rwlock_rdlock(l);
        EQ(faden_rwlock_try_rdlock(l), 0);
        EQ(faden_rwlock_try_wrlock(l), -EBUSY);
        faden_rwlock_unlock(l);
        faden_rwlock_unlock(l);
        faden_rwlock_wrlock(l);
        EQ(faden_rwlock_try_rdlock(l), -EBUSY);
        EQ(faden_rwlock_try_wrlock(l), -EBUSY);
        faden_rwlock_unlock(l);
        EQ(faden_barrier_wait(b), FADEN_BARRIER_SERIAL);
        EQ(faden_once_call(o, nothing, &called), 0);
        EQ(called, 1);
        EXPECT(!faden_event_is_set(e));
        faden_event_set(e);
        EQ(faden_event_wait(e), 0);
        EQ(faden_event_wait(e), 0);
        faden_event_clear(e);
    }
    faden_rwlock_destroy(l);
    faden_barrier_destroy(b);
    faden_event_destroy(e);
}

static int start(void *arg)
{
    struct all {
        faden_mutex m;
        faden_cond c;
        faden_sem s;
        faden_waitgroup w;
        faden_rwlock l;
        faden_barrier b;
        faden_once o;
        faden_event e;
    } zero, made;
    (void)arg;
    memset(&zero, 0, sizeof zero);
    for (int i = 0; i < 2; i++) {
        struct all *o = i ? &made : &zero;
        if (i) {
            memset(o, 0xa5, sizeof *o);
            faden_mutex_init(&o->m);
            faden_cond_init(&o->c);
            faden_sem_init(&o->s, 0);
            faden_waitgroup_init(&o->w);
            faden_rwlock_init(&o->l);
            faden_barrier_init(&o->b, 1);
            o->o = (faden_once)FADEN_ONCE_INIT;
            faden_event_init(&o->e, FADEN_EVENT_MANUAL);
        }
        EQ(faden_mutex_try_lock(&o->m), 0);
        EQ(faden_mutex_try_lock(&o->m), -EBUSY);
        faden_mutex_unlock(&o->m);
        faden_mutex_lock(&o->m);
        faden_cond_signal(&o->c);
        faden_cond_broadcast(&o->c);
        faden_mutex_unlock(&o->m);
        EQ(faden_sem_value(&o->s), 0);
        EQ(faden_sem_try_wait(&o->s), -EAGAIN);
        faden_sem_post(&o->s);
        EQ(faden_sem_value(&o->s), 1);
        EQ(faden_sem_wait(&o->s), 0);
        EQ(faden_waitgroup_wait(&o->w), 0);
        faden_waitgroup_add(&o->w, 2);
        faden_waitgroup_done(&o->w);
        faden_waitgroup_done(&o->w);
        EQ(faden_waitgroup_wait(&o->w), 0);
        use_newer(&o->l, &o->b, &o->o, &o->e);
        faden_mutex_destroy(&o->m);
        faden_cond_destroy(&o->c);
        faden_sem_destroy(&o->s);
        faden_waitgroup_destroy(&o->w);
    }
    faden_mutex m = FADEN_MUTEX_INIT;
    faden_cond c = FADEN_COND_INIT;
    faden_rwlock l = FADEN_RWLOCK_INIT;
    faden_barrier b = FADEN_BARRIER_INIT(1);
    faden_once o = FADEN_ONCE_INIT;
    faden_event e = {.lock = 0};
    use_newer(&l, &b, &o, &e);
    faden_mutex_lock(&m);
    faden_cond_signal(&c);
    faden_mutex_unlock(&m);
    faden_sem_init(&made.s, UINT32_MAX);
    EQ(faden_sem_value(&made.s), UINT32_MAX);
    EQ(faden_sem_wait(&made.s), 0);
    faden_sem_post(&made.s);
    EQ(faden_sem_value(&made.s), UINT32_MAX);
    faden_waitgroup_add(&made.w, UINT32_MAX);
    faden_waitgroup_add(&made.w, 0);
    return 0;
}

int main(void)
{
    limit_seconds(20);
    EQ(start(NULL), 0); /* a plain thread, while nothing runs */
    run_both(start, NULL);
    return 0;
}
