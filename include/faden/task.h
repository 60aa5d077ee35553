/* SPDX-License-Identifier: MIT */
/*
 * faden/task.h: tasks, scopes, timeouts, cancellation.
 *
 *      static void *hello(void *arg)
 *      {
 *          printf("hello %s\n", (const char *)arg);
 *          return NULL;
 *      }
 *
 *      static int start(void *arg)
 *      {
 *          faden_scope s;
 *          faden_scope_open(&s);
 *          faden_scope_spawn(&s, NULL, hello, "Ada", NULL);
 *          faden_scope_spawn(&s, NULL, hello, "Grace", NULL);
 *          return faden_scope_close(&s);           // waits for both
 *      }
 *
 *      int main(void)
 *      {
 *          int result;
 *          int err = faden_run(start, NULL, NULL, &result);
 *          return err < 0 || result < 0;
 *      }
 *
 * A task is a coroutine that the scheduler hands the processor to. It runs until it waits (for a
 * lock, a channel, a descriptor, a time), yields, or returns. Its record is small; its stack is
 * given when it first runs.
 *
 *      spawn        dispatch            park
 *      ----> NEW ------------> RUNNING ------> PARKED
 *                     +------>  |  |             |
 *            dispatch |         |  | return      | wake
 *                     |  yield  |  v             |
 *                     +- READY <+ DONE           |
 *                          ^---------------------+
 *
 * Calls that can wait are marked "waits". They are cancellation points unless they say so:
 * when the task, a scope around it or a timeout around it has ended, they return -ECANCELED or
 * -ETIMEDOUT without having done their work, each time they are called, until the end of what
 * ended. The outermost one that ended decides the code.
 *
 * Who may call. "Tasks" means within faden_run; a coroutine in a task counts as the task. Plain
 * threads may call what says so while some faden_run is going on.
 */
#ifndef FADEN_TASK_H
#define FADEN_TASK_H

#include <faden/coro.h>

FADEN_BEGIN

typedef struct faden_task faden_task;
typedef struct faden_config faden_config; /* runtime.h */

/* ---- running ---------------------------------------------------------------------------- */

/*
 * Run main(arg) as a task, with all it spawns, on the calling thread; return when main and every
 * task in the root scope have returned. NULL config: the defaults of runtime.h. Gives 0, and
 * main's result in *result (may be NULL); or a negative errno value without having called main:
 * -ENOMEM, -EMFILE, -ENFILE, -EAGAIN (no more threads, or 1024 cpus in all), -EINVAL (a config
 * value out of range), -EBUSY (the thread runs one already); with config.hold_limit also what
 * faden_spawn gives for a preemptible task.
 * When main returns, the other tasks are waited for, not cancelled;
 * faden_scope_cancel(faden_root()) ends them.
 */
FADEN_API FADEN_CHECK int faden_run(int (*main)(void *arg), void *arg, const faden_config *config,
                                    int *result);

/*
 * It may be called again and again, from any thread that is not within one, and from several at
 * once, each with tasks of its own; also after a failure, in an exit handler, or in the child of a
 * fork.
 *
 * fork(2). Called by a plain thread: in the child nothing runs, and a new faden_run may begin. By a
 * task of a run with one cpu: the child has copies of all its tasks, and goes on with them; threads
 * and other runs are gone. By a task of a run with several cpus: the others are gone, so the child
 * may do what does not wait, _exit, exit, and exec; what would wait or yield panics, and so does
 * the task when it returns. In each case the child must not use objects that a thread or a run
 * which is gone was using: their locks and waiters are as they were.
 *
 * exit(3) and the return of the program's main end everything at once, tasks as threads; exit
 * handlers run meanwhile beside them. A thread must not end within faden_run (pthread_exit in a
 * task): that panics.
 */

/* ---- tasks ------------------------------------------------------------------------------ */

typedef struct faden_task_attr {
    const char *name;  /* for reports; not copied, must outlive the task. NULL: none */
    size_t stack_size; /* bytes wanted. 0: the config's */
    bool prefault;     /* take the stack now (and fail now), not at the first dispatch */
    bool detached;     /* nobody will join it; `task` must be NULL */
    bool preemptible;  /* the processor may be taken from it at any instruction: see below */
    bool urgent;       /* it goes before those that are not: see below */
    bool movable;      /* it may go on on another cpu after a wait: see below */
    unsigned cpu;      /* the cpu of the run that it is pinned to, from 1: it begins and stays
                          there. 0: any, where there is room; it stays where it began */
} faden_task_attr;

/*
 * Make a task that calls fn(arg), in the root scope. *task (may be NULL: then it is detached) is
 * for faden_join or faden_detach, one of which must follow, else it is released when the scope
 * closes. It inherits no timeout. The floating-point control state is the creator's. NULL attr:
 * the defaults. Does not wait. Tasks and plain threads.
 * Gives 0, -ENOMEM, -EINVAL (stack_size too large, no such cpu, a cpu and movable, or detached with
 * a place for the task), -ECANCELED or -ETIMEDOUT if the scope or what is around it has ended,
 * -ESRCH from a plain thread while nothing runs. A task that gets no stack when it should first run
 * finishes unrun; joining it gives -ENOMEM.
 */
#define faden_spawn(task, fn, arg, attr) faden_spawn_at((task), (fn), (arg), (attr), FADEN__HERE)
FADEN_API FADEN_CHECK int faden_spawn_at(faden_task **task, void *(*fn)(void *arg), void *arg,
                                         const faden_task_attr *attr, const char *site);

/* faden_spawn(NULL, fn, arg, NULL): nobody joins it. */
#define faden_go(fn, arg) faden_spawn_at(NULL, (fn), (arg), NULL, FADEN__HERE)

/*
 * Wait for the end of `task`, put what its function returned in *result (may be NULL) and release
 * the task. Waits. Gives 0; -ENOMEM if it finished unrun; -EDEADLK for oneself; -ECANCELED or
 * -ETIMEDOUT if the caller was ended while it waited: the task stays joinable. A task is joined
 * once. Tasks and plain threads. A task that is done is joined even by a cancelled caller. With the
 * run, or the task's scope, the handle ends too, joined or not.
 */
FADEN_API FADEN_CHECK int faden_join(faden_task *task, void **result);

/* Give up the right to join: the task is released when it ends. Gives 0. Does not wait. Tasks and
   plain threads. */
FADEN_API int faden_detach(faden_task *task);

/*
 * End `task`: from now on its waits return -ECANCELED, and those of the tasks in scopes it opened.
 * It goes on running; it is up to its code to return. Cancelling twice, or a task that is done but
 * not joined, changes nothing. Gives 0. Does not wait. Tasks and plain threads.
 */
FADEN_API int faden_cancel(faden_task *task);

/* 0, or the code (-ECANCELED, -ETIMEDOUT) that the next wait of the caller would return: for loops
   that compute and never wait. Tasks. */
FADEN_API int faden_cancelled(void);

/* The calling task; NULL in a plain thread. Any time, anywhere. */
FADEN_API faden_task *faden_self(void);

/* The number of the cpu that the calling task is on, from 1; 0 in a plain thread. Any time,
   anywhere. */
FADEN_API unsigned faden_cpu(void);

/* The name of a task (NULL: the caller), or NULL if it has none. Anyone, like faden_task_id. */
FADEN_API const char *faden_task_name(const faden_task *task);
/* Name the calling task; `name` is not copied. */
FADEN_API void faden_task_set_name(const char *name);
/* A number that no other task of this run has, from 1. */
FADEN_API uint64_t faden_task_id(const faden_task *task);

FADEN_API extern struct faden__switch_ops faden__yield_ops; /* private: src/sched/sched.c */

/* Let others run: to the end of the ready queue. No cancellation point. A plain thread may call
   it, to no effect. Panics while the caller has preemption disabled. */
__attribute__((always_inline)) static inline void faden_yield(void)
{
    faden__arch_switch_call(&faden__yield_ops, NULL, NULL);
}

/*
 * Preemption. A task spawned with attr.preemptible may lose the processor at any instruction of the
 * program's own code when it has run for a time slice (config.time_slice), as at a faden_yield that
 * it did not write. It stays on its cpu. It is not preempted within library code (libc, faden,
 * any other object), nor while such a function calls back (qsort), nor in a coroutine. What it
 * shares with other tasks it must protect: with a faden_mutex, or by faden_preempt_disable. While
 * it holds a lock that faden does not know, a pthread mutex for instance, preemption must be
 * disabled: another task on the same cpu that wants the lock would block the thread of both.
 * faden_spawn gives -ENOTSUP where there is no preemption: on processors other than x86-64 and
 * aarch64, and where libc is linked statically, but see faden_preempt_allow_range. -EBUSY: another
 * run uses another signal; -EAGAIN: no thread could be made.
 */

/*
 * Between these the task is not preempted, and must not wait or yield (that panics, naming where
 * preemption was disabled); try_ calls are allowed. They nest. Tasks.
 */
#define faden_preempt_disable() faden_preempt_disable_at(FADEN__HERE)
FADEN_API void faden_preempt_disable_at(const char *site);
FADEN_API void faden_preempt_enable(void);

/*
 * Count the code of the object (shared library) that `address` lies in as the program's: its
 * functions can be preempted. Right for objects that hold no locks and keep nothing per thread:
 * those that compute, as libm. Gives 0 or -ENOMEM, -ENOTSUP. Does not wait. Anyone, any time.
 */
FADEN_API FADEN_CHECK int faden_preempt_allow(const void *address);
/* The same for the code in [from, to): code made at run time, or the program's own part where libc
   is linked statically, for which there is no preemption else. -EINVAL: from >= to. */
FADEN_API FADEN_CHECK int faden_preempt_allow_range(const void *from, const void *to);

/*
 * Movable tasks. A task stays on the cpu where it began, since compilers keep addresses of what is
 * thread-local (errno, thread_local variables) across calls. One spawned with attr.movable goes on,
 * after a wait for a lock, a channel, a task, on the cpu of the task that woke it: those that talk
 * to each other come together. Where several are ready, some go on on a cpu that has nothing to
 * do. Not after a sleep or a wait for a descriptor, nor while it has a scope or a timeout open, or
 * is in a coroutine; it does not move when it yields or is preempted.
 * It must not use thread-local variables, errno included, across a call that waits.
 */

/*
 * Urgent tasks. On each cpu those spawned with attr.urgent begin and go on before the others that
 * are ready or new; but after eight dispatches of urgent ones one of the others has its turn, so
 * none waits for ever. An urgent task does not interrupt one that runs. When it is preempted, it
 * queues with the other preempted ones. Who holds a mutex that an urgent task waits for does not
 * become urgent by that.
 */

/* ---- scopes ----------------------------------------------------------------------------- */

/* Private: what can end, linked inside out. */
struct faden__domain {
    struct faden__domain *outer; /* the next one out; NULL above the root scope */
    faden_task *owner;           /* who opened it */
    const char *site;            /* "file:line" where it was opened */
    int ended;                   /* 0, or the code */
    uint32_t kind;
    uint32_t decided; /* 1: a wait returned because of this one */
};

/* A scope: a place in the caller's frame that tasks belong to. The members are private. */
typedef struct faden_scope {
    struct faden__domain domain;
    uint32_t lock;
    int error;                  /* the first one */
    faden_task *first, *last;   /* tasks in it, oldest first */
    size_t live;                /* those not DONE, and 1 while the news of its end goes round */
    struct faden__wait *closer; /* waits in faden_scope_close */
    /* for its end, see src/sched/domain.h */
    struct faden_scope *worklist, *visit_next;
    uint32_t visiting, again, origin;
} faden_scope;

/*
 * Open a scope in the calling task: `s` lies in its frame, or anywhere that outlives the close.
 * Scopes and timeouts nest and close in reverse order; a task that returns with one open panics
 * with the place where it was opened. Gives 0. Does not wait. Tasks.
 */
#define faden_scope_open(s) faden_scope_open_at((s), FADEN__HERE)
FADEN_API int faden_scope_open_at(faden_scope *s, const char *site);

/* faden_spawn into `s`: the task inherits s and what was around s when it was opened. Any task, and
   any plain thread, may spawn into an open scope that it can name. */
#define faden_scope_spawn(s, task, fn, arg, attr) \
    faden_scope_spawn_at((s), (task), (fn), (arg), (attr), FADEN__HERE)
FADEN_API FADEN_CHECK int faden_scope_spawn_at(faden_scope *s, faden_task **task,
                                               void *(*fn)(void *), void *arg,
                                               const faden_task_attr *attr, const char *site);

/* End all tasks in `s`, and the waits of the opener while it is open (see faden_cancel). Gives 0.
   Does not wait. Tasks and plain threads. */
FADEN_API int faden_scope_cancel(faden_scope *s);

/* Record `error` (a negative errno value) as the scope's, if it is the first, and cancel it: how a
   task makes its siblings stop. Gives 0, or -EINVAL if error >= 0. Tasks and plain threads. */
FADEN_API int faden_scope_fail(faden_scope *s, int error);

/*
 * Wait until every task in `s` is done, release those not joined, close. Always waits for all: no
 * cancellation point. Gives the first error: that of faden_scope_fail, -ENOMEM of a task that
 * finished unrun; else -ECANCELED if the scope itself was cancelled; else 0. The opener only.
 */
FADEN_API int faden_scope_close(faden_scope *s);

/* The scope that faden_spawn spawns into. Tasks; NULL elsewhere. */
FADEN_API faden_scope *faden_root(void);

/* ---- timeouts and shields --------------------------------------------------------------- */

/* Private: an entry among a cpu's timers. */
struct faden__timer {
    int64_t when;
    union {
        struct faden__timer *child;
        struct faden__timer_entry *entry;
    };
    struct faden__timer *next, *prev;
    void (*fire)(struct faden__timer *timer);
    void *heap; /* what it is in; NULL: it is not armed */
};

/* A timeout: a place in the caller's frame. The members are private. */
typedef struct faden_timeout {
    struct faden__domain domain;
    struct faden__timer timer;
} faden_timeout;

/*
 * From now until faden_timeout_end, the waits of the caller, and of tasks in scopes it opens
 * meanwhile, return -ETIMEDOUT once `ns` nanoseconds have passed (ns <= 0: at once). Gives 0.
 * faden_timeout_end gives -ETIMEDOUT if this timeout ended something, that is, if a wait returned
 * because of it, or faden_cancelled told of it; else 0. Neither waits. Tasks.
 */
#define faden_timeout_begin(t, ns) faden_timeout_begin_at((t), (ns), FADEN__HERE)
FADEN_API int faden_timeout_begin_at(faden_timeout *t, int64_t ns, const char *site);
FADEN_API int faden_timeout_end(faden_timeout *t);

/* A shield: a place in the caller's frame. The members are private. */
typedef struct faden_shield {
    struct faden__domain domain;
} faden_shield;

/*
 * Between these, what was around the shield does not end the caller's waits: for clean-up that
 * must wait. Timeouts within it do. Tasks.
 */
#define faden_shield_begin(s) faden_shield_begin_at((s), FADEN__HERE)
FADEN_API void faden_shield_begin_at(faden_shield *s, const char *site);
FADEN_API void faden_shield_end(faden_shield *s);

/* ---- task-local values ------------------------------------------------------------------ */

typedef uint32_t faden_key;

/*
 * As pthread_key_create: a key under which each task keeps one value, NULL at first. When a task
 * returns, destroy(value) is called in it for each value that is not NULL; it may wait. Keys are
 * not inherited. Gives 0 or -EAGAIN (FADEN_KEYS_MAX are in use). Anyone.
 */
#define FADEN_KEYS_MAX 128
FADEN_API FADEN_CHECK int faden_key_create(faden_key *key, void (*destroy)(void *value));
/* The values are forgotten, not destroyed. Gives 0 or -EINVAL. */
FADEN_API int faden_key_delete(faden_key key);
/* The calling task's value; NULL if it has none. Tasks. */
FADEN_API void *faden_key_get(faden_key key);
/* Gives 0, -ENOMEM, or -EINVAL (no such key). Tasks. */
FADEN_API FADEN_CHECK int faden_key_set(faden_key key, void *value);

FADEN_END

#endif
