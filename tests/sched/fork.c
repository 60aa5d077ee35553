/* SPDX-License-Identifier: MIT */
/*
 * fork(2), by a plain thread and by a task, while other threads are in the middle of everything: in
 * the child there is what runtime.h says, and it works.
 *
 * AddressSanitizer's own locks are not among what a fork takes with it: one that another thread
 * holds stays held in the child, whose next malloc waits for ever. Under it the others do not
 * allocate at that moment.
 */
#include "test.h"

static uint32_t stop, ready;
static bool emulated;
static faden_key key;

static void expect_child(pid_t pid, int code)
{
    int status;
    EXPECT(waitpid(pid, &status, 0) == pid, "%s", strerror(errno));
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == code, "status %#x", (unsigned)status);
}

static void *adds_one(void *arg)
{
    EQUAL(faden_key_set(key, arg), 0);
    faden_yield();
    return (char *)faden_key_get(key) + 1;
}

static void *sleeps(void *arg)
{
    EQUAL(faden_sleep(FADEN_MSEC), 0);
    return arg;
}

static void spawn_and_join(void)
{
    faden_task *t[20];
    for (intptr_t i = 0; i < 20; i++)
        EQUAL(faden_spawn(&t[i], i % 2 ? adds_one : sleeps, (void *)i,
                          &(faden_task_attr){.stack_size = (size_t)(16 + i) << 10}),
              0);
    for (intptr_t i = 0; i < 20; i++)
        EQUAL((intptr_t)join(t[i]), i + i % 2);
}

static int busy(void *arg)
{
    __atomic_store_n(&ready, 1, __ATOMIC_SEQ_CST);
    while (!__atomic_load_n(&stop, __ATOMIC_SEQ_CST))
        if (UNDER_ASAN)
            EQUAL(faden_sleep(100 * FADEN_USEC), 0);
        else
            spawn_and_join();
    return 0;
}

static void *busy_run(void *arg)
{
    run_as(busy, NULL, *(faden_config *)arg);
    return NULL;
}

static int own_run(void *arg)
{
    spawn_and_join();
    return 0;
}

/* ---- by a plain thread ------------------------------------------------------------------------
 */

static void child_of_thread(void)
{
    faden_stats stats;
    limit_seconds(20);
    EQUAL(faden_stats_get(&stats), -ESRCH);
    EQUAL(faden_go(sleeps, NULL), -ESRCH);
    run_as(own_run, NULL, (faden_config){.cpus = 1});
    if (!emulated) /* qemu cannot start a thread in the child of a program with threads */
        run_as(own_run, NULL, (faden_config){.cpus = 2});
    _exit(3);
}

static void by_thread(unsigned cpus, int times)
{
    faden_config config = {.cpus = cpus};
    pthread_t t;
    stop = ready = 0;
    EQUAL(pthread_create(&t, NULL, busy_run, &config), 0);
    while (!__atomic_load_n(&ready, __ATOMIC_SEQ_CST))
        usleep(100);
    for (int i = 0; i < times; i++) {
        pid_t pid = fork();
        if (!pid)
            child_of_thread();
        expect_child(pid, 3);
    }
    __atomic_store_n(&stop, 1, __ATOMIC_SEQ_CST);
    pthread_join(t, NULL);
}

/* ---- by a task of one cpu -----------------------------------------------------------------------
 */

static faden_chan *to_echo, *from_echo;

static void *echo(void *arg)
{
    int v;
    while (faden_chan_recv(to_echo, &v) == 0)
        EQUAL(faden_chan_send(from_echo, &v), 0);
    return arg;
}

static void use_echo(int times)
{
    for (int i = 0, v; i < times; i++) {
        EQUAL(faden_chan_send(to_echo, &i), 0);
        EQUAL(faden_chan_recv(from_echo, &v), 0);
        EQUAL(v, i);
    }
}

/* Spawns from outside, so that locks are held at any moment. */
static void *intruder(void *arg)
{
    while (!__atomic_load_n(&stop, __ATOMIC_SEQ_CST))
        if (faden_go(sleeps, NULL) == 0)
            usleep(50);
    return arg;
}

static int forks(void *arg)
{
    pthread_t t;
    bool with_threads = arg != NULL;
    EQUAL(faden_chan_new(&to_echo, sizeof(int), 0), 0);
    EQUAL(faden_chan_new(&from_echo, sizeof(int), 0), 0);
    faden_task *e = spawn(echo, NULL);
    use_echo(5);
    stop = 0;
    if (with_threads)
        EQUAL(pthread_create(&t, NULL, intruder, NULL), 0);
    for (int i = 0; i < (emulated ? 5 : 20); i++) {
        pid_t pid = fork();
        if (!pid) {
            limit_seconds(20);
            use_echo(50);
            spawn_and_join();
            faden_chan_close(to_echo);
            join(e);
            return 5; /* the run ends in the child, too */
        }
        expect_child(pid, 5);
        use_echo(5);
    }
    __atomic_store_n(&stop, 1, __ATOMIC_SEQ_CST);
    if (with_threads)
        pthread_join(t, NULL);
    faden_chan_close(to_echo);
    join(e);
    faden_chan_delete(to_echo);
    faden_chan_delete(from_echo);
    return 0;
}

static void by_task(void *arg)
{
    int result;
    pid_t self = getpid();
    EQUAL(faden_run(forks, arg, &(faden_config){.cpus = 1}, &result), 0);
    if (getpid() != self)
        _exit(result);
    EQUAL(result, 0);
}

/* Another run goes on meanwhile, in another thread: it is not there in the child. */
static void beside_another_run(void)
{
    faden_config config = {.cpus = 1};
    pthread_t t;
    stop = ready = 0;
    EQUAL(pthread_create(&t, NULL, busy_run, &config), 0);
    while (!__atomic_load_n(&ready, __ATOMIC_SEQ_CST))
        usleep(100);
    by_task(NULL);
    __atomic_store_n(&stop, 1, __ATOMIC_SEQ_CST);
    pthread_join(t, NULL);
}

static faden_sem never;

static int child_deadlocks(void *arg)
{
    faden_sem_post(&never);
    if (fork() == 0) {
        EQUAL(faden_sem_wait(&never), 0);
        return faden_sem_wait(&never);
    }
    int status = 0;
    EXPECT(wait(&status) > 0, "%s", strerror(errno));
    EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, "status %#x", (unsigned)status);
    return 0;
}

static void run_deadlock(void *arg)
{
    run(child_deadlocks, arg);
}

/* ---- by a task of several cpus ------------------------------------------------------------------
 */

static int (*in_child)(void *);

static int forks_among_others(void *arg)
{
    faden_task *t = spawn(adds_one, NULL);
    spawn_and_join();
    if (UNDER_ASAN)
        join(t);
    pid_t pid = fork();
    if (!pid)
        return in_child(arg);
    int status = 0;
    EXPECT(waitpid(pid, &status, 0) == pid, "%s", strerror(errno));
    if (!UNDER_ASAN)
        join(t);
    if (WIFSIGNALED(status)) {
        signal(WTERMSIG(status), SIG_DFL);
        raise(WTERMSIG(status));
    }
    _exit(WEXITSTATUS(status));
}

static void run_on_two(void *arg)
{
    in_child = (int (*)(void *))arg;
    EQUAL(faden_run(forks_among_others, NULL, &(faden_config){.cpus = 2}, NULL), 0);
}

static int does_not_wait(void *arg)
{
    static faden_mutex m;
    faden_mutex_lock(&m);
    faden_mutex_unlock(&m);
    faden_sem_post(&never);
    EQUAL(faden_sem_try_wait(&never), 0);
    EQUAL(faden_go(sleeps, NULL), 0);
    exit(7);
}

static int executes(void *arg)
{
    execl("/bin/sh", "sh", "-c", "exit 9", (char *)NULL);
    return 1;
}

static int waits(void *arg)
{
    return faden_sleep(1);
}

static int yields(void *arg)
{
    faden_yield();
    return 0;
}

static int returns(void *arg)
{
    return 0;
}

static void by_task_of_two(void)
{
    static const char reason[] =
        "(since the fork, in which the other cpus of the run stayed behind)";
    static int (*const bad[])(void *) = {waits, yields, returns};
    static struct outcome o;
    run_child(&o, run_on_two, (void *)does_not_wait);
    expect_exit(&o, 7);
    run_child(&o, run_on_two, (void *)executes);
    expect_exit(&o, 9);
    for (int i = 0; i < 3; i++) {
        run_child(&o, run_on_two, (void *)bad[i]);
        EXPECT(WIFSIGNALED(o.status) && WTERMSIG(o.status) == SIGABRT, "%s", o.text);
        expect_text(&o, reason);
    }
}

int main(void)
{
    static struct outcome o;
    if (UNDER_TSAN)
        SKIP("ThreadSanitizer loses track of coroutines in a fork");
    if (getenv("FADEN_TEST_VALGRIND"))
        SKIP("under Valgrind hundreds of forks take many minutes");
    emulated = getenv("FADEN_TEST_EMULATED");
    limit_seconds(100);
    EQUAL(faden_key_create(&key, NULL), 0);
    by_task_of_two();
    by_task(NULL);
    if (!UNDER_ASAN)
        by_task(&stop);
    beside_another_run();
    if (!emulated) { /* whose own threads make it no deadlock */
        run_child(&o, run_deadlock, NULL);
        expect_exit(&o, 0);
    }
    by_thread(1, emulated ? 3 : 15);
    by_thread(2, emulated ? 3 : 15);
    return 0;
}
