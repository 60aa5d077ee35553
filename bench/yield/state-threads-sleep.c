/* SPDX-License-Identifier: MIT */
/* State Threads' documented way to let others run: st_usleep(0), by way of the timer heap. */
#include "gate.h"
#include <st.h>

static void *body(void *arg)
{
    gate_enter();
    while (!gate_done())
        st_usleep(0);
    return arg;
}

int main(int argc, char **argv)
{
    gate_init(argc, argv);
    bench_check(st_init() == 0, "st_init failed");
    st_randomize_stacks(1); /* as in the other row */
    st_thread_t *threads = calloc((size_t)gate_n, sizeof *threads);
    for (long i = 0; i < gate_n; i++) {
        threads[i] = st_thread_create(body, NULL, 1, 0);
        bench_check(threads[i], "st_thread_create failed at %ld", i);
    }
    for (long i = 0; i < gate_n; i++)
        st_thread_join(threads[i], NULL);
    gate_report();
    return 0;
}
