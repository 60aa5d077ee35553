/* SPDX-License-Identifier: MIT */
/*
 * Signals as something to wait for: each comes once to each object that asked for it, to one of its
 * waiters; waits are ended as others are; what was there before comes back; a child has its own.
 */
#include "test.h"

static volatile sig_atomic_t by_handler;

static void handler(int sig)
{
    by_handler += sig == SIGUSR1;
}

static faden_signals s;
static const int usr[] = {SIGUSR1, SIGUSR2};

static void open_usr(faden_signals *which)
{
    EQUAL(faden_signals_open(which, usr, 2), 0);
}

static void *waits(void *arg)
{
    return ARG(faden_signals_wait(arg, NULL));
}

static int told_what_came(void *arg)
{
    faden_signal_info info;
    by_handler = 0;
    EXPECT(signal(SIGUSR1, handler) != SIG_ERR, "signal");
    open_usr(&s);
    raise(SIGUSR1);
    EQUAL(faden_signals_wait(&s, &info), SIGUSR1);
    EQUAL(info.signal, SIGUSR1);
    EQUAL(info.pid, getpid());
    EQUAL(info.uid, getuid());
    EQUAL(sigqueue(getpid(), SIGUSR2, (union sigval){.sival_int = 42}), 0);
    EQUAL(faden_signals_wait(&s, &info), SIGUSR2);
    EQUAL(info.code, SI_QUEUE);
    EQUAL(info.value, 42);
    faden_task *t = spawn(waits, &s);
    yield_times(5);
    EQUAL(kill(getpid(), SIGUSR1), 0);
    EQUAL(FD(join(t)), SIGUSR1);
    EQUAL(by_handler, 0);
    EQUAL(faden_signals_close(&s), 0);
    raise(SIGUSR1); /* as before */
    EQUAL(by_handler, 1);
    signal(SIGUSR1, SIG_DFL);
    return 0;
}

/* Two waiters get one each; two objects get both. */
static int each_once(void *arg)
{
    faden_signals other;
    faden_task *t[3];
    open_usr(&s);
    open_usr(&other);
    t[0] = spawn(waits, &s);
    t[1] = spawn(waits, &s);
    t[2] = spawn(waits, &other);
    yield_times(5);
    raise(SIGUSR1);
    EQUAL(FD(join(t[2])), SIGUSR1);
    raise(SIGUSR2);
    EQUAL(FD(join(t[0])) + FD(join(t[1])), SIGUSR1 + SIGUSR2);
    EQUAL(faden_signals_wait(&other, NULL), SIGUSR2);
    EQUAL(faden_signals_close(&s), 0);
    raise(SIGUSR1); /* the other one still keeps it */
    EQUAL(faden_signals_wait(&other, NULL), SIGUSR1);
    EQUAL(faden_signals_close(&other), 0);
    struct sigaction now;
    EQUAL(sigaction(SIGUSR1, NULL, &now), 0);
    EXPECT(now.sa_handler == SIG_DFL, "it does what it did before");
    return 0;
}

static void *waits_cancelled(void *arg)
{
    EQUAL(faden_signals_wait(&s, NULL), -ECANCELED);
    EQUAL(faden_signals_wait(&s, NULL), -ECANCELED);
    return NULL;
}

static int waits_are_ended(void *arg)
{
    faden_timeout limit;
    open_usr(&s);
    faden_timeout_begin(&limit, 5 * FADEN_MSEC);
    EQUAL(faden_signals_wait(&s, NULL), -ETIMEDOUT);
    EQUAL(faden_timeout_end(&limit), -ETIMEDOUT);
    faden_task *t = spawn(waits_cancelled, NULL);
    yield_times(5);
    faden_cancel(t);
    join(t);
    raise(SIGUSR1);
    EQUAL(faden_signals_wait(&s, NULL), SIGUSR1);
    t = spawn(waits, &s);
    yield_times(5);
    faden_task *u = spawn(waits, &s);
    yield_times(5);
    EQUAL(faden_signals_close(&s), 0);
    EQUAL(FD(join(t)), -EBADF);
    EQUAL(FD(join(u)), -EBADF);
    return 0;
}

static int children(void *arg)
{
    faden_signal_info info;
    const int which = SIGCHLD;
    EQUAL(faden_signals_open(&s, &which, 1), 0);
    fflush(NULL);
    pid_t pid = fork();
    if (!pid)
        _exit(7);
    EQUAL(faden_signals_wait(&s, &info), SIGCHLD);
    EQUAL(info.code, CLD_EXITED);
    EQUAL(info.pid, pid);
    EQUAL(info.value, 7);
    EQUAL(waitpid(pid, NULL, 0), pid);
    EQUAL(faden_signals_close(&s), 0);
    return 0;
}

/* There is no deadlock while one is awaited, though nothing here can send it. */
static int from_outside(void *arg)
{
    open_usr(&s);
    fflush(NULL);
    pid_t pid = fork();
    if (!pid) {
        usleep(20000);
        kill(getppid(), SIGUSR2);
        _exit(0);
    }
    EQUAL(faden_signals_wait(&s, NULL), SIGUSR2);
    EQUAL(waitpid(pid, NULL, 0), pid);
    EQUAL(faden_signals_close(&s), 0);
    return 0;
}

static int not_all_can_be_kept(void *arg)
{
    const int bad[] = {SIGKILL, SIGSTOP, SIGSEGV, SIGBUS, SIGFPE, SIGILL,
                       SIGTRAP, 0,       -1,      32,     33,     65};
    faden_signals many[32];
    int fds = count_fds();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        EQUAL(faden_signals_open(&s, &bad[i], 1), -EINVAL);
    for (int i = 0; i < 32; i++)
        open_usr(&many[i]);
    EQUAL(faden_signals_open(&s, usr, 2), -EAGAIN);
    raise(SIGUSR2);
    for (int i = 0; i < 32; i++) {
        EQUAL(faden_signals_wait(&many[i], NULL), SIGUSR2);
        EQUAL(faden_signals_close(&many[i]), 0);
    }
    EQUAL(count_fds(), fds);
    struct rlimit limit, few;
    getrlimit(RLIMIT_NOFILE, &limit);
    few = (struct rlimit){0, limit.rlim_max};
    EQUAL(setrlimit(RLIMIT_NOFILE, &few), 0);
    EQUAL(faden_signals_open(&s, usr, 2), -EMFILE);
    EQUAL(setrlimit(RLIMIT_NOFILE, &limit), 0);
    return 0;
}

/* As many as promised are kept. */
static int kept(void *arg)
{
    const int which = SIGRTMIN + 3;
    EQUAL(faden_signals_open(&s, &which, 1), 0);
    faden_signal_info info;
    for (int i = 0; i < 128; i++)
        EQUAL(sigqueue(getpid(), which, (union sigval){.sival_int = i}), 0);
    for (int i = 0; i < 128; i++) {
        EQUAL(faden_signals_wait(&s, &info), which);
        EQUAL(info.value, i);
    }
    EQUAL(faden_signals_close(&s), 0);
    return 0;
}

/* ---- a child has its own -------------------------------------------------------------------- */

static void in_child(void)
{
    faden_timeout t;
    faden_timeout_begin(&t, FADEN_MSEC);
    EQUAL(faden_signals_wait(&s, NULL), -ETIMEDOUT); /* the parent's is not ours */
    faden_timeout_end(&t);
    raise(SIGUSR2);
    EQUAL(faden_signals_wait(&s, NULL), SIGUSR2);
    _exit(0);
}

static int forked(void *arg)
{
    int status;
    open_usr(&s);
    raise(SIGUSR1);
    fflush(NULL);
    pid_t pid = fork();
    if (!pid)
        in_child();
    EQUAL(faden_waitpid(pid, &status, 0), pid);
    EQUAL(status, 0);
    EQUAL(faden_signals_wait(&s, NULL), SIGUSR1);
    faden_timeout t;
    faden_timeout_begin(&t, FADEN_MSEC);
    EQUAL(faden_signals_wait(&s, NULL), -ETIMEDOUT); /* nor the child's ours */
    faden_timeout_end(&t);
    EQUAL(faden_signals_close(&s), 0);
    return 0;
}

/* ---- plain threads, and many at once --------------------------------------------------------- */

static void *thread_waits(void *arg)
{
    return ARG(faden_signals_wait(&s, NULL));
}

static bool stop;

static void *sends(void *arg)
{
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
        EQUAL(kill(getpid(), SIGUSR1), 0);
    return NULL;
}

/* Objects come and go while signals rain; between them the handler of before has its turn. */
static int rain(void *arg)
{
    pthread_t t[2];
    signal(SIGUSR1, handler);
    stop = false;
    for (int i = 0; i < 2; i++)
        EQUAL(pthread_create(&t[i], NULL, sends, NULL), 0);
    for (int i = 0; i < 50; i++) {
        faden_signals other;
        open_usr(&s);
        open_usr(&other);
        EQUAL(faden_signals_wait(&s, NULL), SIGUSR1);
        EQUAL(faden_signals_close(&s), 0);
        EQUAL(faden_signals_wait(&other, NULL), SIGUSR1);
        EQUAL(faden_signals_close(&other), 0);
        int seen = by_handler;
        while (by_handler == seen)
            faden_yield();
    }
    __atomic_store_n(&stop, true, __ATOMIC_RELAXED);
    for (int i = 0; i < 2; i++)
        pthread_join(t[i], NULL);
    signal(SIGUSR1, SIG_DFL);
    return 0;
}

static int in_threads(void *arg)
{
    pthread_t t;
    void *got;
    open_usr(&s);
    EQUAL(pthread_create(&t, NULL, thread_waits, NULL), 0);
    EQUAL(pthread_kill(t, SIGUSR2), 0);
    EQUAL(pthread_join(t, &got), 0);
    EQUAL(FD(got), SIGUSR2);
    EQUAL(faden_signals_close(&s), 0);
    return 0;
}

static int closed_twice(void *arg)
{
    open_usr(&s);
    faden_signals_close(&s);
    return faden_signals_close(&s);
}

int main(void)
{
    static int (*const tests[])(void *) = {
        told_what_came, each_once, waits_are_ended, children, not_all_can_be_kept,
        kept,           forked,    from_outside,    rain,     in_threads,
    };
    limit_seconds(60);
    EXPECT_PANIC(closed_twice, "faden_signals_close: the object at ", " is not open");
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        run_both(tests[i], NULL);
    EQUAL(in_threads(NULL), 0); /* and while nothing runs */
    return 0;
}
