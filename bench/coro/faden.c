/* SPDX-License-Identifier: MIT */
/* faden_coro_resume and faden_coro_yield: a value goes in and one comes back. */
#include "../faden.h"
#include <faden/coro.h>

static void *body(void *value)
{
    long sum = 0;
    for (;;) {
        sum += (long)(intptr_t)value;
        value = faden_coro_yield((void *)(intptr_t)sum);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    long ops = bench_arg(argc, argv, "ops", 50000000);
    faden_coro *co;
    fp_init(argc, argv);
    int err = faden_coro_new(&co, body, NULL);
    bench_check(err == 0, "faden_coro_new: %s", strerror(-err));
    faden_coro_resume(co, (void *)0); /* the first resume also starts it */
    void *last = NULL;
    double t0 = bench_now();
    for (long i = 0; i < ops / 2; i++)
        last = faden_coro_resume(co, (void *)1);
    double t1 = bench_now();
    long sum = (long)(intptr_t)last;
    bench_check(sum == ops / 2, "%ld round trips of %ld", sum, ops / 2);
    faden_coro_delete(co);
    bench_print("coro", (t1 - t0) / (double)ops, "ns");
    return 0;
}
