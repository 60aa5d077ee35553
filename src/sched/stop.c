/* SPDX-License-Identifier: MIT */
/*
 * Notes to a cpu, and how the cpus of a run hold still for one who looks at their tasks.
 *
 * A note is an entry in the cpu's inbox that says: look what is wanted. It is in the inbox at most
 * once. Who leaves something for the cpu stores that first, then sets `noted`; the cpu clears
 * `noted` first, then looks.
 *
 * To stop a run, stop = a number, and a note to each other cpu; each counts itself in `stopped` and
 * waits, in its scheduler context, until stop is another number or 0. Of two that want to look at
 * once, the one who comes second holds still like the others, and then tries again.
 */
#include "sched/park.h"
#include "sched/tree.h"

void cpu_note(struct cpu *cpu)
{
    if (!exchange_seq_cst(&cpu->noted, 1))
        inbox_push(cpu, &cpu->note);
}

/* Until whoever looks is done. */
static void hold_still(struct runtime *rt)
{
    uint32_t looker = load_seq_cst(&rt->stop);
    if (!looker)
        return;
    fetch_add_seq_cst(&rt->stopped, 1);
    while (load_seq_cst(&rt->stop) == looker)
        platform_thread_wait(NULL, 0, 0);
    fetch_add_seq_cst(&rt->stopped, (uint32_t)-1);
}

void take_note(struct cpu *cpu)
{
    store_seq_cst(&cpu->noted, 0);
    hold_still(cpu->runtime);
    if (load_relaxed(&cpu->visits))
        domain_visits(cpu);
}

void world_stop(struct cpu *cpu)
{
    struct runtime *rt = cpu->runtime;
    uint32_t none = 0, number = fetch_add_seq_cst(&rt->lookers, 1) | 1u << 31;
    unsigned i;
    while (!cas_seq_cst(&rt->stop, &none, number)) {
        hold_still(rt);
        none = 0;
    }
    while (load_seq_cst(&rt->stopped)) /* those who held still for the one before */
        platform_thread_wait(NULL, 0, 0);
    for (i = 0; i < rt->n; i++)
        if (rt->cpus[i] != cpu)
            cpu_note(rt->cpus[i]);
    while (load_seq_cst(&rt->stopped) < rt->n - 1)
        platform_thread_wait(NULL, 0, 0);
}

void world_go_on(struct cpu *cpu)
{
    store_seq_cst(&cpu->runtime->stop, 0);
}
