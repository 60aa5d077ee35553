/* SPDX-License-Identifier: MIT */
/* Release by the wrong call: delete and destroy are not interchangeable, and neither takes one that
   runs. */
#include "check.h"

#include <faden/coro.h>

static char stack[65536];
static char where[128];

static void *deletes(void *arg)
{
    faden_coro_delete(arg);
    return arg;
}

static void *gives(void *arg)
{
    return arg;
}

static faden_coro *make(void *(*fn)(void *))
{
    static const faden_coro_attr attr = {.name = "bee"};
    faden_coro *c;
    int err = faden_coro_new(&c, fn, &attr);
    snprintf(where, sizeof where, "%s:%d", __FILE__, __LINE__ - 1);
    EXPECT(err == 0, "new");
    return c;
}

static void destroy_new(void *arg)
{
    faden_coro_destroy(make(gives));
}

static void delete_in_place(void *arg)
{
    faden_coro c;
    EXPECT(faden_coro_init(&c, stack, sizeof stack, gives, NULL) == 0, "init");
    faden_coro_delete(&c);
}

static void delete_running(void *arg)
{
    faden_coro *c = make(deletes);
    faden_coro_resume(c, c);
}

static void *resumes_deleter(void *outer)
{
    return faden_coro_resume(make(deletes), outer);
}

static void delete_resuming(void *arg)
{
    faden_coro *outer = make(resumes_deleter);
    faden_coro_resume(outer, outer);
}

static void expect_in_use(void (*fn)(void *), const char *state)
{
    char text[512];
    snprintf(text, sizeof text,
             "faden_coro_delete: coroutine 'bee' (made at %s) is %s: its stack is in use", where,
             state);
    expect_panic(fn, NULL, text);
}

int main(void)
{
    limit_seconds(60);
    faden_coro_delete(make(gives)); /* for `where` */
    expect_panic(destroy_new, NULL, "faden_coro_destroy: coroutine 'bee' was made by "
                                    "faden_coro_new; use faden_coro_delete");
    expect_panic(delete_in_place, NULL, "faden_coro_delete: the coroutine was not made by "
                                        "faden_coro_new, or it is deleted already");
    expect_in_use(delete_running, "running");
    expect_in_use(delete_resuming, "resuming another");
    return 0;
}
