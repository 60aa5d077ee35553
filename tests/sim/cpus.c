/* SPDX-License-Identifier: MIT */
/*
 * How cpus rely on each other, between cpus made by hand: what is offered while others fall asleep,
 * whether nobody has hope, notes, the table of cpus. A run has thousands of steps around the few
 * that matter here.
 */
#include "scenario.h"

#include "base/assert.h"
#include "platform/preempter.h"
#include "sched/domain.h"
#include "sched/hope.h"
#include "sched/table.h"

enum { CPUS = 4 };

static struct runtime rt;
static struct cpu cpu[CPUS];
static struct cpu *cpus[CPUS];
static faden_task task[CPUS];

/* A run of `n` cpus, each of which does `fn` and is busy then, for ever. */
static void run_by_hand(unsigned n, void (*fn)(unsigned rank, void *arg))
{
    struct platform_cpu *platforms[CPUS];
    faden__shared = 1;
    rt = (struct runtime){.root.domain = {.kind = DOMAIN_SCOPE}, .cpus = cpus, .n = n};
    for (unsigned i = 0; i < n; i++) {
        cpus[i] = &cpu[i];
        cpu[i] = (struct cpu){.runtime = &rt,
                              .index = i,
                              .rank = i,
                              .victim = i,
                              .peers = true,
                              .outside = 1,
                              .note.flags = TASK_NOTE};
        platforms[i] = &cpu[i].platform;
        task[i] = (faden_task){.state = FADEN_TASK_NEW, .domain = &rt.root.domain};
        faden__cpus[i] = &cpu[i];
    }
    SAME(platform_run(n, platforms, fn, NULL), 0);
}

/* ---- offers ------------------------------------------------------------------------------- */

static void offer_one(unsigned me, unsigned which)
{
    task[which].place = me;
    fresh_push(&cpu[me].fresh, &task[which]);
    offer(&cpu[me]);
}

/* It looks for work and sleeps, until it has a task: one that will never end. */
static void get_one(unsigned me)
{
    faden__here.cpu = &cpu[me];
    while (!cpu[me].fresh.newest)
        idle(&cpu[me]);
}

/* Cpu 0 offers a task for each other one. Whoever has been summoned for the first looks for the
   second, or cpu 0 wakes another one. */
static void offer_to_each(unsigned me, void *n)
{
    (void)n;
    faden__here.cpu = &cpu[me];
    if (me)
        get_one(me);
    for (unsigned i = 1; !me && i < rt.n; i++)
        offer_one(0, i);
}

static int one_for_each(void *arg)
{
    (void)arg;
    run_by_hand(3, offer_to_each);
    return 0;
}

/* What cpu 0 offered has just been taken by cpu 1, which offers the next; cpu 2 is woken for no
   reason meanwhile and falls asleep again: it must not rely on cpu 0. */
static void offer_on(unsigned me, void *arg)
{
    (void)arg;
    faden__here.cpu = &cpu[me];
    if (me == 0) {
        platform_kick(&cpu[2].platform);
        summon(&cpu[0]);
    } else if (me == 1) {
        offer_one(1, 2);
    } else {
        get_one(2);
    }
}

static int one_after_the_other(void *arg)
{
    (void)arg;
    run_by_hand(3, offer_on);
    return 0;
}

/* ---- hope --------------------------------------------------------------------------------- */

static bool has_it[2]; /* the only thing that there is to do */

static void *get_it(void *arg)
{
    *(bool *)arg = true;
    return NULL;
}

static void give_away(unsigned me)
{
    static struct faden__wait done[4];
    static faden_task call[4];
    static unsigned calls;
    call[calls] = (faden_task){
        .flags = TASK_CALL, .fn = get_it, .arg = &has_it[1 - me], .wait = &done[calls]};
    inbox_push(&cpu[1 - me], &call[calls++]);
}

/* What idle.c does with a cpu that has nothing but what others push. */
static void wait_for_it(unsigned me)
{
    give_up_hope(&cpu[me]);
    while (!load_acquire(&cpu[me].inbox))
        platform_thread_wait(NULL, 0, 0);
    hope_again(&cpu[me]);
    inbox_take(&cpu[me]);
    SAME(has_it[me], true);
    has_it[me] = false;
}

static void *look_for_hope(void *arg)
{
    uint32_t sum;
    for (int i = 0; i < 2; i++)
        faden_sim_check(!all_hopeless(&rt, &sum), "hope is given up, and one has it");
    return arg;
}

/* It goes to and fro between two cpus, and is always with one of them. */
static void to_and_fro(unsigned me, void *arg)
{
    faden__here.cpu = &cpu[me];
    if (me == 0)
        sim_thread(look_for_hope, arg);
    for (int round = 0; round < 2; round++) {
        if (me == 0)
            give_away(0);
        wait_for_it(me);
        if (me == 1)
            give_away(1);
    }
    if (me == 1)
        give_up_hope(&cpu[1]);
}

static int hope(void *arg)
{
    (void)arg;
    run_by_hand(2, to_and_fro);
    return 0;
}

/* ---- notes -------------------------------------------------------------------------------- */

/* One of the root scope, spawned by cpu 0 for cpu 1, where it runs. */
static void put_task(void)
{
    faden_scope *part = &cpu[0].root;
    for (unsigned i = 0; i < 2; i++)
        cpu[i].root.domain = (struct faden__domain){.kind = DOMAIN_SCOPE, .outer = &rt.root.domain};
    task[1] = (faden_task){.state = FADEN_TASK_RUNNING, .place = 1, .domain = &part->domain};
    part->first = part->last = &task[1];
    part->live = 1;
}

/* Cpu 0 notes, and notes again, now because the root scope has ended. Cpu 1 takes one note: either
   it sees why the other was left, or that is in its inbox. */
static void note_twice(unsigned me, void *arg)
{
    (void)arg;
    faden__here.cpu = &cpu[me];
    if (me == 0) {
        put_task();
        cpu_note(&cpu[1]);
        domain_end(&cpu[0], &rt.root.domain, -ECANCELED);
    } else {
        while (!inbox_take(&cpu[1]))
            platform_thread_wait(NULL, 0, 0);
    }
}

static int notes(void *arg)
{
    (void)arg;
    run_by_hand(2, note_twice);
    faden__here.cpu = &cpu[1];
    inbox_take(&cpu[1]);
    SAME(task[1].flags & TASK_ENDED, TASK_ENDED);
    return 0;
}

/* ---- the table of cpus -------------------------------------------------------------------- */

static void is_sound(const struct preempt_cpu *seen, void *arg)
{
    (void)arg;
    faden_sim_check(seen->index < CPUS_MAX, "a cpu that is gone");
}

static void *visit(void *arg)
{
    preempt_each_cpu(is_sound, arg);
    return NULL;
}

static int call_visitor(void *arg)
{
    *(faden_sim_thread **)arg = sim_thread(visit, NULL);
    return 0;
}

/* Somebody goes through the table while a cpu leaves it. */
static int visitor(void *arg)
{
    faden_sim_thread *t;
    (void)arg;
    run_on_one(call_visitor, &t);
    faden_sim_thread_join(t);
    return 0;
}

static void *enter(void *own)
{
    SAME(enter_table(own), 0);
    return NULL;
}

/* Two cpus come while a third one leaves, in whose place one of them comes: neither believes to be
   alone. */
static int come_and_go(void *arg)
{
    faden_sim_thread *t[2];
    (void)arg;
    enter(&cpu[0]);
    for (int i = 0; i < 2; i++)
        t[i] = sim_thread(enter, &cpu[i + 1]);
    leave_table(&cpu[0]);
    for (int i = 0; i < 2; i++)
        faden_sim_thread_join(t[i]);
    SAME(faden__shared, 1);
    return 0;
}

static const struct scenario all[] = {
    {"one-for-each", one_for_each},
    {"one-after-the-other", one_after_the_other},
    {"hope", hope},
    {"notes", notes},
    {"visitor", visitor},
    {"come-and-go", come_and_go},
};

int main(int argc, char **argv)
{
    scenario_main = scenario_in_thread;
    return EXPLORE(all, argc, argv);
}
