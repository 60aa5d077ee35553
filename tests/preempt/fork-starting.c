/* SPDX-License-Identifier: MIT */
/*
 * A task forks while another thread spawns the first preemptible task of the run: in the child,
 * where nobody ends what that thread has begun, tasks can be preempted. Linked with wrappers that
 * stop it before it takes the first lock of the watcher, or when it has opened the last.
 */
#include "../sched/listed.h"
#include "test.h"

int __real_pthread_mutex_lock(pthread_mutex_t *m);
int __wrap_pthread_mutex_lock(pthread_mutex_t *m);
int __real_pthread_mutex_unlock(pthread_mutex_t *m);
int __wrap_pthread_mutex_unlock(pthread_mutex_t *m);

enum place { NOWHERE, BEFORE_THE_FIRST, BEHIND_THE_LAST };

static enum place where;
static _Thread_local enum place stops;
static _Thread_local int held;
static bool stopped, forked;

static void stop(void)
{
    stops = NOWHERE;
    STORE(stopped, true);
    while (!LOAD(forked))
        usleep(100);
}

int __wrap_pthread_mutex_lock(pthread_mutex_t *m)
{
    if (stops == BEFORE_THE_FIRST)
        stop();
    held++;
    return __real_pthread_mutex_lock(m);
}

int __wrap_pthread_mutex_unlock(pthread_mutex_t *m)
{
    int err = __real_pthread_mutex_unlock(m);
    if (--held == 0 && stops == BEHIND_THE_LAST)
        stop();
    return err;
}

static faden_task *spawned;

static void *spawns(void *arg)
{
    stops = where;
    spawned = spawn_preemptible(returns, arg);
    return arg;
}

static void fork_then(void)
{
    int status;
    pid_t pid;
    while (!LOAD(stopped))
        usleep(100);
    pid = fork();
    if (!pid) {
        limit_seconds(20);
        return;
    }
    STORE(forked, true);
    EQUAL(waitpid(pid, &status, 0), pid);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 3, "status %#x", (unsigned)status);
}

/* ---- a run of one cpu, and a plain thread ------------------------------------------------- */

static bool other_ran;

static void *spins(void *arg)
{
    while (!LOAD(other_ran))
        ;
    return arg;
}

static void *tells(void *arg)
{
    STORE(other_ran, true);
    return arg;
}

static int one_cpu(void *arg)
{
    pid_t parent = getpid();
    pthread_t t;
    EQUAL(pthread_create(&t, NULL, spawns, arg), 0);
    fork_then();
    if (getpid() == parent) {
        pthread_join(t, NULL);
        join(spawned);
        return 0;
    }
    faden_task *a = spawn_preemptible(spins, arg), *b = spawn(tells, arg);
    EQUAL(listed_threads(), 2);
    join(a);
    join(b);
    return 3;
}

/* ---- a run of two ------------------------------------------------------------------------- */

static void *forks_among_others(void *arg)
{
    pid_t parent = getpid();
    fork_then();
    if (getpid() == parent)
        return arg;
    spawn_preemptible(returns, arg);
    _exit(3);
}

static int two_cpus(void *arg)
{
    faden_task *t[2];
    EQUAL(faden_spawn(&t[0], spawns, arg, &(faden_task_attr){.cpu = 2}), 0);
    EQUAL(faden_spawn(&t[1], forks_among_others, arg, &(faden_task_attr){.cpu = 1}), 0);
    join(t[0]);
    join(t[1]);
    join(spawned);
    return 0;
}

/* ---- a run that nobody watches, beside one that somebody does ------------------------------ */

static int beside_watched(void *arg)
{
    STORE(stopped, true);
    fork_then();
    EQUAL(listed_threads(), getpid() == *(pid_t *)arg ? 3 : 1);
    return getpid() == *(pid_t *)arg ? 0 : 3;
}

static void *run_beside(void *arg)
{
    int result = -1;
    EQUAL(faden_run(beside_watched, arg, &(faden_config){.cpus = 1}, &result), 0);
    if (result == 3)
        _exit(3);
    EQUAL(result, 0);
    return NULL;
}

static int watched(void *arg)
{
    while_watched(run_beside, arg);
    return 0;
}

/* ---- all ---------------------------------------------------------------------------------- */

static void play(int (*fn)(void *), unsigned cpus, enum place place)
{
    pid_t parent = getpid();
    faden_config config = slices(SLICE);
    int result = -1;
    config.cpus = cpus;
    where = place;
    stopped = forked = false;
    EQUAL(faden_run(fn, &parent, &config, &result), 0);
    while (listed_threads() != 1)
        usleep(100);
    if (getpid() != parent)
        _exit(result);
    EQUAL(result, 0);
}

int main(void)
{
    require_preemption();
    if (getenv("FADEN_TEST_EMULATED"))
        SKIP("qemu cannot start a thread in the child of a program with threads");
    limit_seconds(100);
    for (enum place p = BEFORE_THE_FIRST; p <= BEHIND_THE_LAST; p++) {
        play(one_cpu, 1, p);
        play(two_cpus, 2, p);
    }
    play(watched, 1, NOWHERE);
    return 0;
}
