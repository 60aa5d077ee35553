/* SPDX-License-Identifier: MIT */
/*
 * Preemption by signal, in four parts: preempt.c watches (a thread of its own), preempt_signal.c
 * is interrupted, preempt_text.c knows whose code lies where, preempt_report.c tells of holds.
 */
#ifndef FADEN_PLATFORM_LINUX_PREEMPT_H
#define FADEN_PLATFORM_LINUX_PREEMPT_H

#include <signal.h>
#include <sys/types.h>

#include "platform/preempter.h"

#pragma GCC visibility push(hidden)

/* ---- whose code lies where (preempt_text.c) ------------------------------------------------ */

enum text_kind {
    TEXT_NONE,    /* no code, as far as is known */
    TEXT_ALLOWED, /* the program's, and what it allowed: may be preempted */
    TEXT_FLOOR,   /* task_entry: a task returns to it only at its end */
    TEXT_FOREIGN, /* anybody else's */
    TEXT_TRAP,    /* the kernel's: a signal handler returns to it */
};
/* Async-signal-safe. */
enum text_kind text_kind_of(uintptr_t address);
/* The same for a word on a stack: TEXT_NONE also if no call can have put it there. */
enum text_kind text_kind_of_word(uintptr_t word);

/* Look which objects the process has now. 0 or -ENOMEM. Not async-signal-safe. */
int text_refresh(void);
/* For a fork: nobody looks between these, nor holds a lock of the dynamic linker for it. */
void text_lock(void);
void text_unlock(void);
/* Can it be told what may be preempted? 0; else -ENOTSUP, and why. */
int text_check(const char **why);
/* take each function of others that may be interrupted (preempt_known.c). */
void text_known(void (*take)(uintptr_t from, uintptr_t to));
/* Where a signal handler of this process returns to. */
void text_set_restorer(uintptr_t restorer);

/* ---- one for each cpu --------------------------------------------------------------------- */

enum preempt_verdict {
    PREEMPTED,
    NOT_A_TASK,
    OTHER_TASK,   /* it has switched since it was asked */
    DISABLED,     /* by faden_preempt_disable, or a lock of faden is held */
    IN_COROUTINE, /* on a stack that is not the task's */
    IN_LIBRARY,   /* at `where`, which is not the program's */
    CALLED_BACK,  /* a function that is not the program's is active: it goes on at `where` */
    TOO_DEEP,     /* its stack is too long to look through */
    NO_ROOM,      /* its stack has no room for the registers */
};

enum preempt_ask { ASK_NOTHING, ASK_PREEMPT = 1, ASK_REPORT = 2 };

enum { HOLD_FRAMES = 24, HOLD_NAME = 64 };

struct hold {
    uint32_t ready; /* 1: filled, to be printed */
    unsigned cpu;
    uint64_t id;
    char name[HOLD_NAME], site[HOLD_NAME];
    bool preemptible, disabled;
    int frames;
    uintptr_t pc, frame[HOLD_FRAMES]; /* frame[0] == pc, if there is a backtrace */
};

struct preempt_slot {
    pid_t tid;
    clockid_t clock; /* its processor time */

    /* asked by the watcher, answered in the handler */
    uint32_t asked;  /* enum preempt_ask */
    size_t asked_at; /* for the task that has the cpu since this switch */
    uint32_t verdict;
    uintptr_t where;
    struct hold hold;

    /* the watcher's own */
    size_t switches;    /* seen last */
    int64_t since;      /* when that was first seen */
    int64_t again_at;   /* not to be asked before */
    int64_t time;       /* processor time, seen last */
    int64_t time_since; /* at `since` */
    int64_t heard;      /* processor time when it had answered what was asked */
    bool reported, warned;
};

/* This thread becomes, or ceases to be, a cpu. */
void preempt_cpu_init(struct preempt_slot *slot);
void preempt_cpu_exit(void);
/* Threads of the preempter's own. */
unsigned preempt_threads(void);
/* fork(2): before; behind, in the parent; behind, in the child. */
void watcher_before_fork(void);
void watcher_after_fork(void);
void watcher_after_fork_in_child(void);

/* ---- the signal --------------------------------------------------------------------------- */

int preempt_signal_install(int sig);
/* Interrupt the cpu: it is to do what slot->asked says. */
void preempt_signal_send(const struct preempt_slot *slot, int sig);
/* Of this thread; NULL: it is no cpu. */
extern _Thread_local struct preempt_slot *preempt_own __attribute__((tls_model("initial-exec")));

void hold_print(const struct preempt_slot *slot, const struct preempt_cpu *seen, int64_t now);
/* The same for one that sleeps in the kernel, and is not woken for it. false: it does not, it waits
   for a processor. */
bool hold_print_blocked(const struct preempt_slot *slot, const struct preempt_cpu *seen,
                        int64_t now);

#pragma GCC visibility pop

#endif
