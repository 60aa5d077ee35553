/* SPDX-License-Identifier: MIT */
/*
 * A failing schedule, made short: delta debugging (Zeller, Hildebrandt 2002) over the deviations
 * from the plainest schedule. Parts of them are left out, large ones first, as long as the run
 * still fails in the same way.
 */
#include <stdlib.h>
#include <string.h>

#include "platform/sim/sim.h"

enum {
    BUDGET = 600,            /* runs */
    BUDGET_STEPS = 20 << 20, /* in all of them */
    SAME = 20,               /* characters by which failures are compared */
};

struct shrinking {
    const struct sim_job *job;
    char failure[SAME + 1];
    struct sim_deviation *best, *trial;
    size_t count;
    unsigned runs;
    uint64_t steps;
};

static bool fails_the_same(struct shrinking *s, size_t n)
{
    struct sim_plan plan = {.kind = PLAN_STEPS,
                            .seed = 1,
                            .deviations = s->trial,
                            .deviation_count = n,
                            .record = true};
    int err = sim_run(s->job, &plan);
    s->runs++;
    s->steps += sim_shared->steps;
    return err == 0 && sim_shared->failed && !strncmp(sim_shared->message, s->failure, SAME);
}

static bool may_go_on(const struct shrinking *s)
{
    return s->runs < BUDGET && s->steps < BUDGET_STEPS;
}

/* What was really taken in that run: some of what it was told may have had no place in it. */
static void adopt(struct shrinking *s)
{
    s->count = sim_shared->deviations;
    memcpy(s->best, sim_shared->deviation, s->count * sizeof *s->best);
}

/* Leave out each part of `size` in turn, the last first. Gives whether one was. */
static bool pass(struct shrinking *s, size_t size)
{
    bool shorter = false;
    for (size_t end = s->count; end > 0 && may_go_on(s);) {
        size_t begin = end > size ? end - size : 0;
        memcpy(s->trial, s->best, begin * sizeof *s->trial);
        memcpy(s->trial + begin, s->best + end, (s->count - end) * sizeof *s->trial);
        if (fails_the_same(s, s->count - (end - begin)) && sim_shared->deviations < s->count) {
            adopt(s);
            shorter = true;
        }
        end = begin < s->count ? begin : s->count;
    }
    return shorter;
}

static void shrink(struct shrinking *s)
{
    for (size_t size = s->count; size && may_go_on(s); size /= 2)
        while (pass(s, size) && size == 1 && may_go_on(s))
            ;
}

int sim_shrink(const struct sim_job *job, struct sim_plan *plan)
{
    struct shrinking s = {.job = job};
    size_t bytes;
    plan->record = true;
    int err = sim_run(job, plan);
    if (err < 0)
        return err;
    memcpy(s.failure, sim_shared->message, SAME);
    bytes = (sim_shared->deviations + 1) * sizeof *s.best;
    s.best = malloc(bytes);
    s.trial = malloc(bytes);
    if (!s.best || !s.trial) {
        free(s.best);
        free(s.trial);
        return -ENOMEM;
    }
    adopt(&s);
    shrink(&s);
    free(s.trial);
    *plan = (struct sim_plan){.kind = PLAN_STEPS,
                              .seed = 1,
                              .deviations = s.best,
                              .deviation_count = s.count,
                              .record = true};
    return sim_run(job, plan);
}
