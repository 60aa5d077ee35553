/* SPDX-License-Identifier: MIT */
/* The report on whoever has held a cpu longer than the limit: who, where, why, and what to do. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "platform/linux/preempt.h"

#include "base/atomic.h"
#include "base/format.h"

#pragma weak dladdr /* not in every static libc */

enum { REPORT_SIZE = 6144 };

/* "object(function+0x12) [0x5555...]", as backtrace_symbols has it. */
static void put_place(struct text *t, uintptr_t pc)
{
    Dl_info info;
    if (!dladdr || !dladdr((void *)pc, &info) || !info.dli_fname)
        text_format(t, "[%p]", (void *)pc);
    else if (info.dli_sname)
        text_format(t, "%s(%s+0x%lx) [%p]", info.dli_fname, info.dli_sname,
                    (unsigned long)(pc - (uintptr_t)info.dli_saddr), (void *)pc);
    else
        text_format(t, "%s(+0x%lx) [%p]", info.dli_fname,
                    (unsigned long)(pc - (uintptr_t)info.dli_fbase), (void *)pc);
}

static void put_frames(struct text *t, const struct hold *h)
{
    text_format(t, "  #0  ");
    put_place(t, h->pc);
    text_char(t, '\n');
    for (int i = 1; i < h->frames; i++) {
        text_format(t, "  #%-2d ", i);
        put_place(t, h->frame[i]);
        text_char(t, '\n');
    }
}

static void put_head(struct text *t, const struct preempt_slot *slot,
                     const struct preempt_cpu *seen, int64_t now)
{
    text_format(t, " has held cpu %u for %ld ms (limit %ld ms; %ld ms of processor time)",
                seen->index, (long)((now - slot->since) / FADEN_MSEC),
                (long)(seen->hold_limit / FADEN_MSEC),
                (long)((slot->time - slot->time_since) / FADEN_MSEC));
}

/* Why it was not preempted, when it was tried last. */
static void put_verdict(struct text *t, const struct preempt_slot *slot)
{
    switch ((enum preempt_verdict)load_acquire(&slot->verdict)) {
    case DISABLED:
        text_format(t, "It has preemption disabled, or holds a lock of faden's.\n");
        break;
    case IN_COROUTINE: text_format(t, "It is not preempted while a coroutine runs in it.\n"); break;
    case IN_LIBRARY:
        text_format(t, "It is not preempted in code that is not the program's: ");
        put_place(t, slot->where);
        text_format(t, ".\nIf that code holds no locks, faden_preempt_allow allows its object.\n");
        break;
    case CALLED_BACK:
        text_format(t, "It is not preempted while code that is not the program's is active, or "
                       "seems to be: ");
        put_place(t, slot->where);
        text_format(t, ".\nIf that code holds no locks, faden_preempt_allow allows its object.\n");
        break;
    case TOO_DEEP:
        text_format(t, "It is not preempted with more than 8 KiB of stack in use.\n");
        break;
    case NO_ROOM:
        text_format(t, "Its stack has no room for its registers: ask for a larger one.\n");
        break;
    case PREEMPTED:
    case NOT_A_TASK:
    case OTHER_TASK: break;
    }
}

static void put_advice(struct text *t, const struct preempt_slot *slot, const struct hold *h)
{
    if (h->preemptible)
        put_verdict(t, slot);
    else
        text_format(t, "Let it yield now and then, do its work in faden_blocking(), or make it "
                       "preemptible (faden_task_attr).\n");
}

void hold_print(const struct preempt_slot *slot, const struct preempt_cpu *seen, int64_t now)
{
    static char buf[REPORT_SIZE]; /* the watcher is one thread */
    struct text t = {buf, sizeof buf, 0};
    const struct hold *h = &slot->hold;
    text_format(&t, "faden: task '%s' (spawned at %s)", h->name[0] ? h->name : "unnamed", h->site);
    put_head(&t, slot, seen, now);
    text_format(&t, ". It is at\n");
    put_frames(&t, h);
    put_advice(&t, slot, h);
    platform_report(buf, t.len, false);
}

/* The number of the system call that the thread sleeps in, and where it was made; -1: unknown. */
static long system_call(pid_t tid, uintptr_t *pc)
{
    char path[64], line[256];
    const char *last;
    long number;
    unsigned long address;
    int fd;
    ssize_t n;
    snprintf(path, sizeof path, "/proc/self/task/%d/syscall", (int)tid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    n = fd < 0 ? -1 : read(fd, line, sizeof line - 1);
    if (fd >= 0)
        close(fd);
    line[n > 0 ? n : 0] = '\0';
    last = strrchr(line, ' ');
    if (!last || sscanf(line, "%ld", &number) != 1 || sscanf(last, "%lx", &address) != 1)
        return -1;
    *pc = address;
    return number;
}

bool hold_print_blocked(const struct preempt_slot *slot, const struct preempt_cpu *seen,
                        int64_t now)
{
    static char buf[REPORT_SIZE];
    struct text t = {buf, sizeof buf, 0};
    uintptr_t pc = 0;
    long number = system_call(slot->tid, &pc);
    if (number < 0)
        return false;
    text_format(&t, "faden: task '%s' (spawned at %s)", seen->name ? seen->name : "unnamed",
                seen->site ? seen->site : "?");
    put_head(&t, slot, seen, now);
    text_format(&t, ". Its thread sleeps in system call %ld, at\n  ", number);
    put_place(&t, pc);
    text_format(&t, "\nUse the call of <faden/io.h>, or make it in faden_blocking().\n");
    platform_report(buf, t.len, false);
    return true;
}
