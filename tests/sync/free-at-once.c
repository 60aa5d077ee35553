/* SPDX-License-Identifier: MIT */
/*
 * Who was served may free the object at once: the other side does not touch it after it has handed
 * it over. Freed objects are filled with a pattern, kept for a while, and looked at again.
 */
#include "test.h"

#include <sched.h>

enum { KEPT = 64, PATTERN = 0xd7 };

union object {
    faden_mutex m;
    faden_sem s;
    faden_waitgroup w;
    faden_rwlock l;
    faden_barrier b;
    faden_event e;
    struct {
        faden_once once;
        int done;
    } o;
    struct {
        faden_cond c;
        faden_mutex m;
        int set;
    } cm;
};

static union object *kept[KEPT];
static unsigned next_kept;

static void check_kept(union object *o)
{
    const unsigned char *p = (const unsigned char *)o;
    for (size_t i = 0; i < sizeof *o; i++)
        if (p[i] != PATTERN) {
            fprintf(stderr, "byte %zu of a freed object was written\n", i);
            _exit(1);
        }
    free(o);
}

static void give_up(union object *o)
{
    memset(o, PATTERN, sizeof *o);
    unsigned i = __atomic_fetch_add(&next_kept, 1, __ATOMIC_SEQ_CST) % KEPT;
    o = __atomic_exchange_n(&kept[i], o, __ATOMIC_SEQ_CST);
    if (o)
        check_kept(o);
}

static void *take_mutex(void *arg)
{
    union object *o = arg;
    faden_mutex_lock(&o->m);
    faden_mutex_unlock(&o->m);
    faden_mutex_destroy(&o->m);
    give_up(o);
    return NULL;
}

static void *take_sem(void *arg)
{
    union object *o = arg;
    EQ(faden_sem_wait(&o->s), 0);
    faden_sem_destroy(&o->s);
    give_up(o);
    return NULL;
}

static void *take_group(void *arg)
{
    union object *o = arg;
    EQ(faden_waitgroup_wait(&o->w), 0);
    faden_waitgroup_destroy(&o->w);
    give_up(o);
    return NULL;
}

static void *take_cond(void *arg)
{
    union object *o = arg;
    faden_mutex_lock(&o->cm.m);
    while (!o->cm.set)
        EQ(faden_cond_wait(&o->cm.c, &o->cm.m), 0);
    faden_mutex_unlock(&o->cm.m);
    faden_cond_destroy(&o->cm.c);
    faden_mutex_destroy(&o->cm.m);
    give_up(o);
    return NULL;
}

static void *take_rwlock(void *arg)
{
    union object *o = arg;
    faden_rwlock_rdlock(&o->l);
    faden_rwlock_unlock(&o->l);
    faden_rwlock_destroy(&o->l);
    give_up(o);
    return NULL;
}

static void *take_barrier(void *arg)
{
    union object *o = arg;
    EXPECT(faden_barrier_wait(&o->b) >= 0);
    give_up(o);
    return NULL;
}

static void *take_event(void *arg)
{
    union object *o = arg;
    EQ(faden_event_wait(&o->e), 0);
    faden_event_destroy(&o->e);
    give_up(o);
    return NULL;
}

static int never(void *arg)
{
    return arg ? -EAGAIN : 0;
}

/* The call finds it done, often without having waited. Who tries again lets the other side run: it
   holds the object's lock for most of its time. */
static void *take_once(void *arg)
{
    union object *o = arg;
    while (faden_once_call(&o->o.once, never, o) < 0)
        if (faden_self())
            faden_yield();
        else
            sched_yield();
    give_up(o);
    return NULL;
}

static void prepare(union object *o, int kind)
{
    memset(o, 0, sizeof *o);
    if (kind == 0)
        faden_mutex_lock(&o->m);
    if (kind == 2)
        faden_waitgroup_add(&o->w, 1);
    if (kind == 4)
        faden_rwlock_wrlock(&o->l);
    if (kind == 5)
        faden_barrier_init(&o->b, 2);
}

static void give(union object *o, int kind)
{
    switch (kind) {
    case 0: faden_mutex_unlock(&o->m); break;
    case 1: faden_sem_post(&o->s); break;
    case 2: faden_waitgroup_done(&o->w); break;
    case 4: faden_rwlock_unlock(&o->l); break;
    case 5: EXPECT(faden_barrier_wait(&o->b) >= 0); break;
    case 6: faden_event_set(&o->e); break;
    case 7: EQ(faden_once_call(&o->o.once, never, NULL), 0); break;
    default:
        faden_mutex_lock(&o->cm.m);
        o->cm.set = 1;
        faden_cond_signal(&o->cm.c);
        faden_mutex_unlock(&o->cm.m);
    }
}

static void *(*const takers[])(void *) = {take_mutex,  take_sem,     take_group, take_cond,
                                          take_rwlock, take_barrier, take_event, take_once};

/* One side is the caller, the other a thread or a task of the run. */
static void *give_to(void *arg)
{
    bool tasks = arg != NULL;
    uint64_t seed = tasks ? 1 : 2;
    for (int i = 0; i < rounds(3000); i++) {
        int kind = i % 8;
        union object *o = malloc(sizeof *o);
        pthread_t t = 0;
        prepare(o, kind);
        if (tasks)
            EQ(faden_go(takers[kind], o), 0);
        else
            t = thread(takers[kind], o);
        for (uint32_t n = below(&seed, 3000); n; n--)
            __asm__ volatile("");
        if (faden_self())
            faden_yield();
        give(o, kind);
        if (!tasks)
            thread_end(t);
        else if (faden_self())
            faden_yield();
    }
    return NULL;
}

static uint32_t finished;

static void *give_to_tasks(void *arg)
{
    give_to(arg);
    __atomic_fetch_add(&finished, 1, __ATOMIC_SEQ_CST);
    return NULL;
}

static int start(void *arg)
{
    give_to(arg);  /* task to task: without atomics, the first time */
    give_to(NULL); /* task to thread */
    finished = 0;
    pthread_t t = thread(give_to_tasks, arg), u = thread(give_to_tasks, NULL);
    UNTIL(__atomic_load_n(&finished, __ATOMIC_SEQ_CST) == 2);
    thread_end(t);
    thread_end(u);
    return 0;
}

int main(void)
{
    limit_seconds(100);
    run_both(start, &finished);
    for (int i = 0; i < KEPT; i++)
        if (kept[i])
            check_kept(kept[i]);
    return 0;
}
