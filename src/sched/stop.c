/* SPDX-License-Identifier: MIT */
/*
 * Notes to a cpu, and how the cpus of a run hold still for one who looks at their tasks.
 *
 * A note is an entry in the cpu's inbox that says: look what is wanted. It is in the inbox at most
 * once. Who leaves something for the cpu stores that first, then sets `noted`; the cpu clears
 * `noted` first, then looks.
 *
 * To stop a run, stop = a number that was never used, and a note to each other cpu; each says for
 * which number it holds still, and waits, in its scheduler context, until stop is another one or 0.
 * Of two that want to look at once, the one who comes second holds still like the others, and then
 * tries again. (A count of those who hold still is not enough: a note may come so late that its cpu
 * holds still for the next one already, while that one waits for the count to be 0.)
 */
#include "sched/park.h"
#include "sched/tree.h"

void cpu_note(struct cpu *cpu)
{
    if (!exchange_seq_cst(&cpu->noted, 1))
        inbox_push(cpu, &cpu->note);
}

/* Until whoever looks is done. */
static void hold_still(struct cpu *cpu)
{
    struct runtime *rt = cpu->runtime;
    uint32_t looker = load_seq_cst(&rt->stop);
    if (!looker)
        return;
    store_release(&cpu->holds_for, looker);
    while (load_acquire(&rt->stop) == looker)
        platform_thread_wait(NULL, 0, 0);
}

void take_note(struct cpu *cpu)
{
    store_seq_cst(&cpu->noted, 0);
    hold_still(cpu);
    if (load_seq_cst(&cpu->visits)) /* not before `noted` is seen to be 0 */
        domain_visits(cpu);
}

void world_stop(struct cpu *cpu)
{
    struct runtime *rt = cpu->runtime;
    uint32_t none = 0, number = fetch_add_relaxed(&rt->lookers, 1) | 1u << 31;
    unsigned i;
    while (!cas_seq_cst(&rt->stop, &none, number)) {
        hold_still(cpu);
        none = 0;
    }
    for (i = 0; i < rt->n; i++)
        if (rt->cpus[i] != cpu)
            cpu_note(rt->cpus[i]);
    for (i = 0; i < rt->n; i++)
        while (rt->cpus[i] != cpu && load_acquire(&rt->cpus[i]->holds_for) != number)
            platform_thread_wait(NULL, 0, 0);
}

void world_go_on(struct cpu *cpu)
{
    store_release(&cpu->runtime->stop, 0);
}
