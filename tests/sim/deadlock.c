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

static void *post_one(void *arg)
{
    faden_sem_post(arg);
    return NULL;
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

static int deadlocks(void *arg)
{
    (void)arg;
    run_as(despair, NULL, (faden_config){.on_deadlock = on_deadlock});
    return 0;
}

static int all_wait(void *arg)
{
    faden_task *t = spawn(wait_in_vain, arg);
    faden_sleep(FADEN_USEC);
    wait_in_vain(arg);
    SAME(faden_join(t, NULL), 0);
    return 0;
}

static int deadlock(void *arg)
{
    (void)arg;
    run_as(all_wait, NULL, (faden_config){.on_deadlock = on_deadlock});
    faden_sim_check(reports >= 1, "no report");
    return 0;
}

static const struct scenario all[] = {
    {"deadlocks", deadlocks},
    {"deadlock-report", deadlock},
};

int main(int argc, char **argv)
{
    scenario_main = scenario_in_thread;
    return EXPLORE(all, argc, argv);
}
