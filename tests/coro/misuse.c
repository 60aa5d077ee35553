/* SPDX-License-Identifier: MIT */
/* Each misuse panics with a report that names the call, the coroutine, where it was made, and what
   is wrong with it. */
#include "check.h"

#include <faden/coro.h>

enum { SIZE = 65536 };

static char stack[3][SIZE];
static faden_coro a, b;
static const faden_coro_attr attr = {.name = "bee"};
static char where[128]; /* both are made on this line */

static void make(void *(*fa)(void *), void *(*fb)(void *))
{
    int err = faden_coro_init(&a, stack[0], SIZE, fa, NULL) +
              faden_coro_init(&b, stack[1], SIZE, fb, &attr);
    snprintf(where, sizeof where, "%s:%d", __FILE__, __LINE__ - 1);
    EXPECT(err == 0, "init");
}

static void *gives(void *arg)
{
    return arg;
}

static void *yields(void *arg)
{
    return faden_coro_yield(arg);
}

static void *resumes(void *arg)
{
    return faden_coro_resume(arg, &b);
}

static void *transfers(void *arg)
{
    return faden_coro_transfer(arg, NULL);
}

static void *destroys(void *arg)
{
    faden_coro_destroy(arg);
    return arg;
}

static void resume_self(void *arg)
{
    make(gives, resumes);
    faden_coro_resume(&b, &b);
}

/* b resumes a, and a goes on with b or releases it. */
static void *resumes_a(void *arg)
{
    return faden_coro_resume(&a, &b);
}

static void resume_resuming(void *arg)
{
    make(resumes, resumes_a);
    faden_coro_resume(&b, NULL);
}

static void transfer_to_resuming(void *arg)
{
    make(transfers, resumes_a);
    faden_coro_resume(&b, NULL);
}

static void destroy_resuming(void *arg)
{
    make(destroys, resumes_a);
    faden_coro_resume(&b, NULL);
}

static void destroy_running(void *arg)
{
    make(gives, destroys);
    faden_coro_resume(&b, &b);
}

static void finish_b(void)
{
    make(transfers, gives);
    faden_coro_resume(&b, NULL);
}

static void resume_done(void *arg)
{
    finish_b();
    faden_coro_resume(&b, NULL);
}

static void transfer_to_done(void *arg)
{
    finish_b();
    faden_coro_resume(&a, &b);
}

static void base_transfer_to_done(void *arg)
{
    finish_b();
    faden_coro_transfer(&b, NULL);
}

static void resume_destroyed(void *arg)
{
    make(gives, yields);
    faden_coro_resume(&b, NULL);
    faden_coro_destroy(&b);
    faden_coro_resume(&b, NULL);
}

static void resume_damaged(void *arg)
{
    make(gives, yields);
    memset(&b.state, 0x77, sizeof b.state);
    faden_coro_resume(&b, NULL);
}

static void yield_outside(void *arg)
{
    faden_coro_yield(NULL);
}

static void yield_after(void *arg)
{
    make(yields, gives);
    faden_coro_resume(&a, NULL);
    faden_coro_yield(NULL);
}

static void expect_not(void (*fn)(void *), const char *call, const char *state)
{
    char text[512];
    snprintf(text, sizeof text, "%s: coroutine 'bee' (made at %s) is %s; only a new or suspended "
             "one can be gone on with", call, where, state);
    expect_panic(fn, NULL, text);
}

static void expect_in_use(void (*fn)(void *), const char *call, const char *state)
{
    char text[512];
    snprintf(text, sizeof text, "%s: coroutine 'bee' (made at %s) is %s: its stack is in use", call,
             where, state);
    expect_panic(fn, NULL, text);
}

int main(void)
{
    static const char outside[] = "faden_coro_yield: called outside of a coroutine: there is no "
                                  "resumer to go back to";
    limit_seconds(60);
    make(gives, gives); /* for `where` */
    expect_not(resume_self, "faden_coro_resume", "running");
    expect_not(resume_resuming, "faden_coro_resume", "resuming another");
    expect_not(transfer_to_resuming, "faden_coro_transfer", "resuming another");
    expect_not(resume_done, "faden_coro_resume", "done");
    expect_not(transfer_to_done, "faden_coro_transfer", "done");
    expect_not(base_transfer_to_done, "faden_coro_transfer", "done");
    expect_not(resume_destroyed, "faden_coro_resume", "done");
    expect_not(resume_damaged, "faden_coro_resume",
               "not a coroutine state: the record is damaged");
    expect_in_use(destroy_running, "faden_coro_destroy", "running");
    expect_in_use(destroy_resuming, "faden_coro_destroy", "resuming another");
    expect_panic(yield_outside, NULL, outside);
    expect_panic(yield_after, NULL, outside);
    return 0;
}
