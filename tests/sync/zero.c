/* SPDX-License-Identifier: MIT */
/* All-zero memory is a valid object; _init gives the same as zero, or the count asked for. */
#include "test.h"

static int start(void *arg)
{
    struct all {
        faden_mutex m;
        faden_cond c;
        faden_sem s;
        faden_waitgroup w;
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
        faden_mutex_destroy(&o->m);
        faden_cond_destroy(&o->c);
        faden_sem_destroy(&o->s);
        faden_waitgroup_destroy(&o->w);
    }
    faden_mutex m = FADEN_MUTEX_INIT;
    faden_cond c = FADEN_COND_INIT;
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
