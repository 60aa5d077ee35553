/* SPDX-License-Identifier: MIT */
/*
 * State Threads 1.9 has no yield, and st_usleep(0) goes through the timer heap and select. The
 * cheapest round among ready threads is to wake who ran before and wait to be woken by who runs
 * next: all but one are on the run queue, in turn, as with a yield. Stacks at random offsets keep
 * their tops from falling into the same lines of the cache.
 */
#include "gate.h"
#include <st.h>

static st_cond_t *conds, before;

static void *body(void *arg)
{
    st_cond_t mine = arg;
    gate_enter();
    while (!gate_done()) {
        if (before)
            st_cond_signal(before);
        before = mine;
        st_cond_wait(mine);
    }
    if (before && before != mine)
        st_cond_signal(before);
    before = NULL;
    return NULL;
}

int main(int argc, char **argv)
{
    gate_init(argc, argv);
    bench_check(st_init() == 0, "st_init failed");
    st_randomize_stacks(1);
    st_thread_t *threads = calloc((size_t)gate_n, sizeof *threads);
    conds = calloc((size_t)gate_n, sizeof *conds);
    for (long i = 0; i < gate_n; i++) {
        conds[i] = st_cond_new();
        threads[i] = st_thread_create(body, conds[i], 1, 0);
        bench_check(threads[i], "st_thread_create failed at %ld", i);
    }
    for (long i = 0; i < gate_n; i++)
        st_thread_join(threads[i], NULL);
    gate_report();
    return 0;
}
