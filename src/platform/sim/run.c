/* SPDX-License-Identifier: MIT */
/* One run, in a process of its own: it always begins with the same memory, and may die. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/sim/sim.h"

enum { RUN_SECONDS = 60 };

int sim_shared_open(void)
{
    void *p;
    if (sim_shared)
        return 0;
    p = mmap(NULL, sizeof *sim_shared, PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED)
        return -ENOMEM;
    sim_shared = p;
    return 0;
}

static void clear_shared(void)
{
    struct sim_shared *s = sim_shared;
    s->running = s->failed = s->ended = false;
    s->result = 0;
    s->outcome[0] = s->message[0] = '\0';
    s->steps = s->switches = 0;
    memset(s->passed, 0, sizeof s->passed);
    s->length = s->nodes = s->deviations = s->trace = 0;
    s->threads = s->named = 0;
}

static void be_silent(void)
{
    int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (fd >= 0) {
        dup2(fd, STDOUT_FILENO);
        dup2(fd, STDERR_FILENO);
    }
}

static FADEN_NORETURN void child(const struct sim_job *job, const struct sim_plan *plan)
{
    int result;
    signal(SIGABRT, SIG_DFL);
    if (!plan->loud)
        be_silent();
    alarm(RUN_SECONDS);
    sim_shared->running = true;
    sim_begin(&job->config, plan);
    result = job->main(job->arg);
    sim_run_over(result);
    sim_end();
    fflush(NULL);
    _exit(0);
}

/* The child died without a word. */
static void explain(int status)
{
    struct sim_shared *s = sim_shared;
    size_t room = sizeof s->message - s->length;
    char *to = s->message + s->length;
    s->failed = true;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        snprintf(to, room, "no end, and no choice point, in %d seconds\n", RUN_SECONDS);
    else if (WIFSIGNALED(status))
        snprintf(to, room, "killed by signal %d (%s)\n", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else
        snprintf(to, room, "the process exited with %d\n", WEXITSTATUS(status));
}

int sim_run(const struct sim_job *job, const struct sim_plan *plan)
{
    struct sim_shared *s = sim_shared;
    int status;
    pid_t pid;
    clear_shared();
    fflush(NULL);
    pid = fork();
    if (pid < 0)
        return -errno;
    if (!pid)
        child(job, plan);
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -errno;
    if (!s->failed && !s->ended)
        explain(status);
    if (s->ended && s->result && !s->failed) {
        s->failed = true;
        snprintf(s->message, sizeof s->message, "main gave %d\n", s->result);
    }
    return 0;
}

/* ---- a program that asked for no simulation ---------------------------------------------- */

void sim_fill_config(faden_sim_config *c)
{
    if (!c->cpus)
        c->cpus = 2;
    if (!c->seed)
        c->seed = 1;
    if (!c->steps)
        c->steps = 200000;
    if (!c->depth)
        c->depth = 3;
}

unsigned sim_default_cpus(void)
{
    return 2;
}

/* faden_run in a program that was only relinked: it is a run in this process. */
void sim_begin_unasked(void)
{
    static struct sim_job job;
    struct sim_plan plan = {.kind = PLAN_RANDOM, .seed = 1};
    const char *seed = getenv("FADEN_SEED");
    sim_fill_config(&job.config);
    job.config.steps = UINT64_MAX;
    if (seed && sim_seed_parse(seed, &job, &plan) < 0)
        faden_panic("FADEN_SEED=%s is no seed", seed);
    plan.record = false;
    sim_begin(&job.config, &plan);
}
