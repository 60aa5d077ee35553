/* SPDX-License-Identifier: MIT */
/* Visiting every task of a run, oldest scope first. */
#ifndef FADEN_SCHED_TREE_H
#define FADEN_SCHED_TREE_H

#include "sched/sched.h"

/* A place in the tree of scopes and tasks; NULL task: the end. Tree lock held throughout. */
faden_task *tree_first(struct runtime *rt);
faden_task *tree_next(struct runtime *rt, faden_task *t);

/* Fill `info`. In the scheduler context or a task of the task's cpu; tree lock held. */
void task_describe(faden_task *t, faden_task_info *info, bool with_stack);

/* Threads in the pool of faden_blocking, now. */
extern uint32_t faden__pool_threads;

/* Call fn(rt, arg) where the tasks of `rt` hold still: on its cpu. */
int on_cpu_of_caller(void (*fn)(struct runtime *rt, void *arg), void *arg);

/* The table of faden_dump, line by line. */
void tree_dump(struct runtime *rt, void (*line)(const char *text, size_t n, void *arg), void *arg);

#endif
