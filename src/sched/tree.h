/* SPDX-License-Identifier: MIT */
/* Visiting every task of a run, oldest scope first. */
#ifndef FADEN_SCHED_TREE_H
#define FADEN_SCHED_TREE_H

#include "sched/sched.h"

/* A place in the tree of scopes and tasks; NULL task: the end. The run's cpus hold still. */
faden_task *tree_first(struct runtime *rt);
faden_task *tree_next(struct runtime *rt, faden_task *t);

/* Fill `info`. The run's cpus hold still. */
void task_describe(faden_task *t, faden_task_info *info, bool with_stack);

/* Threads in the pool of faden_blocking, now. */
extern uint32_t faden__pool_threads;

/* The other cpus of the caller's run hold still between these (stop.c). */
void world_stop(struct cpu *cpu);
void world_go_on(struct cpu *cpu);

/* Call fn(rt, arg) on a cpu of `rt`, the caller's run or the oldest, while its tasks hold still. */
int on_cpu_of_caller(void (*fn)(struct runtime *rt, void *arg), void *arg);

/* The table of faden_dump, line by line. */
void tree_dump(struct runtime *rt, void (*line)(const char *text, size_t n, void *arg), void *arg);

#endif
