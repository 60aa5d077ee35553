/* SPDX-License-Identifier: MIT */
/*
 * How the scheduler scales to more cpus than there are here: work on 1 to 64 virtual cpus, side by
 * side in virtual time (FADEN_SIM_TIMED). No timing of this machine enters.
 *
 *      usage: sim-scale [WORKLOAD...]      lines of: workload cpus makespan-us speed-up steals
 *                                          far-writes/op mean-wake-ns worst-wake-ns
 *
 * Far writes are those of the library's atomics that take a cache line from another cpu; an op is
 * what the workload does most: a task, an item passed on, a request, a slice. A wake is from the
 * post to the woken task's first instruction.
 */
#include "test.h"

#define BEGIN FADEN_USEC /* what a task does before it first waits; its stack is touched, too */

static struct {
    uint64_t ops, wakes;
    int64_t wake_sum, wake_worst;
} did;

static void woken(int64_t since)
{
    int64_t took = faden_now() - since;
    did.wakes++;
    did.wake_sum += took;
    if (took > did.wake_worst)
        did.wake_worst = took;
}

/* ---- a tree of tasks: each waits for its two children, the leaves work ------------------- */

static void *tree(void *depth)
{
    intptr_t n = (intptr_t)depth;
    faden_task *t[2];
    did.ops++;
    if (n == 0) {
        faden_sim_work(20 * FADEN_USEC);
        return NULL;
    }
    for (int i = 0; i < 2; i++)
        SAME(faden_spawn(&t[i], tree, (void *)(n - 1), NULL), 0);
    for (int i = 0; i < 2; i++)
        SAME(faden_join(t[i], NULL), 0);
    return NULL;
}

static int fork_join(void *arg)
{
    (void)arg;
    tree((void *)10);
    return 0;
}

/* ---- pipelines: items pass eight stages -------------------------------------------------- */

enum { LINES = 16, STAGES = 8, ITEMS = 40 };
struct stage {
    faden_chan *in, *out;
};

static void *be_stage(void *arg)
{
    struct stage *s = arg;
    int64_t item;
    while (faden_chan_recv(s->in, &item) == 0) {
        faden_sim_work(2 * FADEN_USEC);
        did.ops++;
        if (s->out)
            SAME(faden_chan_send(s->out, &item), 0);
    }
    if (s->out)
        faden_chan_close(s->out);
    return NULL;
}

static void *feed(void *c)
{
    for (int64_t i = 0; i < ITEMS; i++)
        SAME(faden_chan_send(c, &i), 0);
    faden_chan_close(c);
    return NULL;
}

static int pipelines(void *arg)
{
    static struct stage s[LINES][STAGES];
    faden_scope scope;
    (void)arg;
    faden_scope_open(&scope);
    for (int i = 0; i < LINES; i++) {
        for (int k = 0; k < STAGES; k++) {
            SAME(faden_chan_new(&s[i][k].in, sizeof(int64_t), 4), 0);
            if (k)
                s[i][k - 1].out = s[i][k].in;
        }
        for (int k = 0; k < STAGES; k++)
            SAME(faden_scope_spawn(&scope, NULL, be_stage, &s[i][k], NULL), 0);
        SAME(faden_scope_spawn(&scope, NULL, feed, s[i][0].in, NULL), 0);
    }
    return faden_scope_close(&scope);
}

/* ---- a server: requests come to connections that sleep between them ----------------------- */

enum { CONNECTIONS = 512, REQUESTS = 4 };
static struct connection {
    faden_sem request;
    int64_t sent;
} connection[CONNECTIONS];

static void *serve(void *arg)
{
    struct connection *c = arg;
    faden_sim_work(BEGIN);
    for (int i = 0; i < REQUESTS; i++) {
        SAME(faden_sem_wait(&c->request), 0);
        woken(c->sent);
        faden_sim_work(10 * FADEN_USEC);
        did.ops++;
    }
    return NULL;
}

static int server(void *arg)
{
    faden_scope scope;
    (void)arg;
    faden_scope_open(&scope);
    for (int i = 0; i < CONNECTIONS; i++)
        SAME(faden_scope_spawn(&scope, NULL, serve, &connection[i], NULL), 0);
    for (int k = 0; k < REQUESTS; k++)
        for (int i = 0; i < CONNECTIONS; i++) {
            connection[i].sent = faden_now();
            faden_sem_post(&connection[i].request);
            if (i % 16 == 15)
                SAME(faden_sleep(FADEN_USEC), 0);
        }
    return faden_scope_close(&scope);
}

/* ---- late load: a thousand tasks begin on an idle runtime, then all have work ------------- */

enum { LATE = 1000, SLICES = 4 };
static faden_event go;
static uint32_t waiting;

static void *late(void *arg)
{
    faden_sim_work(BEGIN);
    __atomic_fetch_add(&waiting, 1, __ATOMIC_RELAXED);
    SAME(faden_event_wait(&go), 0);
    for (int i = 0; i < SLICES; i++) {
        faden_sim_work(10 * FADEN_USEC);
        did.ops++;
        faden_yield();
    }
    return arg;
}

static int late_load(void *arg)
{
    faden_scope scope;
    (void)arg;
    faden_event_init(&go, FADEN_EVENT_MANUAL);
    faden_scope_open(&scope);
    for (int i = 0; i < LATE; i++)
        SAME(faden_scope_spawn(&scope, NULL, late, NULL, NULL), 0);
    while (waiting < LATE)
        SAME(faden_sleep(10 * FADEN_USEC), 0);
    faden_event_set(&go);
    return faden_scope_close(&scope);
}

/* ------------------------------------------------------------------------------------------- */

static const struct workload {
    const char *name;
    int (*start)(void *);
} all[] = {
    {"fork-join", fork_join},
    {"pipelines", pipelines},
    {"server", server},
    {"late-load", late_load},
};

static const struct workload *current;

static int measure(void *arg)
{
    faden_sim_counters before, after;
    faden_stats stats;
    int64_t begin = faden_now();
    int err;
    faden_sim_counters_get(&before);
    err = current->start(arg);
    faden_sim_counters_get(&after);
    SAME(faden_stats_get(&stats), 0);
    faden_sim_outcome_set("%lld %llu %.2f %lld %lld", (long long)(faden_now() - begin),
                          (unsigned long long)stats.stolen,
                          (double)(after.far_writes - before.far_writes) / (double)did.ops,
                          did.wakes ? (long long)(did.wake_sum / (int64_t)did.wakes) : 0,
                          (long long)did.wake_worst);
    return err;
}

static int simulated(void *arg)
{
    int result = -1;
    SAME(faden_run(measure, arg, NULL, &result), 0);
    return result;
}

static void row(unsigned cpus, double *one)
{
    static faden_sim_result r;
    faden_sim_config config = {
        .name = current->name, .strategy = FADEN_SIM_TIMED, .cpus = cpus, .steps = UINT64_MAX};
    double makespan;
    char *rest;
    EQUAL(faden_sim_explore(&config, simulated, NULL, &r), 0);
    makespan = strtod(r.outcome[0].text, &rest) / 1000;
    if (cpus == 1)
        *one = makespan;
    printf("%-10s %2u %9.0f %6.2f%s\n", current->name, cpus, makespan, *one / makespan, rest);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        bool wanted = argc == 1;
        double one = 1;
        for (int k = 1; k < argc; k++)
            wanted |= !strcmp(argv[k], all[i].name);
        current = &all[i];
        for (unsigned cpus = 1; wanted && cpus <= 64; cpus *= 2)
            row(cpus, &one);
    }
    return 0;
}
