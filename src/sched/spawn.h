/* SPDX-License-Identifier: MIT */
/* Birth and end of tasks, for the files of this folder. */
#ifndef FADEN_SCHED_SPAWN_H
#define FADEN_SCHED_SPAWN_H

#include "sched/sched.h"

/* The joiner of a detached task. */
extern struct faden__wait faden__nobody __attribute__((visibility("hidden")));

/* Release the records of the tasks in `s`, all of which are done. `cpu` is the caller's. */
void scope_release_done(struct cpu *cpu, faden_scope *s);

/* No task of `s` is left: the wait of who closes it, to be woken when the scope's lock, which is
   held, is open; or NULL. */
struct faden__wait *scope_emptied(faden_scope *s);

/* `part` of the root scope is empty: its cpu looks whether it still holds the run (idle.c). `cpu`
   is the caller's. */
void part_emptied(const struct cpu *cpu, faden_scope *part);

/* A task that can get no stack ends without having run: joining it gives -ENOMEM. */
void task_unrun(struct cpu *cpu, faden_task *t);

#endif
