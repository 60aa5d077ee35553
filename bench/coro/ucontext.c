/* SPDX-License-Identifier: MIT */
/* Coroutines made by hand of the C library's contexts: resume and yield with a value. */
#include "../common.h"
#include <ucontext.h>

struct coro {
    ucontext_t self, resumer;
    long value;
};

static struct coro co;
static long sum;

static long resume(struct coro *c, long value)
{
    c->value = value;
    swapcontext(&c->resumer, &c->self);
    return c->value;
}

static long yield(struct coro *c, long value)
{
    c->value = value;
    swapcontext(&c->self, &c->resumer);
    return c->value;
}

static void body(void)
{
    long value = co.value;
    for (;;) {
        sum += value;
        value = yield(&co, sum);
    }
}

int main(int argc, char **argv)
{
    long ops = bench_arg(argc, argv, "ops", 2000000);
    static char stack[16384];
    bench_check(getcontext(&co.self) == 0, "getcontext failed");
    co.self.uc_stack.ss_sp = stack;
    co.self.uc_stack.ss_size = sizeof stack;
    makecontext(&co.self, body, 0);
    resume(&co, 0); /* the first resume also starts it */
    long last = 0;
    double t0 = bench_now();
    for (long i = 0; i < ops / 2; i++)
        last = resume(&co, 1);
    double t1 = bench_now();
    bench_check(last == ops / 2, "%ld round trips of %ld", last, ops / 2);
    bench_print("coro", (t1 - t0) / (double)ops, "ns");
    return 0;
}
