/* SPDX-License-Identifier: MIT */
/*
 * Seeds as text.
 *
 *      [NAME:]random:SEED:N:N:N     a random walk; N: choice points of each kind, about
 *      [NAME:]pct:SEED:N:N:N        random priorities
 *      [NAME:]timed:                FADEN_SIM_TIMED has one schedule
 *      [NAME:]steps:T.P.S=C,...     the plainest schedule but for these deviations: thread T, at
 * its choice point P, decision S there, took option C
 */
#include <stdlib.h>
#include <string.h>

#include "platform/sim/sim.h"

void sim_seed_print(FILE *out, const struct sim_job *job, const struct sim_plan *plan)
{
    if (job->config.name)
        fprintf(out, "%s:", job->config.name);
    if (plan->kind == PLAN_RANDOM || plan->kind == PLAN_PCT) {
        fprintf(out, "%s:%llu", plan->kind == PLAN_PCT ? "pct" : "random",
                (unsigned long long)plan->seed);
        for (int i = 0; i < SIM_FOCI; i++)
            fprintf(out, ":%llu", (unsigned long long)plan->horizon[i]);
    } else if (plan->kind == PLAN_TIMED) {
        fprintf(out, "timed:");
    } else {
        fprintf(out, "steps:");
        for (size_t i = 0; i < plan->deviation_count; i++) {
            const struct sim_deviation *v = &plan->deviations[i];
            fprintf(out, "%s%u.%u.%u=%u", i ? "," : "", v->thread, v->point, v->sub, v->code);
        }
    }
}

static bool skip(const char **text, const char *word)
{
    size_t n = strlen(word);
    if (strncmp(*text, word, n) != 0)
        return false;
    *text += n;
    return true;
}

static uint64_t number(const char **text)
{
    char *end;
    uint64_t n = strtoull(*text, &end, 10);
    *text = end;
    return n;
}

static int parse_steps(const char *text, struct sim_plan *plan)
{
    size_t room = 1 + strlen(text) / 7;
    struct sim_deviation *all = calloc(room, sizeof *all);
    size_t n = 0;
    if (!all)
        return -ENOMEM;
    while (*text && n < room) {
        struct sim_deviation *v = &all[n++];
        v->thread = (uint16_t)number(&text);
        if (!skip(&text, "."))
            break;
        v->point = (uint32_t)number(&text);
        if (!skip(&text, "."))
            break;
        v->sub = (uint32_t)number(&text);
        if (!skip(&text, "="))
            break;
        v->code = (uint16_t)number(&text);
        if (!skip(&text, ","))
            break;
    }
    *plan =
        (struct sim_plan){.kind = PLAN_STEPS, .seed = 1, .deviations = all, .deviation_count = n};
    return *text ? -EINVAL : 0;
}

int sim_seed_parse(const char *text, const struct sim_job *job, struct sim_plan *plan)
{
    const char *name = job->config.name;
    if (name) {
        size_t n = strlen(name);
        if (strncmp(text, name, n) != 0 || text[n] != ':')
            return -ENOENT;
        text += n + 1;
    }
    if (skip(&text, "steps:"))
        return parse_steps(text, plan);
    *plan = (struct sim_plan){.kind = PLAN_TIMED};
    if (skip(&text, "timed:"))
        return *text ? -EINVAL : 0;
    *plan = (struct sim_plan){.kind = PLAN_RANDOM};
    if (skip(&text, "pct:"))
        plan->kind = PLAN_PCT;
    else
        skip(&text, "random:");
    if (*text < '0' || *text > '9')
        return -EINVAL;
    plan->seed = number(&text);
    for (int i = 0; i < SIM_FOCI; i++) {
        if (!skip(&text, ":"))
            return -EINVAL;
        plan->horizon[i] = number(&text);
    }
    return *text ? -EINVAL : 0;
}
