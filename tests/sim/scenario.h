/* SPDX-License-Identifier: MIT */
/*
 * Scenarios: small programs that are explored on several worlds: numbers of cpus, memory models,
 * faults. A table of them makes a test program.
 *
 *      usage: PROGRAM [--runs N] [--seed N] [--count] [--terse] [--list] [--world W]
 *                     [NAME...]
 *
 * N schedules for each scenario (or FADEN_SIM_RUNS), shared by the worlds, or all in world W.
 * --count prints what was explored; --terse one line of the first failure, and stops there.
 */
#ifndef TESTS_SIM_SCENARIO_H
#define TESTS_SIM_SCENARIO_H

#include "test.h"

struct scenario {
    const char *name;
    int (*start)(void *); /* the main task of a run; gives 0 */
};

struct world {
    const char *name;
    faden_sim_config config;
    faden_route route;
};

UNUSED static const struct world worlds[] = {
    {"2-tso", {.cpus = 2}},
    {"2-pso", {.cpus = 2, .memory = FADEN_SIM_PSO}},
    {"2-scheduler-route", {.cpus = 2, .memory = FADEN_SIM_PSO}, FADEN_ROUTE_SCHEDULER},
    {"1-pso", {.cpus = 1, .memory = FADEN_SIM_PSO, .faults = {.spurious = 30, .late = 30}}},
    {"3-tso", {.cpus = 3, .faults = {.spurious = 50, .late = 30, .kick = 100}}},
    {"3-pso", {.cpus = 3, .memory = FADEN_SIM_PSO}},
    {"2-c11", {.cpus = 2, .memory = FADEN_SIM_C11}},
    {"3-c11", {.cpus = 3, .memory = FADEN_SIM_C11, .faults = {.kick = 100}}},
    {"4-pso",
     {.cpus = 4, .memory = FADEN_SIM_PSO, .faults = {.spurious = 20, .late = 10, .kick = 300}}},
};
enum { WORLDS = sizeof worlds / sizeof *worlds };

static int (*scenario_start)(void *);
static faden_route scenario_route;

/* A run of start(arg), which is to give 0. */
UNUSED static void run_as(int (*start)(void *), void *arg, faden_config config)
{
    int result = -1;
    SAME(faden_run(start, arg, &config, &result), 0);
    SAME(result, 0);
}

UNUSED static void run_on_one(int (*start)(void *), void *arg)
{
    run_as(start, arg, (faden_config){.cpus = 1});
}

/* The main thread of a simulated process. */
UNUSED static int simulated(void *arg)
{
    run_as(scenario_start, arg, (faden_config){.route = scenario_route});
    return 0;
}

/* For scenarios that begin their runs themselves. */
UNUSED static int scenario_in_thread(void *arg)
{
    return scenario_start(arg);
}

static int (*scenario_main)(void *) = simulated;

struct plan {
    uint64_t runs, seed;
    bool count, terse, list;
    const char *world;
    char **only;
    int only_count;
};

UNUSED static struct plan scenario_plan(int argc, char **argv)
{
    const char *env = getenv("FADEN_SIM_RUNS");
    struct plan p = {.runs = env ? strtoull(env, NULL, 0) : 120, .seed = 1};
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; i++) {
        if (!strcmp(argv[i], "--count"))
            p.count = true;
        else if (!strcmp(argv[i], "--terse"))
            p.terse = true;
        else if (!strcmp(argv[i], "--list"))
            p.list = true;
        else if (!strcmp(argv[i], "--runs") && i + 1 < argc)
            p.runs = strtoull(argv[++i], NULL, 0);
        else if (!strcmp(argv[i], "--seed") && i + 1 < argc)
            p.seed = strtoull(argv[++i], NULL, 0);
        else if (!strcmp(argv[i], "--world") && i + 1 < argc)
            p.world = argv[++i];
        else
            EXPECT(0,
                   "usage: %s [--runs N] [--seed N] [--count] [--terse] [--list] "
                   "[--world W] [NAME...]",
                   argv[0]);
    }
    p.only = argv + i;
    p.only_count = argc - i;
    return p;
}

UNUSED static bool is_wanted(const struct plan *p, const char *name)
{
    for (int i = 0; i < p->only_count; i++)
        if (!strcmp(p->only[i], name))
            return true;
    return !p->only_count;
}

/* Gives whether a schedule failed. */
UNUSED static bool explore_in(const struct scenario *s, const struct world *w, const struct plan *p)
{
    static faden_sim_result r;
    char name[64];
    faden_sim_config config = w->config;
    int err;
    snprintf(name, sizeof name, "%s/%s", s->name, w->name);
    config.name = name;
    config.runs = p->world ? p->runs : (p->runs + WORLDS - 1) / WORLDS;
    config.seed = p->seed;
    config.quiet = p->terse;
    scenario_start = s->start;
    scenario_route = w->route;
    err = faden_sim_explore(&config, scenario_main, NULL, &r);
    EXPECT(err >= 0, "%s: %s", name, strerror(-err));
    if (p->count)
        printf("%-28s %8llu schedules %12llu steps %10llu switches\n", name,
               (unsigned long long)r.runs, (unsigned long long)r.steps,
               (unsigned long long)r.switches);
    if (p->terse && err > 0) {
        r.message[strcspn(r.message, "\n")] = '\0';
        printf("%s: schedule %llu: %s: %s\n", name, (unsigned long long)r.runs, r.seed, r.message);
        exit(1);
    }
    return err > 0;
}

UNUSED static int explore(const struct scenario *s, size_t n, int argc, char **argv)
{
    struct plan p = scenario_plan(argc, argv);
    int failures = 0;
    for (size_t i = 0; p.list && i < n; i++)
        printf("%s\n", s[i].name);
    for (size_t i = 0; !p.list && i < n; i++)
        for (size_t w = 0; w < WORLDS && is_wanted(&p, s[i].name); w++)
            if (!p.world || !strcmp(p.world, worlds[w].name))
                failures += explore_in(&s[i], &worlds[w], &p);
    return failures > 0;
}
#define EXPLORE(table, argc, argv) explore((table), sizeof(table) / sizeof *(table), (argc), (argv))

/* ---- shorthand --------------------------------------------------------------------------- */

/* A task or a thread. */
UNUSED static void *post_one(void *sem)
{
    faden_sem_post(sem);
    return NULL;
}

UNUSED static faden_task *spawn(void *(*fn)(void *), void *arg)
{
    faden_task *t;
    SAME(faden_spawn(&t, fn, arg, NULL), 0);
    return t;
}

UNUSED static void *join(faden_task *t)
{
    void *result = NULL;
    SAME(faden_join(t, &result), 0);
    return result;
}

UNUSED static void go_in(faden_scope *s, void *(*fn)(void *), void *arg)
{
    SAME(faden_scope_spawn(s, NULL, fn, arg, NULL), 0);
}

/* Nobody else is in here, or only readers are. */
struct section {
    int writers, readers;
};

UNUSED static void be_alone_in(struct section *s)
{
    SAME(s->writers++, 0);
    SAME(s->readers, 0);
    faden_sim_point("alone");
    SAME(s->readers, 0);
    SAME(--s->writers, 0);
}

UNUSED static void read_in(struct section *s)
{
    SAME(s->writers, 0);
    s->readers++;
    faden_sim_point("reading");
    SAME(s->writers, 0);
    s->readers--;
}

#endif
