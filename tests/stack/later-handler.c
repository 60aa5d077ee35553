/* SPDX-License-Identifier: MIT */
/* A handler that the program installs after us wins; if it calls the one it found, ours, an
   overflow is reported after all. */
#include "helpers.h"

static struct sigaction ours;

static void *smash(void *arg)
{
    (void)arg;
    *(volatile char *)(faden_coro_self()->stack - 1) = 1;
    return NULL;
}

static void theirs(int sig, siginfo_t *info, void *context)
{
    (void)sig;
    (void)info;
    (void)context;
    _exit(9);
}

static void polite(int sig, siginfo_t *info, void *context)
{
    if (write(STDERR_FILENO, "first\n", 6) != 6)
        _exit(4);
    ours.sa_sigaction(sig, info, context);
}

static void child(void *handler)
{
    faden_coro *c, *d;
    struct sigaction act = {.sa_flags = SA_SIGINFO | SA_ONSTACK};
    act.sa_sigaction = (void (*)(int, siginfo_t *, void *))handler;
    if (faden_coro_new(&c, smash, (&(faden_coro_attr){.name = "late"})))
        _exit(3);
    sigaction(SIGSEGV, &act, &ours);
    if (faden_coro_new(&d, smash, (&(faden_coro_attr){.stack_size = 1 << 20})))
        _exit(3); /* more chunks do not bring ours back */
    faden_coro_resume(c, NULL);
}

int main(void)
{
    SKIP_VALGRIND("a fault may not be repeated");
    struct outcome o;
    run_child(&o, child, (void *)theirs);
    expect_exit(&o, 9);
    EXPECT(!*o.text, "it said: %s", o.text);
    run_child(&o, child, (void *)polite);
    expect_killed(&o, SIGSEGV);
    EXPECT(count_of(o.text, "first\n") <= 2, "%s", o.text);
    expect_text(&o, "stack overflow in coroutine 'late'");
}
