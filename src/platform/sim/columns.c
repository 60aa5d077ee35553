/* SPDX-License-Identifier: MIT */
/*
 * The trace of a run as columns: one for each virtual thread, one line for each step. Objects are
 * called what the source calls them, and other addresses p1, p2, … in the order they are seen: so
 * the same run gives the same text.
 */
#include <stdlib.h>
#include <string.h>

#include "platform/sim/sim.h"
#include "sched/sched.h"
#include "stack/pool.h"

enum { NAMES = 4096, LINES = 100, WIDTH = 132 };

struct name {
    uintptr_t address;
    char text[40];
};

static struct {
    struct name name[NAMES];
    unsigned names, pointers;
} known;

static const char *find(uintptr_t address)
{
    for (unsigned i = 0; i < known.names; i++)
        if (known.name[i].address == address)
            return known.name[i].text;
    return NULL;
}

static const char *add(uintptr_t address, const char *text)
{
    struct name *n = &known.name[known.names < NAMES ? known.names++ : NAMES - 1];
    n->address = address;
    snprintf(n->text, sizeof n->text, "%.39s", text);
    return n->text;
}

/* A part of what the program has named. */
static const char *named(uintptr_t address)
{
    const struct sim_shared *s = sim_shared;
    char text[64];
    for (unsigned i = 0; i < s->named; i++) {
        uintptr_t offset = address - s->object[i].address;
        if (offset >= s->object[i].size)
            continue;
        snprintf(text, sizeof text, offset ? "%s+%u" : "%s", s->object[i].name, (unsigned)offset);
        return add(address, text);
    }
    return NULL;
}

static const char *object_name(const volatile void *object, const struct faden_sim__site *site)
{
    const char *what = site ? site->what : "", *has = find((uintptr_t)object);
    char text[64];
    unsigned same = 1;
    if (has || (has = named((uintptr_t)object)))
        return has;
    what += *what == '&';
    for (unsigned i = 0; i < known.names; i++) {
        size_t n = strlen(what);
        if (!strncmp(known.name[i].text, what, n) &&
            (known.name[i].text[n] == '\0' || known.name[i].text[n] == '#'))
            same++;
    }
    snprintf(text, sizeof text, same > 1 ? "%s#%u" : "%s", what, same);
    return add((uintptr_t)object, text);
}

static const char *value_name(uintptr_t v, char *buf, size_t size)
{
    const char *has;
    if (v < 1 << 20) {
        snprintf(buf, size, "%llu", (unsigned long long)v);
    } else if ((uint32_t)v == v && (int32_t)v > -4096 && (int32_t)v < 0) {
        snprintf(buf, size, "%d", (int)(int32_t)v);
    } else if ((has = find(v))) {
        snprintf(buf, size, "&%s", has);
    } else {
        char text[16];
        snprintf(text, sizeof text, "p%u", ++known.pointers);
        snprintf(buf, size, "%s", add(v, text));
        known.name[known.names - 1].text[0] = '\0'; /* no '&' before it */
        snprintf(known.name[known.names - 1].text, sizeof text, "%s", text);
    }
    return buf;
}

static const char *order_name(unsigned order)
{
    switch (order) {
    case __ATOMIC_ACQUIRE: return ".acq";
    case __ATOMIC_RELEASE: return ".rel";
    case __ATOMIC_ACQ_REL: return ".ar";
    case __ATOMIC_SEQ_CST: return ".sc";
    default: return "";
    }
}

static void access_text(char *buf, size_t size, const struct sim_step *s)
{
    const char *name = object_name(s->object, s->site), *order = order_name(s->order);
    char v[48], b[48];
    value_name(s->value, v, sizeof v);
    switch (s->event) {
    case EV_LOAD: snprintf(buf, size, "load%s %s: %s", order, name, v); break;
    case EV_LOAD_OLD: snprintf(buf, size, "load%s %s: %s, still", order, name, v); break;
    case EV_STORE: snprintf(buf, size, "store%s %s = %s", order, name, v); break;
    case EV_BUFFER: snprintf(buf, size, "(store%s %s = %s)", order, name, v); break;
    case EV_DRAIN: snprintf(buf, size, "  %s = %s arrives", name, v); break;
    case EV_CAS_FAILED: snprintf(buf, size, "cas%s %s fails: %s", order, name, v); break;
    default:
        value_name(s->before, b, sizeof b);
        snprintf(buf, size, "%s%s %s: %s -> %s",
                 s->event == EV_CAS        ? "cas"
                 : s->event == EV_EXCHANGE ? "swap"
                                           : "rmw",
                 order, name, b, v);
    }
}

static void step_text(char *buf, size_t size, const struct sim_step *s, const struct sim_shared *sh)
{
    switch (s->event) {
    case EV_FENCE: snprintf(buf, size, "fence%s", order_name(s->order)); break;
    case EV_POINT: snprintf(buf, size, "%s", s->site->what); break;
    case EV_IDLE: snprintf(buf, size, s->value ? "idle: was kicked" : "idle"); break;
    case EV_SLEEP: snprintf(buf, size, "sleeps if the word is as expected"); break;
    case EV_AWAKE: snprintf(buf, size, "awake"); break;
    case EV_KICK: snprintf(buf, size, "kick %s", sh->names[s->value]); break;
    case EV_WAKE: snprintf(buf, size, "wake a thread"); break;
    case EV_YIELD: snprintf(buf, size, "spins"); break;
    case EV_BARRIER: snprintf(buf, size, "barrier in all"); break;
    case EV_NEW: snprintf(buf, size, "begins %s", sh->names[s->value]); break;
    case EV_END: snprintf(buf, size, "ends"); break;
    case EV_FAULT: snprintf(buf, size, "FAULT: %s", s->site->what); break;
    case EV_TIME: snprintf(buf, size, "time: %.6f s", (double)s->value / 1e9); break;
    default: access_text(buf, size, s);
    }
}

static unsigned columns(const struct sim_shared *s, unsigned *column)
{
    unsigned n = 0;
    for (unsigned i = 0; i < SIM_THREADS; i++)
        column[i] = SIM_THREADS;
    for (size_t i = 0; i < s->trace; i++)
        if (column[s->step[i].thread] == SIM_THREADS)
            column[s->step[i].thread] = 0;
    for (unsigned i = 0; i < SIM_THREADS; i++)
        if (column[i] == 0)
            column[i] = n++;
    return n;
}

static void line(FILE *out, const struct sim_shared *s, size_t i, const unsigned *column, int width)
{
    char text[256], place[128] = "";
    const struct sim_step *step = &s->step[i];
    int indent = (int)column[step->thread] * width;
    step_text(text, sizeof text, step, s);
    if (step->times > 1)
        snprintf(text + strlen(text), sizeof text - strlen(text), ", %u times", step->times);
    if (step->site && step->site->line && step->event != EV_DRAIN) {
        const char *slash = strrchr(step->site->file, '/');
        snprintf(place, sizeof place, "%s:%d", slash ? slash + 1 : step->site->file,
                 step->site->line);
    }
    if (*place)
        fprintf(out, "%5zu  %*s%-*s  %s\n", i + 1, indent, "", width - 1, text, place);
    else
        fprintf(out, "%5zu  %*s%s\n", i + 1, indent, "", text);
}

/* FADEN_SIM_TRACE: only steps of that file. */
static bool is_wanted(const struct sim_step *step, const char *only)
{
    return !only || (step->site && strstr(step->site->file, only));
}

void sim_trace_print(FILE *out, const struct sim_shared *s, bool all)
{
    const char *only = getenv("FADEN_SIM_TRACE");
    static unsigned column[SIM_THREADS];
    unsigned n = columns(s, column);
    int width = n ? WIDTH / (int)n : WIDTH;
    size_t from = all || only || s->trace <= LINES ? 0 : s->trace - LINES;
    char ignored[256];
    known.names = known.pointers = 0;
    add((uintptr_t)&faden__runs_lock, "runs lock");
    add((uintptr_t)&faden__stack_pool.lock, "stack pool");
    width = width > 40 ? 40 : width < 24 ? 24 : width;
    fprintf(out, " step  ");
    for (unsigned i = 0; i < SIM_THREADS; i++)
        if (column[i] < n)
            fprintf(out, "%-*s", width, s->names[i]);
    fprintf(out, "\n");
    for (size_t i = 0; i < s->trace; i++)
        if (i < from || !is_wanted(&s->step[i], only))
            step_text(ignored, sizeof ignored, &s->step[i], s); /* names do not depend on `all` */
        else
            line(out, s, i, column, width);
}

/* ---- the reports ------------------------------------------------------------------------- */

static void head(const struct sim_job *job, const char *what)
{
    fprintf(stderr, "faden-sim: %s%s%s\n", job->config.name ? job->config.name : "",
            job->config.name ? ": " : "", what);
}

/* The failure of `plan`: what, the seed, and the shortest schedule of that kind. `plan` becomes
   that. */
int sim_show_failure(const struct sim_job *job, struct sim_plan *plan, const faden_sim_result *r)
{
    char text[96];
    int err;
    snprintf(text, sizeof text, "run %llu failed", (unsigned long long)r->failed_run);
    head(job, text);
    fprintf(stderr, "%s", r->message);
    if (r->seed[0])
        fprintf(stderr, "faden-sim: replay it with FADEN_SEED=%s\n", r->seed);
    err = sim_shrink(job, plan);
    if (err < 0)
        return err;
    fprintf(stderr, "faden-sim: the same in %zu deviations from the plainest schedule: FADEN_SEED=",
            plan->deviation_count);
    sim_seed_print(stderr, job, plan);
    fprintf(stderr, "\n");
    sim_trace_print(stderr, sim_shared, false);
    return 0;
}

/* What the library said, with the names of the trace for addresses: those differ from one process
   to the next, and a replay is to give the same text. */
static void print_without_addresses(FILE *out, const char *text)
{
    const char *at;
    while ((at = strstr(text, "0x"))) {
        char *end, name[48];
        uintptr_t v = (uintptr_t)strtoull(at, &end, 16);
        fprintf(out, "%.*s%s", (int)(at - text), text, value_name(v, name, sizeof name));
        text = end > at + 1 ? end : at + 2;
    }
    fputs(text, out);
}

void sim_show_replay(const struct sim_job *job, const struct sim_plan *plan)
{
    (void)plan;
    sim_trace_print(stderr, sim_shared, true);
    head(job, sim_shared->failed ? "the run failed" : "the run did not fail");
    print_without_addresses(stderr, sim_shared->message);
}
