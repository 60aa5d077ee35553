/* SPDX-License-Identifier: MIT */
/*
 * faden_blocking: calls that block, on a few kernel threads of their own.
 *
 * Jobs lie in the frames of the tasks that wait for them, queued first come, first served. Threads
 * are made when there is a job and none is idle, up to the limit of the run that asks; they end
 * after POOL_IDLE without work, and all of them when the last run ends.
 *
 *      QUEUED -- a thread takes it --> BEGUN -- fn returns; a call in the cpu's inbox --> over
 *         |                              |
 *         +-- the task is ended:         +-- the task is ended: it waits on, its data may lie
 *             withdrawn                      in its frame
 *
 * The pool's lock guards QUEUED and BEGUN. "Over" belongs to the task's cpu: the end of a job
 * arrives there as a call in the inbox and so cannot meet a cancellation half-way. The call is the
 * last that anyone but the task does with the job.
 *
 * A thread of the pool is no plain thread in the sense of lock.h as long as fn uses nothing of
 * faden.
 *
 * After a fork the child has none of the threads: what was queued is done by new ones once there is
 * another job, what was begun is lost to the child.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "io/io.h"
#include "io/pool.h"
#include "sched/park.h"
#include "sched/tree.h"

enum { POOL_DEFAULT = 16, POOL_STACK = 256 * 1024, POOL_IDLE = 10 /* seconds */ };

struct job {
    struct job *next;
    void *(*fn)(void *);
    void *arg, *result;
    int error; /* errno, in and out */
    bool begun;
    struct cpu *cpu;

    /* of the cpu */
    bool over;
    struct faden__wait *wait;     /* how the task waits now */
    struct faden__wait call_wait; /* what a call in an inbox needs */
    struct faden_task call;
};

struct worker {
    pthread_t thread;
    struct worker *next; /* in `ended` */
    uint32_t crew;
};

static struct {
    pthread_mutex_t lock;
    pthread_cond_t work;  /* there is a job, or the crew was dismissed */
    pthread_cond_t left;  /* a thread has ended */
    struct job *first, **last;
    uint32_t waiting;     /* jobs */
    uint32_t idle;        /* threads */
    uint32_t crew;        /* who is of an older one goes */
    uint32_t size;        /* threads of this crew */
    uint32_t going;       /* of older ones */
    struct worker *ended; /* to be joined */
} pool = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, PTHREAD_COND_INITIALIZER,
          .last = &pool.first};

static void count_threads(void)
{
    store_relaxed(&faden__pool_threads, pool.size + pool.going);
}

/* ---- a thread ---------------------------------------------------------------------------- */

/* On the cpu of the task, in its scheduler context. */
static void *job_over(void *arg)
{
    struct job *j = arg;
    j->over = true;
    if (claim_unlocked(mycpu(), j->wait))
        wake(mycpu(), j->wait, 0);
    return NULL;
}

static void run_job(struct job *j)
{
    errno = j->error;
    j->result = j->fn(j->arg);
    j->error = errno;
    j->call = (struct faden_task){.flags = TASK_CALL, .fn = job_over, .arg = j};
    j->call_wait = (struct faden__wait){.task = NULL};
    j->call.wait = &j->call_wait;
}

/* The next job; NULL: the thread may go. The lock is held. */
static struct job *next_job(const struct worker *self)
{
    struct timespec until;
    struct job *j;
    int err = 0;
    clock_gettime(CLOCK_REALTIME, &until); /* if it is set, the thread ends early or late */
    until.tv_sec += POOL_IDLE;
    pool.idle++;
    while (!pool.first && self->crew == pool.crew && !err)
        err = pthread_cond_timedwait(&pool.work, &pool.lock, &until);
    pool.idle--;
    j = self->crew == pool.crew ? pool.first : NULL;
    if (j) {
        pool.first = j->next;
        if (!pool.first)
            pool.last = &pool.first;
        pool.waiting--;
        j->begun = true;
    }
    return j;
}

static void *work(void *arg)
{
    struct worker *self = arg;
    struct job *j;
    pthread_mutex_lock(&pool.lock);
    while ((j = next_job(self))) {
        pthread_mutex_unlock(&pool.lock);
        run_job(j);
        pthread_mutex_lock(&pool.lock);
        inbox_push(j->cpu, &j->call); /* under the lock: see pool_cpu_ends */
    }
    self->next = pool.ended;
    pool.ended = self;
    if (self->crew == pool.crew)
        pool.size--;
    else
        pool.going--;
    count_threads();
    pthread_cond_broadcast(&pool.left); /* several cpus may wait for the last */
    pthread_mutex_unlock(&pool.lock);
    return NULL;
}

/* ---- its birth and end ------------------------------------------------------------------- */

static void join_ended(void)
{
    while (pool.ended) {
        struct worker *w = pool.ended;
        pool.ended = w->next;
        pthread_join(w->thread, NULL);
        free(w);
    }
}

static int create(struct worker *w)
{
    size_t least = (size_t)sysconf(_SC_THREAD_STACK_MIN);
    pthread_attr_t attr;
    sigset_t all, before;
    int err;
    sigfillset(&all);
    if (pthread_attr_init(&attr) != 0)
        return -ENOMEM;
    pthread_attr_setstacksize(&attr, POOL_STACK > least ? POOL_STACK : least);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* inherited: the handlers run elsewhere */
    err = pthread_create(&w->thread, &attr, work, w);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
    if (!err)
        pthread_setname_np(w->thread, "faden-pool");
    return -err;
}

/* One more thread, if there are fewer than `limit`. 0: there is at least one. The lock is held. */
static int hire(unsigned limit)
{
    struct worker *w;
    join_ended();
    if (pool.size >= limit)
        return 0;
    w = malloc(sizeof *w);
    if (w) {
        w->crew = pool.crew;
        if (create(w) == 0) {
            pool.size++;
            count_threads();
        } else {
            free(w);
        }
    }
    return pool.size ? 0 : -EAGAIN;
}

static void dismiss(void)
{
    pool.crew++;
    pool.going += pool.size;
    pool.size = 0;
    pthread_cond_broadcast(&pool.work);
    while (pool.going)
        pthread_cond_wait(&pool.left, &pool.lock);
    join_ended();
}

/* Who takes the lock after the last job of the cpu is over comes after the thread that told so has
   finished with the cpu. */
void pool_cpu_ends(bool last)
{
    pthread_mutex_lock(&pool.lock);
    if (last)
        dismiss();
    pthread_mutex_unlock(&pool.lock);
}

/* ---- fork -------------------------------------------------------------------------------- */

static void before_fork(void)
{
    pthread_mutex_lock(&pool.lock);
}

static void after_fork(void)
{
    pthread_mutex_unlock(&pool.lock);
}

static void after_fork_in_child(void)
{
    pool.idle = 0;
    pool.size = pool.going = 0;
    pool.ended = NULL;
    count_threads();
    pthread_cond_init(&pool.work, NULL);
    pthread_cond_init(&pool.left, NULL);
    pthread_mutex_unlock(&pool.lock);
}

/* Before any fork, also one while another thread is here for the first time. */
__attribute__((constructor)) static void prepare_for_forks(void)
{
    pthread_atfork(before_fork, after_fork, after_fork_in_child);
}

/* ---- jobs -------------------------------------------------------------------------------- */

static int submit(struct job *j)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    unsigned limit = j->cpu->runtime->config.blocking_threads;
    int err = 0;
    pthread_once(&once, ready_init);
    pthread_mutex_lock(&pool.lock);
    if (pool.idle <= pool.waiting)
        err = hire(limit ? limit : POOL_DEFAULT);
    if (!err) {
        *pool.last = j;
        pool.last = &j->next;
        pool.waiting++;
        pthread_cond_signal(&pool.work);
    }
    pthread_mutex_unlock(&pool.lock);
    return err;
}

/* Take it back. false: it has begun. */
static bool withdraw(struct job *j)
{
    struct job **at;
    pthread_mutex_lock(&pool.lock);
    if (!j->begun) {
        for (at = &pool.first; *at != j; at = &(*at)->next)
            ;
        *at = j->next;
        if (!j->next)
            pool.last = at;
        pool.waiting--;
    }
    pthread_mutex_unlock(&pool.lock);
    return !j->begun;
}

/* Park until the job is over or the wait is ended; gives the code. */
static int wait_for(struct cpu *cpu, struct job *j, bool sticky)
{
    static const struct reason blocking = {"a blocking call (faden_blocking)", NULL};
    struct faden__wait w;
    wait_init(cpu, &w, &blocking, NULL);
    w.sticky = sticky;
    w.tentative = 1; /* the job may have begun, and will be a success */
    w.outside = 1;
    j->wait = &w;
    return park(cpu, &w, NULL);
}

static int do_job(struct cpu *cpu, struct job *j)
{
    int saved = errno;
    int err;
    j->error = saved;
    err = submit(j);
    errno = saved;
    if (err < 0)
        return err;
    wait_for(cpu, j, false);
    if (j->over)
        return 0;
    if (withdraw(j))
        return ended_now(mycpu());
    wait_for(mycpu(), j, true);
    return 0;
}

int faden_blocking(void *(*fn)(void *arg), void *arg, void **result)
{
    struct cpu *cpu = mycpu();
    struct job j = {.fn = fn, .arg = arg, .cpu = cpu};
    int err;
    if (!cpu) {
        void *r = fn(arg);
        if (result)
            *result = r;
        return 0;
    }
    err = ended(cpu);
    if (!err)
        err = do_job(cpu, &j);
    if (err < 0)
        return err;
    errno = j.error;
    if (result)
        *result = j.result;
    return 0;
}
