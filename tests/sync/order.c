/* SPDX-License-Identifier: MIT */
/* Waiters of every object are served first come, first served, tasks and plain threads alike. */
#include "test.h"

#include "sched/park.h"

enum { N = 12 };

static faden_mutex m;
static faden_cond cond;
static faden_sem sem;
static faden_waitgroup group;
static int order[N], begun, served;

static void mark(intptr_t i)
{
    order[__atomic_fetch_add(&begun, 1, __ATOMIC_SEQ_CST)] = (int)i;
    __atomic_fetch_add(&served, 1, __ATOMIC_SEQ_CST);
}

static size_t waiting(struct faden__waitlist *list, uint32_t *lock)
{
    size_t n = 0;
    lock_acquire(mycpu(), lock);
    for (struct faden__waiter *w = list->first; w; w = w->next)
        n++;
    lock_release(mycpu(), lock);
    return n;
}

static void *by_mutex(void *i)
{
    faden_mutex_lock(&m);
    mark((intptr_t)i);
    faden_mutex_unlock(&m);
    return NULL;
}

static void *by_cond(void *i)
{
    faden_mutex_lock(&m);
    EQ(faden_cond_wait(&cond, &m), 0);
    mark((intptr_t)i);
    faden_mutex_unlock(&m);
    return NULL;
}

static void *by_sem(void *i)
{
    EQ(faden_sem_wait(&sem), 0);
    mark((intptr_t)i);
    return NULL;
}

static void *by_group(void *i)
{
    EQ(faden_waitgroup_wait(&group), 0);
    mark((intptr_t)i);
    return NULL;
}

struct kind {
    void *(*waiter)(void *);
    struct faden__waitlist *list;
    uint32_t *lock;
};

/* N waiters one after another, those in `threads` as plain threads; then each is let go alone. */
static void in_order(const struct kind *k, unsigned threads, void (*serve)(void))
{
    pthread_t t[N];
    begun = served = 0;
    for (intptr_t i = 0; i < N; i++) {
        if (threads >> i & 1)
            t[i] = thread(k->waiter, (void *)i);
        else
            EQ(faden_go(k->waiter, (void *)i), 0);
        UNTIL(waiting(k->list, k->lock) == (size_t)i + 1);
    }
    for (int i = 0; i < N; i++) {
        serve();
        UNTIL(__atomic_load_n(&served, __ATOMIC_SEQ_CST) > i);
    }
    for (int i = 0; i < N; i++) {
        EQ(order[i], i);
        if (threads >> i & 1)
            thread_end(t[i]);
    }
    EQ(waiting(k->list, k->lock), 0);
}

static bool unlocked;

static void serve_mutex(void)
{
    if (!unlocked)
        faden_mutex_unlock(&m); /* from then on each hands it to the next */
    unlocked = true;
}

static void serve_cond(void)
{
    faden_cond_signal(&cond);
}

static void serve_sem(void)
{
    faden_sem_post(&sem);
}

static bool let_go;

static void serve_group(void)
{
    if (!let_go)
        faden_waitgroup_done(&group);
    let_go = true;
}

static int start(void *arg)
{
    static const struct kind mutexes = {by_mutex, &m.waiters, &m.lock};
    static const struct kind conds = {by_cond, &cond.waiters, &cond.lock};
    static const struct kind sems = {by_sem, &sem.waiters, &sem.lock};
    static const struct kind groups = {by_group, &group.waiters, &group.lock};
    unsigned threads = *(unsigned *)arg;
    faden_mutex_lock(&m);
    unlocked = false;
    in_order(&mutexes, threads, serve_mutex);
    in_order(&conds, threads, serve_cond);
    in_order(&sems, threads, serve_sem);
    if (threads) /* all are woken at once: only tasks run in the order of their waking */
        return 0;
    faden_waitgroup_add(&group, 1);
    let_go = false;
    in_order(&groups, 0, serve_group);
    return 0;
}

int main(void)
{
    static unsigned sets[] = {0, 0xfff, 0x555, 0x3c3};
    limit_seconds(60);
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        run_both(start, &sets[i]);
    return 0;
}
