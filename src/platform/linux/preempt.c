/* SPDX-License-Identifier: MIT */
/*
 * The watcher: a thread that looks, once a slice, at how often each cpu has switched. One whose
 * count stood still for a slice is interrupted, if its task is preemptible. It is there only while
 * some run wants it.
 *
 * A cpu that used no processor time meanwhile is not interrupted: its thread waits for a processor,
 * or sleeps in a system call that the task made itself, and many of those (poll, nanosleep) would
 * end with EINTR. What a task uses that was interrupted in one and makes it again counts as none:
 * else it would be interrupted for ever. But one that sleeps in futex(2) is interrupted, since that
 * begins again: what it waits for may be in the hands of another task of this cpu (preempt_text.c).
 *
 * A task that could not be preempted where it was is tried again soon: in a loop over a library
 * function it is in the program's own code for a small part of the time only.
 */
#define _GNU_SOURCE
#include "platform/linux/preempt.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "platform/linux/world.h"

#include "base/atomic.h"
#include "base/format.h"

enum { AGAIN_PART = 64 };
#define DEAF_AFTER FADEN_SEC /* of processor time */
#define AGAIN_MIN (50 * FADEN_USEC)
#define RAN_MIN (AGAIN_MIN / 2)

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER; /* one begins or ends at a time */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards what follows; inner */
static pthread_cond_t stop;
static unsigned runs; /* that want cpus watched; the watcher is there while there are any */
static int64_t period;
static int signal_number;
static pthread_t watcher;

static uint32_t threads; /* 1: the watcher is there */

/* ---- looking ------------------------------------------------------------------------------ */

static int64_t processor_time(const struct preempt_slot *slot)
{
    struct timespec ts;
    if (clock_gettime(slot->clock, &ts) < 0)
        return 0;
    return ts.tv_sec * FADEN_SEC + ts.tv_nsec;
}

/* Does the thread sleep in futex(2)? The kernel says so only to those who may trace it. */
static bool in_futex(const struct preempt_slot *slot)
{
    char path[64], number[16] = "";
    int fd;
    ssize_t n;
    snprintf(path, sizeof path, "/proc/self/task/%d/syscall", (int)slot->tid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    n = read(fd, number, sizeof number - 1);
    close(fd);
    return n > 0 && number[0] >= '0' && number[0] <= '9' && atol(number) == SYS_futex;
}

static void ask(struct preempt_slot *slot, const struct preempt_cpu *seen, uint32_t what)
{
    if (!load_relaxed(&slot->asked))
        slot->heard = slot->time;
    slot->asked_at = seen->switches;
    store_release(&slot->asked, what);
    preempt_signal_send(slot, signal_number);
}

static void warn_deaf(struct preempt_slot *slot, const struct preempt_cpu *seen)
{
    char text[200];
    struct text t = {text, sizeof text, 0};
    slot->warned = true;
    text_format(&t,
                "faden: cpu %u does not take signal %d: nothing is preempted there. Is the signal "
                "blocked, or has it another handler?\n",
                seen->index, signal_number);
    platform_report(text, t.len, false);
}

static void new_holder(struct preempt_slot *slot, const struct preempt_cpu *seen, int64_t now)
{
    slot->switches = seen->switches;
    slot->since = slot->again_at = now;
    slot->time = slot->time_since = slot->heard = processor_time(slot);
    slot->reported = false;
}

static int64_t again_after(const struct preempt_cpu *seen)
{
    int64_t t = seen->slice / AGAIN_PART;
    return t > AGAIN_MIN ? t : AGAIN_MIN;
}

struct round {
    int64_t now, next; /* when to look again */
};

static void sooner(struct round *r, int64_t t)
{
    if (t < r->next)
        r->next = t;
}

/* The same task has had the cpu since slot->since. */
static void look_at_holder(struct preempt_slot *slot, const struct preempt_cpu *seen,
                           struct round *r)
{
    int64_t time, end = slot->since + seen->slice, limit = slot->since + seen->hold_limit;
    bool preempt = seen->preemptible && r->now >= end && r->now >= slot->again_at;
    bool report = seen->hold_limit && !slot->reported && r->now >= limit;
    bool ran;
    if (preempt || report) {
        time = processor_time(slot);
        ran = time - slot->time >= RAN_MIN || in_futex(slot);
        slot->time = time;
        slot->again_at = r->now + again_after(seen);
        slot->reported |= report && ran;
        if (ran)
            ask(slot, seen, (preempt ? ASK_PREEMPT : 0) | (report ? ASK_REPORT : 0));
        else if (report)
            slot->reported = hold_print_blocked(slot, seen, r->now);
        else
            slot->again_at = r->now + seen->slice; /* it will not run all at once */
    }
    if (slot->time - slot->heard > DEAF_AFTER && !slot->warned)
        warn_deaf(slot, seen);
    if (seen->preemptible)
        sooner(r, slot->again_at > end ? slot->again_at : end);
    if (seen->hold_limit && !slot->reported)
        sooner(r, limit);
}

static void look_at_cpu(const struct preempt_cpu *seen, void *arg)
{
    struct round *r = arg;
    struct preempt_slot *slot = &((struct world *)seen->cpu->world)->slot;
    if (load_acquire(&slot->hold.ready)) {
        hold_print(slot, seen, r->now);
        store_release(&slot->hold.ready, 0);
    } else if (slot->reported && load_relaxed(&slot->asked)) {
        sooner(r, r->now + FADEN_MSEC);
    }
    if (!seen->busy || seen->switches != slot->switches)
        new_holder(slot, seen, r->now);
    else
        look_at_holder(slot, seen, r);
}

/* ---- the thread --------------------------------------------------------------------------- */

/* The lock is held. */
static void sleep_until(int64_t t)
{
    struct timespec ts = {.tv_sec = t / FADEN_SEC, .tv_nsec = t % FADEN_SEC};
    pthread_cond_timedwait(&stop, &lock, &ts);
}

static void *watch(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&lock);
    while (runs) {
        struct round r = {.now = platform_now()};
        r.next = r.now + period;
        pthread_mutex_unlock(&lock);
        text_refresh();
        preempt_each_cpu(look_at_cpu, &r);
        pthread_mutex_lock(&lock);
        if (runs)
            sleep_until(r.next);
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

/* The lock is held. */
static int start_watcher(void)
{
    pthread_condattr_t monotonic;
    sigset_t all, mine;
    int err;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&stop, &monotonic);
    pthread_condattr_destroy(&monotonic);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &mine);
    err = -pthread_create(&watcher, NULL, watch, NULL);
    pthread_sigmask(SIG_SETMASK, &mine, NULL);
    if (!err)
        store_relaxed(&threads, 1);
    return err;
}

/* ---- forks -------------------------------------------------------------------------------- */

void watcher_before_fork(void)
{
    pthread_mutex_lock(&turn);
    pthread_mutex_lock(&lock);
    text_lock();
}

void watcher_after_fork(void)
{
    text_unlock();
    pthread_mutex_unlock(&lock);
    pthread_mutex_unlock(&turn);
}

/* For this thread. */
static void slot_init(struct preempt_slot *slot)
{
    *slot = (struct preempt_slot){.tid = (pid_t)syscall(SYS_gettid)};
    pthread_getcpuclockid(pthread_self(), &slot->clock);
}

/* The child has this thread only, under another number, which its clock has, too. There is no
   watcher; if this is a cpu whose run wants one, that says so anew (sched/fork.c). */
void watcher_after_fork_in_child(void)
{
    text_unlock();
    pthread_mutex_init(&lock, NULL);
    pthread_mutex_init(&turn, NULL);
    store_relaxed(&threads, 0);
    runs = 0;
    if (preempt_own)
        slot_init(preempt_own);
}

/* ---- runs --------------------------------------------------------------------------------- */

static void say_why(const char *why)
{
    char text[200];
    struct text t = {text, sizeof text, 0};
    text_format(&t, "faden: no task can be preempted: %s\n", why);
    platform_report(text, t.len, false);
}

/* The lock is held. */
static int begin_locked(int64_t wanted, int sig)
{
    const char *why = NULL;
    int err;
    if (runs && sig != signal_number)
        return -EBUSY;
    err = text_check(&why);
    if (why)
        say_why(why);
    if (!err)
        err = preempt_signal_install(sig);
    if (err < 0)
        return err;
    signal_number = sig;
    if (!runs || wanted < period)
        period = wanted;
    if (runs++)
        return 0;
    err = start_watcher();
    if (err < 0)
        runs = 0;
    return err;
}

static int begin(int64_t wanted, int sig)
{
    int err;
    pthread_mutex_lock(&turn);
    pthread_mutex_lock(&lock);
    err = begin_locked(wanted, sig ? sig : SIGURG);
    pthread_mutex_unlock(&lock);
    pthread_mutex_unlock(&turn);
    return err;
}

static void end(void)
{
    bool last;
    pthread_mutex_lock(&turn);
    pthread_mutex_lock(&lock);
    last = runs && --runs == 0;
    if (last)
        pthread_cond_signal(&stop);
    pthread_mutex_unlock(&lock);
    if (last && load_relaxed(&threads)) {
        pthread_join(watcher, NULL);
        pthread_cond_destroy(&stop);
        store_relaxed(&threads, 0);
    }
    pthread_mutex_unlock(&turn);
}

/* ---- cpus --------------------------------------------------------------------------------- */

static const struct preempter by_signal = {begin, end};

void preempt_cpu_init(struct preempt_slot *slot)
{
    slot_init(slot);
    preempt_own = slot;
    __atomic_store_n(&faden__preempter, &by_signal, __ATOMIC_RELEASE);
}

void preempt_cpu_exit(void)
{
    preempt_own = NULL;
}

unsigned preempt_threads(void)
{
    return load_relaxed(&threads);
}
