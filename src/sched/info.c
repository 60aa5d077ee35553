/* SPDX-License-Identifier: MIT */
/* Looking inside: statistics, the list of tasks, the dump. All read from the task records. */
#include "base/format.h"

#include "sched/park.h"
#include "sched/tree.h"

static void collect_stats(struct runtime *rt, void *arg)
{
    faden_stats *stats = arg;
    faden_task *t;
    unsigned i;
    *stats = (faden_stats){
        .spawned = rt->born_outside,
        .blocking_threads = load_relaxed(&faden__pool_threads),
        .uptime = platform_now() - rt->start,
        .cpus = rt->n,
    };
    for (i = 0; i < rt->n; i++) {
        const struct cpu *cpu = rt->cpus[i];
        stats->spawned += cpu->spawned;
        stats->finished += cpu->finished;
        stats->switches += cpu->switches;
        stats->idles += cpu->idles;
        stats->stolen += cpu->stolen;
        stats->timers += cpu->timers.count;
    }
    stack_counts(&stats->stacks, &stats->stacks_cached);
    for (t = tree_first(rt); t; t = tree_next(rt, t))
        stats->tasks[t->state]++;
}

uint32_t faden__pool_threads;

int faden_stats_get(faden_stats *stats)
{
    return on_cpu_of_caller(collect_stats, stats);
}

struct listing {
    faden_task_info *info;
    size_t size;
    int64_t count;
    bool with_stacks;
};

static void collect_tasks(struct runtime *rt, void *arg)
{
    struct listing *l = arg;
    faden_task *t;
    for (t = tree_first(rt); t; t = tree_next(rt, t)) {
        if ((size_t)l->count < l->size)
            task_describe(t, &l->info[l->count], l->with_stacks);
        l->count++;
    }
}

int64_t faden_tasks(faden_task_info *info, size_t n, bool with_stacks)
{
    struct listing l = {info, n, 0, with_stacks};
    int err = on_cpu_of_caller(collect_tasks, &l);
    return err < 0 ? err : l.count;
}

/* ---- the table --------------------------------------------------------------------------- */

static void dump_task(struct text *text, faden_task *t, int64_t now)
{
    faden_task_info i;
    task_describe(t, &i, false);
    text_format(text, "%6llu  %-7s  %6lld.%03lld s  %-16s  %s", (unsigned long long)i.id,
                task_state_name(i.state), (long long)((now - i.since) / FADEN_SEC),
                (long long)((now - i.since) / FADEN_MSEC % 1000), i.name ? i.name : "-", i.site);
    if (i.reason)
        text_format(text, "\n        waits for %s", i.reason);
    if (i.object)
        text_format(text, " %p", i.object);
    if (i.object && t->wait->reason->remark)
        t->wait->reason->remark(i.object, text);
    if (i.waits_for)
        text_format(text, ", which task %llu can end", (unsigned long long)i.waits_for);
    text_format(text, "\n");
}

void tree_dump(struct runtime *rt, void (*line)(const char *text, size_t n, void *arg), void *arg)
{
    static const char head[] = "  task  state    for           name              spawned at\n";
    int64_t now = platform_now();
    faden_task *t;
    line(head, sizeof head - 1, arg);
    for (t = tree_first(rt); t; t = tree_next(rt, t)) {
        char buf[512];
        struct text text = {.buf = buf, .size = sizeof buf};
        dump_task(&text, t, now);
        line(text.buf, text.len, arg);
    }
}
