/* SPDX-License-Identifier: MIT */
/*
 * A cpu: what runs tasks. Its members are its own; another thread touches only what stands under
 * "others".
 *
 * mycpu() is for those who cannot be moved to another cpu meanwhile: within a locked section, or
 * between the entry of a call and its first switch. Who asks which task runs uses mytask().
 */
#ifndef FADEN_SCHED_CPU_H
#define FADEN_SCHED_CPU_H

#include "base/wheel.h"
#include "coro/here.h"
#include "sched/deque.h"
#include "sched/queue.h"
#include "sched/task.h"

#pragma GCC visibility push(hidden) /* no way through the GOT to what is our own */

struct runtime;

enum { CPU_LOOK_EVERY = 64 }; /* dispatches between two looks at timers, inbox and descriptors */

/* Why a yield must take the longer way. */
enum cpu_attention {
    ATTEND_NEW = 1,      /* there are new tasks */
    ATTEND_DISABLED = 2, /* the user has preemption disabled */
    ATTEND_TRACE = 4,    /* somebody traces */
    ATTEND_URGENT = 16,  /* there are urgent tasks */
    ATTEND_SLOT = 32,    /* the slot is taken, or closed */
    ATTEND_RESCHED = 8,  /* who runs has had its slice, but could not be preempted where it was */
};

#define DEPTH_USER 0x10000u /* what faden_preempt_disable adds; locks add 1 */

struct cpu {
    faden_task *current; /* who runs here; &scheduler: looking for work */
    uint32_t depth;      /* preempt depth; others wait for it to be 0 once (lock.h) */
    uint32_t index;
    uint64_t switches;   /* dispatches so far */
    uint64_t look_at;    /* when that many are reached, the scheduler context looks around */
    uint32_t attention;  /* enum cpu_attention: 0 on the shortest way */
    uint32_t look_every; /* dispatches between two looks; 0: the scheduler route */
    bool reuse_stacks;   /* a new task may begin on the stack of one that just ended */
    bool peers;          /* the run has other cpus */
    bool roaming;        /* perhaps some of the ready ones may go to another cpu (share.c) */
    uint32_t quota;      /* new tasks that may begin before it is a ready one's turn */
    uint32_t oldest_in;  /* new tasks that may begin before it is the oldest one's turn */
    struct queue ready;  /* READY, first come, first served */
    struct queue spent;  /* READY, preempted: they run when no others are ready */
    struct fresh fresh;  /* NEW */
    struct queue urgent; /* NEW or READY, and urgent: they go first (next.h) */
    uint32_t urgent_run; /* so many in a row */
    uint32_t slot_run;   /* so many ran from the slot (slot.h) */
    uint64_t handed_at;  /* the dispatch whose task served somebody last */
    uint64_t refused_at; /* ATTEND_RESCHED: the dispatch whose task could not be preempted */
    struct queue kept;   /* NEW, pinned; only where there are other cpus */
    bool kept_next;      /* whose turn it is: one of kept or one that is offered */
    struct platform_cpu platform;

    /* what the outgoing side left for finish_switch, which runs on the incoming one */
    uint32_t *handed_over;    /* a lock to open */
    struct stack *dead_stack; /* of a task that is done */
    faden_task *left;         /* a movable one: loose from now on; a lock is handed over, too */
    uint32_t no_lock;         /* for want of another one */

    faden_task *records; /* free ones, by next */
    uint32_t records_count;
    uint32_t rank;              /* which of the run's cpus it is */
    uint64_t next_id, last_id;  /* numbers for tasks born here */
    uint64_t spawned, finished; /* here, since the run began */
    struct stack_cache stacks;
    struct queue stack_wait; /* NEW ones for which there was no stack */
    struct wheel timers;
    uint32_t since;   /* the clock at the last look, ms of the run */
    uint32_t outside; /* waits that something outside ends: descriptors, the pool */
    uint64_t idles;
    uint32_t wake_cost; /* ns from a kick to being awake, smoothed; 0: not measured yet (spin.c) */
    bool expects;       /* work came soon the last time */
    uint8_t missed;     /* how often in a row it looked out in vain */
    uint8_t pause;      /* so many times it does not look out, whatever it expects */
    int64_t spent_at;        /* when one of spent has its turn whoever else is ready; 0: not set */
    int64_t trim_at;         /* when to trim the stacks next */
    int64_t stack_retry_at;  /* when to ask again for a stack for one in stack_wait */
    const char *disabled_at; /* where the user disabled preemption */
    faden_task scheduler; /* the scheduler context */
    faden_task ending;    /* the current one when that has ended and is about to leave its stack */
    uint32_t victim;      /* whom it tries to steal from next, by rank */
    uint64_t stolen;      /* tasks that it took from others */
    struct cpu *place_to; /* where the next place_left new tasks go (steal.c) */
    uint32_t place_left, place_in;
    int64_t hoping_since; /* that another thread ends a wait; 0: nobody has to */
    uint64_t hoping_at;   /* dispatches until then: when there are more, it has */
    uint32_t hope;        /* odd: nothing that it knows of will end a wait; others look (hope.h) */
    uint32_t wants_stack; /* when it gave up hope, a task waited for a stack; others look */
    uint32_t begun;       /* 1: all the world's part of it is there; others look */

    /* others */
    uint32_t started; /* tasks that began here and have not ended; others look */
    uint32_t waiting; /* new ones, when it last told */
    uint32_t coming;  /* new ones that others have sent, and that it has not taken yet; and those
                         that came by a wake, less those that left so */
    _Alignas(64) faden_scope root;  /* the part of the root scope for tasks born here */
    bool holds;                     /* the run goes on because of it; guarded by root.lock */
    _Alignas(64) faden_task *inbox; /* tasks woken or spawned from elsewhere, newest first */
    struct runtime *runtime;        /* never changes; who pushes reads it */
    uint32_t sleeping;              /* enum cpu_sleep */
    uint32_t kicked_at;             /* the clock, ns, when somebody last did: its low half */
    uint32_t guests;                /* threads that use this record now: it stays until they left */
    uint32_t noted;                 /* 1: the note is in the inbox */
    uint32_t holds_for;             /* which value of the run's `stop` it saw last (stop.c) */
    faden_task note;                /* TASK_NOTE */
    faden_scope *visits;            /* scopes that have ended, by visit_next (domain.h) */
    struct deque offers;            /* new tasks that others may steal */
};

enum cpu_sleep {
    CPU_AWAKE,
    CPU_ASLEEP,   /* whoever puts something into its inbox must kick it */
    CPU_SUMMONED, /* asleep, and kicked to look for something to steal */
};

/* Where cpu records are found by index; entries stay while in use. */
#ifndef CPUS_MAX
#define CPUS_MAX 1024
#endif
extern struct cpu *faden__cpus[CPUS_MAX];
extern uint32_t faden__cpus_visitors; /* who goes through them; until it is 0, no record ends */

static inline struct cpu *mycpu(void)
{
    return faden__here.cpu;
}

static inline faden_task *mytask(void)
{
    struct cpu *cpu = faden__here.cpu;
    return cpu && cpu->current != &cpu->scheduler ? cpu->current : NULL;
}

#pragma GCC visibility pop

#endif
