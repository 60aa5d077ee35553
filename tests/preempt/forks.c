/* SPDX-License-Identifier: MIT */
/*
 * A program forks while somebody looks which objects there are, as the watcher does all the time:
 * in the child, which has a watcher of its own, tasks are preempted as before.
 */
#include "test.h"

#include "platform/linux/preempt.h"

enum { FORKS = 100 };

static bool stop;
static uint64_t turns[2];

/* Each until the other one has had a turn, too: nobody lets go. */
static void *takes_turns(void *arg)
{
    uint64_t *own = arg, *other = own == turns ? &turns[1] : &turns[0], before = LOAD(*other);
    while (LOAD(*other) == before)
        ADD(*own, 1);
    ADD(*own, 1);
    return arg;
}

static void *refreshes(void *arg)
{
    while (!LOAD(stop))
        EQUAL(text_refresh(), 0);
    return arg;
}

static void child(void)
{
    faden_task *t[2];
    alarm(20);
    for (int i = 0; i < 2; i++)
        t[i] = spawn_preemptible(takes_turns, &turns[i]);
    for (int i = 0; i < 2; i++)
        join(t[i]);
    _exit(3);
}

static int forks(void *arg)
{
    pthread_t t;
    join(spawn_preemptible(returns, arg)); /* from now on there is a watcher */
    EQUAL(pthread_create(&t, NULL, refreshes, arg), 0);
    for (int i = 0; i < FORKS; i++) {
        int status;
        pid_t pid = fork();
        if (!pid)
            child();
        EQUAL(waitpid(pid, &status, 0), pid);
        EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 3, "round %d: status %#x", i,
               (unsigned)status);
    }
    STORE(stop, true);
    pthread_join(t, NULL);
    return 0;
}

int main(void)
{
    require_preemption();
    if (getenv("FADEN_TEST_EMULATED"))
        SKIP("qemu cannot start a thread in the child of a program with threads");
    limit_seconds(100);
    run_as(forks, NULL, slices(100 * FADEN_USEC));
    return 0;
}
