/* SPDX-License-Identifier: MIT */
/* Nothing will ever come: it is reported once, and the waits that nobody would end are ended. */
#include "scenario.h"

static int reports;

static void on_deadlock(const char *report)
{
    (void)report;
    reports++;
}

static void *wait_in_vain(void *arg)
{
    faden_sem never = {.count = 0};
    SAME(faden_sem_wait(&never), -EDEADLK);
    return arg;
}

/* A report ends the waits that nobody would end; those that come after it are none of them. */
static int despair(void *arg)
{
    for (int round = 1; round <= 3; round++) {
        faden_sem here = {.count = 0};
        faden_task *t = spawn(wait_in_vain, arg), *poster;
        wait_in_vain(arg);
        SAME(faden_join(t, NULL), 0);
        SAME(reports, round);
        poster = spawn(post_one, &here);
        SAME(faden_sem_wait(&here), 0);
        join(poster);
    }
    return 0;
}

static int all_wait(void *arg)
{
    faden_task *t = spawn(wait_in_vain, arg);
    faden_sleep(FADEN_USEC);
    wait_in_vain(arg);
    SAME(faden_join(t, NULL), 0);
    faden_sim_check(reports >= 1, "no report");
    return 0;
}

/* ---- those that are ended run at once, on other cpus --------------------------------------- */

enum { CROWD = 6 };
static faden_sem gate;
static int let_go;

static void *nothing(void *arg)
{
    return arg;
}

static void *use_record(void *arg)
{
    SAME(faden_go(nothing, arg), 0);
    return arg;
}

/* Its record is another task's while others are still being ended. */
static void *wait_and_leave(void *arg)
{
    wait_in_vain(arg);
    SAME(faden_go(use_record, arg), 0);
    __atomic_fetch_add(&let_go, 1, __ATOMIC_RELAXED);
    faden_sem_post(&gate);
    return arg;
}

static int crowd_waits(void *arg)
{
    faden_stats stats;
    SAME(faden_stats_get(&stats), 0);
    for (unsigned i = 0; i < CROWD; i++)
        SAME(faden_spawn(NULL, wait_and_leave, arg,
                         &(faden_task_attr){.cpu = 1 + i % (unsigned)stats.cpus}),
             0);
    wait_in_vain(arg);
    for (int i = 0; i < CROWD; i++)
        SAME(faden_sem_wait(&gate), 0);
    SAME(let_go, CROWD);
    SAME(reports, 1);
    return 0;
}

/* ---- one that gets no stack is no deadlock -------------------------------------------------- */

static bool no_stacks;

struct stack *__real_stack_get_slow(void *cache, unsigned shift);
struct stack *__wrap_stack_get_slow(void *cache, unsigned shift);

struct stack *__wrap_stack_get_slow(void *cache, unsigned shift)
{
    return no_stacks ? NULL : __real_stack_get_slow(cache, shift);
}

/* The cpu on which it waits for a stack tries again, and again has none, just when the last of the
   others gives up hope. */
static int await_unrun(void *arg)
{
    faden_task *t;
    faden_stats stats;
    SAME(faden_stats_get(&stats), 0);
    faden_task_attr last = {.cpu = (unsigned)stats.cpus, .stack_size = 1 << 20};
    for (int i = 0; i < 3; i++) {
        no_stacks = true;
        SAME(faden_spawn(&t, nothing, arg, &last), 0);
        faden_sleep(10 * FADEN_MSEC);
        SAME(faden_join(t, NULL), -ENOMEM);
    }
    no_stacks = false;
    SAME(reports, 0);
    return 0;
}

/* There is one, but in the cache of another cpu. */
static int await_run(void *arg)
{
    faden_task *t;
    faden_stats stats;
    SAME(faden_stats_get(&stats), 0);
    faden_task_attr first = {.cpu = 1}, last = {.cpu = (unsigned)stats.cpus};
    SAME(faden_spawn(&t, nothing, arg, &first), 0);
    join(t);
    no_stacks = true;
    for (int i = 0; i < 2; i++) {
        SAME(faden_spawn(&t, nothing, arg, &last), 0);
        SAME(faden_join(t, NULL), 0);
    }
    no_stacks = false;
    SAME(reports, 0);
    return 0;
}

static const struct scenario all[] = {
    {"deadlocks", despair},
    {"deadlock-report", all_wait},
    {"deadlock-crowd", crowd_waits},
    {"no-stack", await_unrun},
    {"stack-elsewhere", await_run},
};

/* The main thread of a simulated process: a report does not end it. */
static int reported(void *arg)
{
    run_as(scenario_start, arg,
           (faden_config){.route = scenario_route, .on_deadlock = on_deadlock});
    return 0;
}

int main(int argc, char **argv)
{
    scenario_main = reported;
    return EXPLORE(all, argc, argv);
}
