/* SPDX-License-Identifier: MIT */
/* System calls, and the other traps of user mode. All run with interrupts on. */
#include <errno.h>

#include "base/assert.h"
#include "base/atomic.h"
#include "kernel.h"
#include "machine.h"
#include "proc/process.h"
#include "processor.h"
#include "trap.h"

enum { TEXT = 64, ARGUMENTS = 16 };

/* ---- descriptors ------------------------------------------------------------------------- */

static struct file *file_of(struct process *p, uintptr_t fd)
{
    return fd < FILES ? p->files[fd] : NULL;
}

static int put_file(struct process *p, struct file *f)
{
    for (int i = 0; i < FILES; i++)
        if (!p->files[i]) {
            p->files[i] = f;
            return i;
        }
    return -EMFILE;
}

static intptr_t do_close(struct process *p, uintptr_t fd)
{
    struct file *f = file_of(p, fd);
    if (!f)
        return -EBADF;
    p->files[fd] = NULL;
    file_close(f);
    return 0;
}

static intptr_t do_dup(struct process *p, uintptr_t fd)
{
    struct file *f = file_of(p, fd);
    if (!f)
        return -EBADF;
    int copy = put_file(p, f);
    if (copy >= 0)
        file_keep(f);
    return copy;
}

static intptr_t do_pipe(struct process *p, uintptr_t to)
{
    struct file *ends[2];
    int fd[2], err = file_pipe(ends);
    if (err)
        return err;
    fd[0] = put_file(p, ends[0]);
    fd[1] = put_file(p, ends[1]);
    memory_touch(p, to);
    err = fd[0] < 0 || fd[1] < 0 ? -EMFILE : memory_out(p->space, to, fd, sizeof fd);
    for (int i = 0; i < 2 && err; i++) {
        if (fd[i] >= 0)
            p->files[fd[i]] = NULL;
        file_close(ends[i]);
    }
    return err;
}

/* ---- the rest of the calls --------------------------------------------------------------- */

static intptr_t do_exec(struct process *p, const struct call *c, struct regs *r)
{
    char name[NAME], text[ARGUMENTS][TEXT], *argv[ARGUMENTS + 1] = {NULL};
    int err = memory_string(p, name, c->arg[0], sizeof name);
    for (unsigned i = 0; err >= 0; i++) {
        uintptr_t at = 0;
        err = memory_in(p, &at, c->arg[1] + i * sizeof at, sizeof at);
        if (err < 0 || !at)
            break;
        if (i == ARGUMENTS)
            return -E2BIG;
        err = memory_string(p, text[i], at, TEXT);
        argv[i] = text[i];
    }
    return err < 0 ? err : process_exec(p, name, argv, r);
}

static intptr_t do_wait(struct process *p, uintptr_t to)
{
    int status = 0, pid = process_wait(p, &status);
    if (pid < 0 || !to)
        return pid;
    memory_touch(p, to);
    int err = memory_out(p->space, to, &status, sizeof status);
    return err ? err : pid;
}

static intptr_t do_sbrk(struct process *p, intptr_t bytes)
{
    uintptr_t old = p->heap_end, new = old + (uintptr_t)bytes, page = PAGE_SIZE;
    uintptr_t from = (old + page - 1) & -page, to = (new + page - 1) & -page;
    if (bytes < 0 ? new > old || new < p->heap_begin
                  : new < old || new > USER_STACK_TOP - USER_STACK_MOST - page)
        return -ENOMEM;
    int err = to > from ? memory_map(p->space, from, to, SPACE_WRITE) : 0;
    if (err)
        return err;
    memory_unmap(p->space, to, from);
    p->heap_end = new;
    return (intptr_t)old;
}

static uintptr_t here(void)
{
    return (uintptr_t)__builtin_frame_address(0);
}

static intptr_t do_info(struct process *p, uintptr_t kind)
{
    switch (kind) {
    case INFO_FREE_PAGES: return (intptr_t)pages_available();
    case INFO_PROCESSES: return (intptr_t)process_count();
    case INFO_PROCESSORS: return processors_count;
    case INFO_PROCESSOR: return this_processor->index;
    case INFO_TICKS: return p->ticks;
    case INFO_OVERLAPS: return (intptr_t)process_overlaps();
    case INFO_CODE: return (intptr_t)do_info;
    case INFO_DATA: return (intptr_t)&processors_count;
    case INFO_STACK: return (intptr_t)here();
    case INFO_ALL_EXECUTABLE: return ALL_EXECUTABLE;
    default: return -EINVAL;
    }
}

static intptr_t call(struct process *p, const struct call *c, struct regs *r)
{
    struct file *f = file_of(p, c->arg[0]);
    switch (c->number) {
    case CALL_EXIT: process_exit(p, (int)c->arg[0] & 0xff);
    case CALL_FORK: return process_fork(p, r);
    case CALL_EXEC: return do_exec(p, c, r);
    case CALL_WAIT: return do_wait(p, c->arg[0]);
    case CALL_GETPID: return p->pid;
    case CALL_KILL: return process_kill((int)c->arg[0]);
    case CALL_SLEEP: return faden_sleep((int64_t)c->arg[0] * FADEN_MSEC);
    case CALL_YIELD: faden_yield(); return 0;
    case CALL_SBRK: return do_sbrk(p, (intptr_t)c->arg[0]);
    case CALL_WRITE: return f ? file_write(p, f, c->arg[1], c->arg[2]) : -EBADF;
    case CALL_READ: return f ? file_read(p, f, c->arg[1], c->arg[2]) : -EBADF;
    case CALL_PIPE: return do_pipe(p, c->arg[0]);
    case CALL_CLOSE: return do_close(p, c->arg[0]);
    case CALL_DUP: return do_dup(p, c->arg[0]);
    case CALL_NOW: return (intptr_t)(machine_now() / FADEN_MSEC);
    case CALL_INFO: return do_info(p, c->arg[0]);
    default: return -ENOSYS;
    }
}

/* ---- traps from user mode ---------------------------------------------------------------- */

/* It came from user mode of the process that runs here, onto its own kernel stack. */
static struct process *enter(const struct regs *r)
{
    struct process *p = process_self();
    CHECK(p && regs_from_user(r), "a trap from user mode, and no process runs");
    CHECK((uintptr_t)(r + 1) == p->trap_top, "process %d: a trap on another stack", p->pid);
    irq_enable();
    return p;
}

/* Back to user mode, unless it was killed; if its time slice is over the others come first. */
static void leave(struct process *p)
{
    CHECK(irq_enabled() && !this_processor->irq_depth,
          "process %d goes back to user mode: interrupts are off, depth %u", p->pid,
          this_processor->irq_depth);
    if (machine_now() >= this_processor->slice_end) {
        p->ticks++;
        faden_yield();
    }
    if (load_acquire(&p->killed))
        process_exit(p, STATUS_KILLED);
    irq_disable();
    processor_timer_until(this_processor, this_processor->slice_end);
}

void trap_call(struct regs *r)
{
    struct process *p = enter(r);
    struct call c = arch_call(r);
    intptr_t result = call(p, &c, r);
    if (c.number != CALL_EXEC || result < 0)
        arch_call_result(r, result);
    leave(p);
}

void trap_preempt(struct regs *r)
{
    leave(enter(r));
}

void trap_user_fault(struct regs *r)
{
    uintptr_t at = arch_fault_address(r), low = USER_STACK_TOP - USER_STACK_MOST;
    struct process *p = enter(r);
    if (!at || !memory_touch(p, at)) {
        bool overflow = at < low && at >= low - PAGE_SIZE;
        print("process %d (%s): %s at pc %p", p->pid, p->name,
              overflow ? "stack overflow" : arch_trap_name(r), (void *)regs_pc(r));
        if (at)
            print(", address %p", (void *)at);
        print(": it is killed\n");
        process_exit(p, STATUS_FAULT);
    }
    leave(p);
}
