/* SPDX-License-Identifier: MIT */
/* A program that has an alternate signal stack keeps it, and the report works on it. */
#include <pthread.h>

#include "helpers.h"

static char mine[16384];

static volatile int depth_wanted = 1 << 30;

static int deeper(int n)
{
    volatile char frame[1000];
    frame[0] = 1;
    return n < depth_wanted ? deeper(n + 1) + frame[0] : 0;
}

static void *recurse(void *arg)
{
    deeper(0);
    return arg;
}

static void child(void *arg)
{
    faden_coro *c;
    stack_t now, set = {.ss_sp = mine, .ss_size = sizeof mine};
    (void)arg;
    if (sigaltstack(&set, NULL) < 0)
        _exit(3);
    if (faden_coro_new(&c, recurse, (&(faden_coro_attr){.name = "mine"})))
        _exit(3);
    if (sigaltstack(NULL, &now) < 0 || now.ss_sp != mine || now.ss_size != sizeof mine)
        _exit(4);
    faden_coro_resume(c, NULL);
}

/* One that the program sets after ours is its own, and stays so. */
static void *set_later(void *arg)
{
    static char later[16384];
    faden_coro *c;
    stack_t now, set = {.ss_sp = later, .ss_size = sizeof later};
    (void)arg;
    for (int i = 0; i < 2; i++) {
        EXPECT(faden_coro_new(&c, recurse, NULL) == 0, "no coroutine");
        faden_coro_delete(c);
        EXPECT(i || sigaltstack(&set, NULL) == 0, "%s", strerror(errno));
    }
    EXPECT(sigaltstack(NULL, &now) == 0 && now.ss_sp == later, "at %p", now.ss_sp);
    return NULL;
}

int main(void)
{
    SKIP_SANITIZED("threads have their alternate stack");
    struct outcome o;
    pthread_t t;
    run_child(&o, child, NULL);
    expect_killed(&o, SIGSEGV);
    expect_text(&o, "stack overflow in coroutine 'mine'");
    EXPECT(pthread_create(&t, NULL, set_later, NULL) == 0, "no thread");
    pthread_join(t, NULL);
}
