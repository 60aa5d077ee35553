/* SPDX-License-Identifier: MIT */
/* Many runs: random ones one after the other, or all there are, depth first. */
#include <stdlib.h>
#include <string.h>

#include "platform/sim/sim.h"

static void count_outcome(faden_sim_result *r, const char *text)
{
    unsigned i;
    if (!*text)
        return;
    for (i = 0; i < r->outcomes; i++)
        if (!strcmp(r->outcome[i].text, text)) {
            r->outcome[i].runs++;
            return;
        }
    if (r->outcomes == FADEN_SIM_OUTCOMES)
        return;
    strcpy(r->outcome[r->outcomes].text, text);
    r->outcome[r->outcomes++].runs = 1;
}

static void count(faden_sim_result *r)
{
    const struct sim_shared *s = sim_shared;
    r->runs++;
    r->steps += s->steps;
    r->switches += s->switches;
    count_outcome(r, s->outcome);
    if (!s->failed)
        return;
    r->failures++;
    if (r->failures > 1)
        return;
    r->failed_run = r->runs;
    memcpy(r->message, s->message, sizeof r->message);
}

static void remember_seed(const struct sim_job *job, const struct sim_plan *plan,
                          faden_sim_result *r)
{
    FILE *f = fmemopen(r->seed, sizeof r->seed, "w");
    if (!f)
        return;
    sim_seed_print(f, job, plan);
    if (ftell(f) >= (long)sizeof r->seed)
        r->seed[0] = '\0';
    fclose(f);
}

/* One run, and what follows if it fails. *stop: no more runs. */
static int one(const struct sim_job *job, struct sim_plan *plan, faden_sim_result *r, bool *stop)
{
    int err = sim_run(job, plan);
    if (err < 0)
        return err;
    count(r);
    *stop = sim_shared->failed && !job->config.keep_going;
    if (!sim_shared->failed || r->failures > 1)
        return 0;
    if (plan->kind != PLAN_PREFIX)
        remember_seed(job, plan, r);
    if (!job->config.quiet)
        return sim_show_failure(job, plan, r);
    return 0;
}

/* ---- random ------------------------------------------------------------------------------ */

static int walk(const struct sim_job *job, faden_sim_result *r)
{
    const faden_sim_config *c = &job->config;
    uint64_t runs = c->strategy == FADEN_SIM_TIMED ? 1 : c->runs ? c->runs : 1000;
    uint64_t horizon[SIM_FOCI] = {[FOCUS_CONFLICTS] = 100, [FOCUS_ALL] = 1000};
    bool stop = false;
    int err = 0;
    for (uint64_t i = 0; i < runs && !stop && !err; i++) {
        struct sim_plan plan = {.kind = PLAN_RANDOM, .seed = c->seed + i};
        memcpy(plan.horizon, horizon, sizeof horizon);
        if (c->strategy == FADEN_SIM_TIMED)
            plan.kind = PLAN_TIMED;
        else if (c->strategy == FADEN_SIM_PCT || (c->strategy == FADEN_SIM_MIXED && i % 2))
            plan.kind = PLAN_PCT;
        err = one(job, &plan, r, &stop);
        for (int k = 0; k < SIM_FOCI && !stop; k++)
            horizon[k] = 1 + sim_shared->passed[k];
    }
    return err;
}

/* ---- depth first ------------------------------------------------------------------------- */

/* The next prefix in depth-first order, from the nodes of the run before. false: there is none. */
static bool advance(uint8_t *prefix, size_t *length, unsigned bound)
{
    const struct sim_node *node = sim_shared->node;
    size_t n = sim_shared->nodes, used = 0, best = n;
    for (size_t i = 0; i < n; i++) {
        unsigned next = node[i].taken + 1u;
        if (next < node[i].options && (!bound || used + (next >= node[i].free_options) <= bound))
            best = i;
        used += node[i].taken >= node[i].free_options;
    }
    if (best == n)
        return false;
    for (size_t i = 0; i < best; i++)
        prefix[i] = node[i].taken;
    prefix[best] = (uint8_t)(node[best].taken + 1);
    *length = best + 1;
    return true;
}

static int search(const struct sim_job *job, faden_sim_result *r)
{
    const faden_sim_config *c = &job->config;
    struct sim_plan plan = {.kind = PLAN_PREFIX, .seed = 1};
    uint8_t *prefix = malloc(SHARED_DECISIONS);
    bool stop = false;
    int err = prefix ? 0 : -ENOMEM;
    plan.prefix = prefix;
    r->states = 1;
    while (!err && !stop && (!c->runs || r->runs < c->runs)) {
        size_t shared_part = plan.prefix_length ? plan.prefix_length - 1 : 0;
        struct sim_plan now = plan;
        err = one(job, &now, r, &stop);
        if (err || stop)
            break;
        if (now.kind != PLAN_PREFIX && (err = sim_run(job, &plan)) < 0)
            break; /* its failure was shown: sim_shared has another run's nodes */
        r->states += sim_shared->nodes - shared_part;
        if (!advance(prefix, &plan.prefix_length, c->preemptions)) {
            r->complete = true;
            break;
        }
    }
    free(prefix);
    return err;
}

/* ---- the interface ----------------------------------------------------------------------- */

/* FADEN_SEED: 1 if it is for this job, and was run. */
static int replay(const struct sim_job *job, faden_sim_result *r)
{
    const char *text = getenv("FADEN_SEED");
    struct sim_plan plan;
    int err;
    if (!text || !*text)
        return 0;
    err = sim_seed_parse(text, job, &plan);
    if (err == -ENOENT) /* another job's */
        return 1;
    if (err < 0) {
        fprintf(stderr, "faden-sim: FADEN_SEED=%s is no seed\n", text);
        return err;
    }
    plan.record = plan.loud = !job->config.quiet;
    err = sim_run(job, &plan);
    if (err < 0)
        return err;
    count(r);
    if (!job->config.quiet)
        sim_show_replay(job, &plan);
    return 1;
}

static int prepare(struct sim_job *job, const faden_sim_config *config)
{
    if (sim_world.current)
        return -EINVAL;
    if (config)
        job->config = *config;
    sim_fill_config(&job->config);
    if (job->config.strategy == FADEN_SIM_TIMED)
        job->config.memory = FADEN_SIM_SC;
    if (job->config.cpus > SIM_CPUS || job->config.strategy > FADEN_SIM_TIMED ||
        job->config.memory > FADEN_SIM_C11)
        return -EINVAL;
    return sim_shared_open();
}

int faden_sim_explore(const faden_sim_config *config, int (*main)(void *arg), void *arg,
                      faden_sim_result *result)
{
    static faden_sim_result none;
    faden_sim_result *r = result ? result : &none;
    struct sim_job job = {.main = main, .arg = arg};
    int err = prepare(&job, config);
    memset(r, 0, sizeof *r);
    if (err < 0)
        return err;
    err = replay(&job, r);
    if (err == 0)
        err = job.config.strategy == FADEN_SIM_EXHAUSTIVE ? search(&job, r) : walk(&job, r);
    return err < 0 ? err : r->failures > 0;
}

int faden_sim_run(const faden_sim_config *config, int (*main)(void *arg), void *arg)
{
    faden_sim_config one_run = config ? *config : (faden_sim_config){.cpus = 0};
    one_run.runs = 1;
    if (one_run.strategy == FADEN_SIM_MIXED)
        one_run.strategy = FADEN_SIM_RANDOM;
    return faden_sim_explore(&one_run, main, arg, NULL);
}
