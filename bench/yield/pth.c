/* SPDX-License-Identifier: MIT */
/* GNU Pth: its scheduler looks at the clock and the signals at each dispatch. */
#include "gate.h"
#include <pth.h>

static void *body(void *arg)
{
    gate_enter();
    while (!gate_done())
        pth_yield(NULL);
    return arg;
}

int main(int argc, char **argv)
{
    gate_init(argc, argv);
    bench_check(pth_init(), "pth_init failed");
    pth_t *threads = calloc((size_t)gate_n, sizeof *threads);
    for (long i = 0; i < gate_n; i++) {
        threads[i] = pth_spawn(PTH_ATTR_DEFAULT, body, NULL);
        bench_check(threads[i], "pth_spawn failed at %ld", i);
    }
    for (long i = 0; i < gate_n; i++)
        pth_join(threads[i], NULL);
    gate_report();
    return 0;
}
