/* SPDX-License-Identifier: MIT */
/*
 * faden/runtime.h: configuration, blocking calls, and looking inside.
 *
 *      faden_config config = {.stack_size = 64 << 10};
 *      int err = faden_run(start, NULL, &config, NULL);
 */
#ifndef FADEN_RUNTIME_H
#define FADEN_RUNTIME_H

#include <faden/task.h>

FADEN_BEGIN

typedef enum faden_route {
    FADEN_ROUTE_DIRECT,    /* task to task; through the scheduler context only to wait */
    FADEN_ROUTE_SCHEDULER, /* task to scheduler context to task, always, as xv6 does */
} faden_route;

/* All zero is the default. */
struct faden_config {
    unsigned cpus;             /* kernel threads that run tasks. 0: one for each processor that the
                                  caller may use. At most 1024 in all runs, then -EAGAIN */
    size_t stack_size;         /* bytes a task can use. 0: 192 KiB. At most 1 GiB */
    faden_route route;         /* FADEN_ROUTE_DIRECT */
    unsigned blocking_threads; /* at most, for faden_blocking. 0: 16. At most 1024 */
    int64_t time_slice;        /* ns a preemptible task may run while others are ready; it may be
                                  twice as many. 0: 10 ms. At least 100 us */
    int64_t hold_limit;        /* ns; whoever holds a cpu longer, preemptible or not, is reported on
                                  the error stream: who, since when, where. 0: nobody is */
    int preempt_signal;        /* Linux: the signal that interrupts tasks. 0: SIGURG */
    bool stack_high_water;     /* measure each task's stack from zero (costs ~1 us a task) */
    /* Called instead of abort() when nothing can go on any more; `report` is the text that was
       printed. All waits that can fail end with -EDEADLK once it returns. NULL: abort(). */
    void (*on_deadlock)(const char *report);
};

/*
 * Run fn(arg) on a thread of a bounded pool, so that the other tasks go on while it blocks; gives
 * what it returns in *result (may be NULL). Gives 0; -ECANCELED or -ETIMEDOUT if it had not begun
 * when the caller was ended (once begun it is waited for: its data may lie in the caller's frame);
 * -EAGAIN if no thread could be made and none exists. fn sees the caller's errno and leaves its
 * own. It must not call what only tasks may call. Waits. Tasks; a plain thread just calls fn.
 */
FADEN_API FADEN_CHECK int faden_blocking(void *(*fn)(void *arg), void *arg, void **result);

/* ---- looking inside --------------------------------------------------------------------- */

typedef enum faden_task_state {
    FADEN_TASK_NEW,
    FADEN_TASK_READY,
    FADEN_TASK_RUNNING,
    FADEN_TASK_PARKED,
    FADEN_TASK_DONE,
} faden_task_state;

typedef struct faden_stats {
    uint64_t tasks[5];         /* alive now, by faden_task_state (DONE: not yet joined) */
    uint64_t spawned;          /* since the run began */
    uint64_t finished;         /* likewise */
    uint64_t switches;         /* hand-overs of the processor */
    uint64_t idles;            /* times a cpu went to sleep */
    uint64_t stolen;           /* new tasks that a cpu took from another one */
    uint64_t timers;           /* armed now */
    uint64_t stacks;           /* in use */
    uint64_t stacks_cached;    /* kept for the next task, with their memory */
    uint64_t blocking_threads; /* of the pool, now */
    int64_t uptime;            /* ns */
    uint64_t cpus;             /* of the run */
} faden_stats;

/* Of the run that the caller belongs to; a plain thread gets the oldest one. Gives 0, or -ESRCH
   when nothing runs. */
FADEN_API int faden_stats_get(faden_stats *stats);

typedef struct faden_task_info {
    uint64_t id;
    const char *name;   /* or NULL */
    const char *site;   /* "file:line" where it was spawned */
    const char *reason; /* what it waits for when PARKED, else NULL */
    const void *object; /* the mutex, channel, … it waits for, or NULL */
    uint64_t waits_for; /* the id of the task that can end the wait, where that is known, else 0 */
    faden_task_state state;
    int64_t since;     /* when it was born, last began to wait, or was last woken; the clock is read
                          once in some dispatches, so this may be early by the time those take */
    size_t stack_size; /* bytes it can use; 0 before its first dispatch */
    size_t stack_high_water; /* bytes ever used on this stack (by earlier tasks too, unless
                                config.stack_high_water) */
} faden_task_info;

/*
 * Fill `info` with up to `n` tasks, oldest first; gives how many there are in all, or -ESRCH. The
 * strings live as long as the tasks. with_stacks: fill stack_high_water (a system call per task).
 */
FADEN_API int64_t faden_tasks(faden_task_info *info, size_t n, bool with_stacks);

/* Write a table of all tasks to descriptor `fd`: state, name, where spawned, what each waits for
   and since when, stack use. Gives 0 or a negative errno value. Tasks and plain threads. */
FADEN_API int faden_dump(int fd);

/*
 * Every change of a task's state is handed to `fn` (NULL: off). It runs inside the scheduler: it
 * must not call faden functions other than faden_now(), and be quick. Set it before faden_run.
 */
typedef struct faden_trace_event {
    uint64_t task;
    const char *name;
    faden_task_state from, to;
    const char *reason; /* when to is PARKED */
} faden_trace_event;
FADEN_API void faden_trace_set(void (*fn)(const faden_trace_event *event, void *arg), void *arg);

FADEN_END

#endif
