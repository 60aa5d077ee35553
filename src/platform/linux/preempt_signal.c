/* SPDX-License-Identifier: MIT */
/*
 * Interrupted: is it safe to take the processor from this task, here and now?
 *
 *      task's stack                     the handler looks at
 *      +----------------------------+  <- base
 *      | faden__context_start, ...  |
 *      | task_entry                 |     first, from the top: where does the task's function
 *      | return address into it     |     return to task_entry? What lies above does nothing
 *      | the task's function        |  }
 *      | what it called, ...        |  }  every word: does it point into code that is not the
 *      | the interrupted function   |  }  program's, behind a call?
 *      +----------------------------+  <- sp
 *      | red zone                   |
 *      | faden__preempted, and the  |     room?
 *      | yield that it calls        |
 *      +----------------------------+  <- low
 *
 * Safe is: the preempt depth is 0, the pc lies in the allow list, and no function that is not in
 * the allow list is active. Every active function has its return address on the stack, or in the
 * link register, so if no word there can be a return address into foreign code, none is active. A
 * word that merely looks like one (left over in a buffer that was not filled yet) costs a chance to
 * preempt, no more. So does one that looks like the return to task_entry: only more is looked at.
 *
 * Why no window is left, the library's own included: whenever the library is between reading which
 * cpu it is on and its last use of that, holds a lock, or switches, its code is active: the pc is
 * in it, or a return address into it lies on the stack. The inline stubs in the program's code
 * (faden/arch.h) touch nothing but registers and the task's own stack: interrupted before their
 * jump into the library they have not begun, after it they have ended.
 *
 * This file is compiled without sanitizers: what they insert is not for a handler that may have
 * interrupted themselves.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "platform/linux/preempt.h"

#include "interrupted.h"

#include "base/atomic.h"

enum {
    FLOOR_MAX = 1024,  /* of it, above the task's function */
    YIELD_ROOM = 2048, /* for the yield that faden__preempted calls */
};

extern int backtrace(void **frames, int n) __attribute__((weak)); /* glibc has it, musl has not */

_Thread_local struct preempt_slot *preempt_own;
static struct arch_state states[2];
static struct sigaction before;

/* ---- is it safe? -------------------------------------------------------------------------- */

static enum preempt_verdict look_at_word(uintptr_t word, uintptr_t *where)
{
    enum text_kind kind = text_kind_of_word(word);
    if (kind != TEXT_FOREIGN && kind != TEXT_TRAP)
        return PREEMPTED;
    *where = word;
    return CALLED_BACK;
}

/* Where the frames end that do nothing; `base` if that cannot be seen. */
static uintptr_t floor_of(uintptr_t sp, uintptr_t base)
{
    for (uintptr_t p = base - 8; p >= sp && p >= base - FLOOR_MAX; p -= 8)
        if (text_kind_of_word(*(const uintptr_t *)p) == TEXT_FLOOR)
            return p;
    return base;
}

static enum preempt_verdict judge(const struct preempt_task *t, const ucontext_t *uc,
                                  uintptr_t *where)
{
    uintptr_t pc = arch_pc(uc), sp = arch_sp(uc), low = (uintptr_t)t->low,
              base = (uintptr_t)t->base;
    enum preempt_verdict verdict;
    if (t->disabled)
        return DISABLED;
    *where = pc;
    if (text_kind_of(pc) != TEXT_ALLOWED)
        return IN_LIBRARY;
    if (t->in_coroutine || sp < low || sp > base)
        return IN_COROUTINE;
    if (sp - low < arch_preempt_room(uc, states) + YIELD_ROOM)
        return NO_ROOM;
    if (base - sp > PREEMPT_SCAN)
        return TOO_DEEP;
    if (text_kind_of_word(arch_link(uc)) == TEXT_FLOOR)
        return PREEMPTED; /* the task's function itself */
    verdict = look_at_word(arch_link(uc), where);
    base = floor_of(sp, base);
    for (uintptr_t p = (sp + 7) & ~(uintptr_t)7; p < base && verdict == PREEMPTED; p += 8)
        verdict = look_at_word(*(const uintptr_t *)p, where);
    return verdict;
}

/* ---- who is it? --------------------------------------------------------------------------- */

static void copy_text(char *to, const char *from)
{
    size_t i = 0;
    for (; from && from[i] && i < HOLD_NAME - 1; i++)
        to[i] = from[i];
    to[i] = '\0';
}

/* The frames of the task; those of this handler come first, and are dropped. */
static void take_frames(struct hold *h)
{
    void *all[HOLD_FRAMES + 8];
    int n = backtrace ? backtrace(all, HOLD_FRAMES + 8) : 0, from = 0, i;
    while (from < n && (uintptr_t)all[from] != h->pc)
        from++;
    h->frames = from < n ? n - from : 0;
    if (h->frames > HOLD_FRAMES)
        h->frames = HOLD_FRAMES;
    for (i = 0; i < h->frames; i++)
        h->frame[i] = (uintptr_t)all[from + i];
}

static void describe(struct hold *h, const struct preempt_task *t, const ucontext_t *uc)
{
    h->cpu = t->cpu;
    h->id = t->id;
    h->preemptible = t->preemptible;
    h->disabled = t->disabled;
    h->pc = arch_pc(uc);
    copy_text(h->name, t->name);
    copy_text(h->site, t->site);
    take_frames(h);
    store_release(&h->ready, 1);
}

/* ---- the handler -------------------------------------------------------------------------- */

static enum preempt_verdict may_preempt(struct preempt_slot *slot, bool runs,
                                        const struct preempt_task *t, const ucontext_t *uc)
{
    if (!runs || !t->preemptible)
        return NOT_A_TASK;
    if (t->switches != slot->asked_at)
        return OTHER_TASK;
    return judge(t, uc, &slot->where);
}

/* The verdict goes before the description: who prints that reads both. A report that is asked for
   alone leaves the verdict of the last try. */
static void answer(struct preempt_slot *slot, uint32_t asked, siginfo_t *info, ucontext_t *uc)
{
    struct preempt_task t;
    bool runs = preempt_current(&t);
    enum preempt_verdict verdict = NOT_A_TASK;
    if (asked & ASK_PREEMPT) {
        verdict = may_preempt(slot, runs, &t, uc);
        store_release(&slot->verdict, verdict);
    }
    if (asked & ASK_REPORT && runs && t.switches == slot->asked_at &&
        !load_acquire(&slot->hold.ready))
        describe(&slot->hold, &t, uc);
    if (verdict == PREEMPTED)
        arch_preempt_enter(info, uc, states);
    else if (verdict != NOT_A_TASK && verdict != OTHER_TASK)
        preempt_refuse();
}

/* It was not the watcher's. */
static void pass_on(int sig, siginfo_t *info, void *context)
{
    if (before.sa_flags & SA_SIGINFO)
        before.sa_sigaction(sig, info, context);
    else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN)
        before.sa_handler(sig);
}

static void on_signal(int sig, siginfo_t *info, void *context)
{
    struct preempt_slot *slot = preempt_own;
    int saved = errno;
    uint32_t asked = slot ? exchange_acq_rel(&slot->asked, ASK_NOTHING) : ASK_NOTHING;
    text_set_restorer((uintptr_t)__builtin_return_address(0)); /* all handlers return there */
    if (asked)
        answer(slot, asked, info, context);
    else if (info->si_code != SI_TKILL) /* that one came late */
        pass_on(sig, info, context);
    errno = saved;
}

extern void __tsan_init(void) __attribute__((weak));

/*
 * ThreadSanitizer puts a handler of its own before each one and calls that later, from within some
 * call into the C library, with the registers of then. There is nothing left that could be
 * preempted by then, and what we would lay below that stack pointer lies in frames that are in use.
 * So the kernel is told of ours; where handlers return to stays the C library's.
 */
static int install_directly(int sig)
{
    struct {
        void (*handler)(int sig, siginfo_t *info, void *context);
        unsigned long flags;
        void (*restorer)(void);
        uint64_t mask;
    } act;
    if (syscall(SYS_rt_sigaction, sig, NULL, &act, sizeof act.mask) < 0)
        return -errno;
    act.handler = on_signal;
    return syscall(SYS_rt_sigaction, sig, &act, NULL, sizeof act.mask) < 0 ? -errno : 0;
}

/* Stays for good: a signal that is on its way when the last run ends must find it. */
int preempt_signal_install(int sig)
{
    struct sigaction act = {.sa_sigaction = on_signal,
                            .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART},
                     now;
    int saved = errno, err = 0;
    sigfillset(&act.sa_mask);
    sigdelset(&act.sa_mask, SIGSEGV);
    sigdelset(&act.sa_mask, SIGBUS);
    sigdelset(&act.sa_mask, SIGILL);
    sigdelset(&act.sa_mask, SIGFPE);
    sigdelset(&act.sa_mask, SIGTRAP);
    arch_preempt_init(states);
    if (sigaction(sig, NULL, &now) < 0)
        err = -errno;
    else if (now.sa_flags & SA_SIGINFO && now.sa_sigaction == on_signal)
        err = 0;
    else {
        before = now;
        if (sigaction(sig, &act, NULL) < 0)
            err = -errno;
        else if (__tsan_init)
            err = install_directly(sig);
    }
    errno = saved;
    return err;
}

void preempt_signal_send(const struct preempt_slot *slot, int sig)
{
    syscall(SYS_tgkill, getpid(), slot->tid, sig);
}
