/* SPDX-License-Identifier: MIT */
/* What a run says: failures, the library's reports, the trace. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "platform/sim/sim.h"

struct sim_shared *sim_shared;

static bool same(const struct sim_step *a, const struct sim_step *b)
{
    return a->event == b->event && a->thread == b->thread && a->site == b->site &&
           a->object == b->object && a->value == b->value &&
           (a->event == EV_LOAD || a->event == EV_YIELD);
}

void sim_trace(unsigned event, const struct faden_sim__site *site, const volatile void *object,
               uintptr_t value)
{
    struct sim_shared *s = sim_shared;
    struct sim_step step = {
        .site = site,
        .object = object,
        .value = value,
        .thread = sim_world.current ? sim_world.current->id : 0,
        .event = (uint8_t)event,
        .order = (uint8_t)(event >> 8),
        .times = 1,
    };
    if (!sim_world.plan.record || !s || s->trace == SHARED_TRACE)
        return;
    if (s->trace && same(&step, &s->step[s->trace - 1]))
        s->step[s->trace - 1].times++;
    else
        s->step[s->trace++] = step;
}

void sim_trace_before(uintptr_t before)
{
    if (sim_world.plan.record && sim_shared && sim_shared->trace)
        sim_shared->step[sim_shared->trace - 1].before = before;
}

/* ---- failures ---------------------------------------------------------------------------- */

static void leave_numbers(void)
{
    sim_shared->steps = sim_world.steps;
    sim_shared->switches = sim_world.switches;
    memcpy(sim_shared->passed, sim_world.passed, sizeof sim_shared->passed);
    sim_shared->clock = sim_world.clock;
}

/* The run is over: so is its process. */
static FADEN_NORETURN void stop(void)
{
    if (!sim_shared || !sim_shared->running)
        abort();
    sim_shared->failed = true;
    leave_numbers();
    _exit(1);
}

static void add_message(const char *text, size_t n)
{
    struct sim_shared *s = sim_shared;
    if (!s || !s->running) {
        ssize_t written = write(STDERR_FILENO, text, n);
        (void)written;
        return;
    }
    if (n > sizeof s->message - 1 - s->length)
        n = sizeof s->message - 1 - s->length;
    memcpy(s->message + s->length, text, n);
    s->length += n;
    s->message[s->length] = '\0';
}

void sim_fail(const char *format, ...)
{
    char text[6000];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    add_message(text, strlen(text));
    add_message("\n", 1);
    stop();
}

void faden_sim_fail(const char *format, ...)
{
    char text[2000];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    sim_fail("check failed: %s", text);
}

/* What the library says belongs to the failure if it is the last that it says. */
void platform_report(const char *text, size_t n, bool fatal)
{
    add_message(text, n);
    if (fatal)
        stop();
}

void sim_run_over(int result)
{
    sim_shared->ended = true;
    sim_shared->result = result;
    leave_numbers();
}

void faden_sim_outcome_set(const char *format, ...)
{
    va_list args;
    if (!sim_shared)
        return;
    va_start(args, format);
    vsnprintf(sim_shared->outcome, sizeof sim_shared->outcome, format, args);
    va_end(args);
}

/* ---- who waits for what ------------------------------------------------------------------ */

static const char *doing(const struct sim_thread *t, char *buf, size_t size)
{
    if (t->state == SIM_READY)
        snprintf(buf, size, "runs, last at %s:%d: %s", t->at ? t->at->file : "?",
                 t->at ? t->at->line : 0, t->at ? t->at->what : "");
    else if (t->is_idle)
        snprintf(buf, size, "has nothing to do%s",
                 t->deadline == FADEN_FOREVER ? "" : ", sleeps until a time");
    else if (t->awaits)
        snprintf(buf, size, "waits for the end of %s", t->awaits->name);
    else
        snprintf(buf, size, "sleeps on a word%s",
                 t->deadline == FADEN_FOREVER ? "" : ", until a time");
    return buf;
}

void sim_describe(char *buf, size_t size)
{
    size_t length = 0;
    char what[256];
    buf[0] = '\0';
    for (unsigned i = 0; i < sim_world.threads; i++) {
        const struct sim_thread *t = sim_world.thread[i];
        if ((t->state != SIM_READY && t->state != SIM_ASLEEP) || size - length < 2)
            continue;
        snprintf(buf + length, size - length, "  %-8s %s\n", t->name, doing(t, what, sizeof what));
        length += strlen(buf + length);
    }
}
