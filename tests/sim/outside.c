/* SPDX-License-Identifier: MIT */
/* Who looks at all tasks, beside plain threads that change their tree and scopes that end. */
#include "scenario.h"

static faden_sem s, posted;
static faden_task *done[2];

static void *nothing(void *arg)
{
    return arg;
}

static void *waits(void *arg)
{
    SAME(faden_sem_wait(&s), 0);
    return arg;
}

/* Its record is free then, and the next task may get it: at another place in the tree. */
static void *join_and_spawn(void *arg)
{
    SAME(faden_join(done[0], NULL), 0);
    SAME(faden_go(nothing, arg), 0);
    SAME(faden_join(done[1], NULL), 0);
    SAME(faden_go(nothing, arg), 0);
    faden_sem_post(&posted);
    return arg;
}

/* Those that are there all the time are always found, once. */
static int count_waiting(void)
{
    faden_task_info info[16];
    int64_t n = faden_tasks(info, 16, false);
    int found = 0;
    faden_sim_check(n >= 2 && n <= 6, "%lld tasks", (long long)n);
    for (int64_t i = 0; i < n; i++)
        found += info[i].name && !strcmp(info[i].name, "waits");
    return found;
}

static void *look(void *arg)
{
    for (int i = 0; i < 2; i++)
        SAME(count_waiting(), 1);
    return arg;
}

static void start(void)
{
    s = posted = (faden_sem){.count = 0};
    done[0] = spawn(nothing, NULL);
    done[1] = spawn(nothing, NULL);
    SAME(faden_spawn(NULL, waits, NULL, &(faden_task_attr){.name = "waits"}), 0);
    faden_yield();
}

static int look_from_task(void *arg)
{
    start();
    sim_thread(join_and_spawn, arg);
    look(arg);
    faden_sem_post(&s);
    SAME(faden_sem_wait(&posted), 0);
    return 0;
}

static void *look_and_post(void *arg)
{
    look(arg);
    faden_sem_post(&s);
    faden_sem_post(&posted);
    return arg;
}

static int look_from_thread(void *arg)
{
    start();
    sim_thread(join_and_spawn, arg);
    sim_thread(look_and_post, arg);
    for (int i = 0; i < 2; i++)
        SAME(faden_sem_wait(&posted), 0);
    return 0;
}

/* ---- the news that a scope has ended, beside notes of who looks --------------------------- */

static void *waits_for_ever(void *arg)
{
    faden_sem never = {.count = 0};
    SAME(faden_sem_wait(&never), -ECANCELED);
    return arg;
}

static void *look_at_all(void *arg)
{
    faden_stats stats;
    for (int i = 0; i < 3; i++)
        SAME(faden_stats_get(&stats), 0);
    return arg;
}

/* One note tells of both: who finds it left already trusts that all is seen. */
static int cancel_looked_at(void *arg)
{
    faden_stats stats;
    SAME(faden_stats_get(&stats), 0);
    faden_task_attr last = {.cpu = (unsigned)stats.cpus};
    faden_task *t = spawn(look_at_all, arg);
    SAME(faden_spawn(NULL, look_at_all, arg, &last), 0);
    for (int i = 0; i < 3; i++) {
        faden_scope scope;
        faden_scope_open(&scope);
        for (unsigned cpu = 1; cpu <= (unsigned)stats.cpus; cpu++)
            SAME(faden_scope_spawn(&scope, NULL, waits_for_ever, arg,
                                   &(faden_task_attr){.cpu = cpu}), 0);
        faden_yield();
        faden_scope_cancel(&scope);
        SAME(faden_scope_close(&scope), -ECANCELED);
    }
    join(t);
    return 0;
}

static const struct scenario table[] = {
    {"outside-changes", look_from_task},
    {"outside-looks", look_from_thread},
    {"cancel-looked-at", cancel_looked_at},
};

int main(int argc, char **argv)
{
    return EXPLORE(table, argc, argv);
}
