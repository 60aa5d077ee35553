/* SPDX-License-Identifier: MIT */
/* What a correct program does not do panics and names the coroutine: delete one that runs, that
   waits for another, that was made in place, or twice. */
#include "helpers.h"

static faden_coro *outer;

static void *delete_self(void *arg)
{
    faden_coro_delete(faden_coro_self());
    return arg;
}

static void *delete_outer(void *arg)
{
    faden_coro_delete(outer);
    return arg;
}

static void *resume_inner(void *arg)
{
    faden_coro *inner;
    if (faden_coro_new(&inner, delete_outer, NULL))
        _exit(3);
    faden_coro_resume(inner, NULL);
    return arg;
}

static void running(void *arg)
{
    (void)arg;
    if (faden_coro_new(&outer, delete_self, (&(faden_coro_attr){.name = "saw"})))
        _exit(3);
    faden_coro_resume(outer, NULL);
}

static void resuming(void *arg)
{
    (void)arg;
    if (faden_coro_new(&outer, resume_inner, (&(faden_coro_attr){.name = "branch"})))
        _exit(3);
    faden_coro_resume(outer, NULL);
}

static void in_place(void *arg)
{
    static faden_coro c;
    static char stack[8192];
    (void)arg;
    if (faden_coro_init(&c, stack, sizeof stack, delete_self, NULL))
        _exit(3);
    faden_coro_delete(&c);
}

static void twice(void *arg)
{
    faden_coro *c;
    (void)arg;
    if (faden_coro_new(&c, delete_self, NULL))
        _exit(3);
    faden_coro_delete(c);
    faden_coro_delete(c);
}

static void expect_panic(void (*fn)(void *), const char *text)
{
    struct outcome o;
    run_child(&o, fn, NULL);
    expect_killed(&o, SIGABRT);
    expect_text(&o, "faden: faden_coro_delete: ");
    expect_text(&o, text);
}

int main(void)
{
    expect_panic(running, "coroutine 'saw' (made at ");
    expect_panic(running, " is running");
    expect_panic(resuming, "coroutine 'branch' (made at ");
    expect_panic(in_place, "was not made by faden_coro_new");
    expect_panic(twice, "or it is deleted already");
}
