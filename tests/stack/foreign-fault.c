/* SPDX-License-Identifier: MIT */
/* Faults and signals that are not ours take the way they would take without us: to the handler that
   was there, with its arguments, mask and flags, or to the default action. */
#include <sys/mman.h>

#include "helpers.h"

static char *bad; /* faults */

static void *yielder(void *arg)
{
    return faden_coro_yield(arg);
}

static void use_a_coroutine(void)
{
    faden_coro *c;
    if (faden_coro_new(&c, yielder, NULL))
        _exit(3);
    faden_coro_resume(c, NULL);
}

static void install(void (*handler)(int, siginfo_t *, void *), int flags)
{
    struct sigaction act = {.sa_sigaction = handler, .sa_flags = flags};
    sigaddset(&act.sa_mask, SIGUSR2);
    sigaction(SIGSEGV, &act, NULL);
    sigaction(SIGBUS, &act, NULL);
}

static bool is_blocked(int sig)
{
    sigset_t now;
    sigprocmask(SIG_BLOCK, NULL, &now);
    return sigismember(&now, sig);
}

static void with_info(int sig, siginfo_t *info, void *context)
{
    /* SEGV_ACCERR; an emulator may say SEGV_MAPERR */
    bool right = sig == SIGSEGV && info->si_addr == bad && info->si_code > 0 && context;
    _exit(right && is_blocked(SIGUSR2) && is_blocked(SIGSEGV) ? 10 : 11);
}

static void not_deferred(int sig, siginfo_t *info, void *context)
{
    (void)info;
    (void)context;
    _exit(sig == SIGSEGV && is_blocked(SIGUSR2) && !is_blocked(SIGSEGV) ? 12 : 13);
}

static void without_info(int sig)
{
    _exit(sig == SIGSEGV ? 14 : 15);
}

static volatile int repairs;

static void repair(int sig, siginfo_t *info, void *context)
{
    (void)sig;
    (void)info;
    (void)context;
    repairs++;
    mprotect(bad, 4096, PROT_READ | PROT_WRITE);
}

enum which {
    INFO, NODEFER, PLAIN, DEFAULT, IGNORED, ONCE, REPAIR, KILL_DEFAULT, KILL_IGNORED, BUS
};

static void child(void *arg)
{
    enum which which = (enum which)(intptr_t)arg;
    switch (which) {
    case INFO: install(with_info, SA_SIGINFO); break;
    case NODEFER: install(not_deferred, SA_SIGINFO | SA_NODEFER); break;
    case PLAIN: signal(SIGSEGV, without_info); break;
    case IGNORED:
    case KILL_IGNORED: signal(SIGSEGV, SIG_IGN); break;
    case ONCE: install(repair, SA_SIGINFO | (int)SA_RESETHAND); break;
    case REPAIR: install(repair, SA_SIGINFO); break;
    default: break;
    }
    use_a_coroutine();
    if (which == BUS)
        raise(SIGBUS);
    if (which == KILL_DEFAULT || which == KILL_IGNORED)
        kill(getpid(), SIGSEGV);
    else
        *(volatile char *)bad = 1;
    if (which == REPAIR || which == ONCE) {
        mprotect(bad, 4096, PROT_NONE);
        *(volatile char *)bad = 1; /* ONCE does not get here a second time */
        _exit(repairs == 2 ? 20 : 21);
    }
    _exit(22);
}

static void expect_way(enum which which, int exit_code, int sig)
{
    struct outcome o;
    run_child(&o, child, (void *)(intptr_t)which);
    if (sig)
        expect_killed(&o, sig);
    else
        expect_exit(&o, exit_code);
    EXPECT(!*o.text, "it said: %s", o.text);
}

int main(void)
{
    SKIP_VALGRIND("signal masks are its own");
    SKIP_SANITIZED("faults go to their handler");
    bad = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT(bad != MAP_FAILED, "%s", strerror(errno));
    expect_way(INFO, 10, 0);
    expect_way(NODEFER, 12, 0);
    expect_way(PLAIN, 14, 0);
    expect_way(DEFAULT, 0, SIGSEGV);
    expect_way(IGNORED, 0, SIGSEGV); /* a fault cannot be ignored */
    expect_way(ONCE, 0, SIGSEGV);
    expect_way(REPAIR, 20, 0);
    expect_way(KILL_DEFAULT, 0, SIGSEGV);
    expect_way(KILL_IGNORED, 22, 0);
    expect_way(BUS, 0, SIGBUS);
}
