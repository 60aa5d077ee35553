/* SPDX-License-Identifier: MIT */
/*
 * Address spaces follow the tasks, at the one place where a task changes its state: the trace
 * point. Processes are run on the scheduler route, so a process becomes RUNNING in the scheduler
 * context of its processor, as in xv6: process -> scheduler -> process.
 *
 *      process A              scheduler context            process B
 *      trap, yield
 *      A is READY: kernel's
 *      page table
 *            ---------------> choose B
 *                             B is RUNNING: B's page
 *                             table, trap stack, FP
 *                                      ------------------> back to user mode
 */
#include "base/assert.h"
#include "base/atomic.h"
#include "kernel.h"
#include "proc/process.h"
#include "machine.h"
#include "processor.h"

#define SLICE (10 * FADEN_MSEC)

/* With an N for another interleaving, between 2 and 10 ms. */
static int64_t slice(void)
{
    return SLICE - kernel_stir * 7919 % 8000 * FADEN_USEC;
}

/* A process is recognized by the name of its task, which lies in its record, alone in its page. */
static struct process *process_of(const char *name)
{
    struct process *p = (struct process *)((uintptr_t)name & -(uintptr_t)PAGE_SIZE);
    return name && p->self == p && name == p->name ? p : NULL;
}

struct process *process_self(void)
{
    return this_processor->process;
}

static size_t overlaps;

static void check_nobody_else(const struct process *p, const char *what)
{
    for (unsigned i = 0; i < processors_count; i++)
        CHECK(processors[i].process != p, "%s: process %d is on processor %u", what, p->pid, i);
}

static void count_overlap(void)
{
    for (unsigned i = 0; i < processors_count; i++)
        if (i != this_processor->index && processors[i].process) {
            fetch_add_relaxed(&overlaps, 1);
            return;
        }
}

size_t process_overlaps(void)
{
    return load_relaxed(&overlaps);
}

static bool on_its_stack(const struct process *p)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0), top = p->trap_top;
    return top && here < top && top - here < BOOT_STACK_SIZE;
}

static void enter(struct process *p)
{
    CHECK(!on_its_stack(p), "process %d becomes RUNNING on its own stack", p->pid);
    CHECK(!this_processor->process, "process %d follows another one directly", p->pid);
    CHECK(space_current() == physical(kernel_space),
          "process %d becomes RUNNING while another address space is loaded", p->pid);
    check_nobody_else(p, "becomes RUNNING");
    count_overlap();
    this_processor->process = p;
    p->processor = this_processor->index;
    this_processor->slice_end = machine_now() + slice();
    processor_timer_until(this_processor, this_processor->slice_end);
    if (!p->space)
        return;
    space_load(physical(p->space));
    arch_fp_restore(&p->fp);
    if (p->trap_top)
        arch_trap_stack(p->trap_top);
}

static void leave(struct process *p)
{
    CHECK(!p->space || space_current() == physical(p->space),
          "process %d was RUNNING in another address space", p->pid);
    if (p->space)
        arch_fp_save(&p->fp);
    space_load(physical(kernel_space));
    this_processor->process = NULL;
    check_nobody_else(p, "stops RUNNING");
}

static void follow(const faden_trace_event *event, void *arg)
{
    struct process *p;
    if (event->from == FADEN_TASK_RUNNING && this_processor->process)
        leave(this_processor->process);
    if (event->to == FADEN_TASK_RUNNING && (p = process_of(event->name)))
        enter(p);
}

void process_trace_begin(void)
{
    faden_trace_set(follow, NULL);
}
