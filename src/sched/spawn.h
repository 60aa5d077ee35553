/* SPDX-License-Identifier: MIT */
/* Birth and end of tasks, for the files of this folder. */
#ifndef FADEN_SCHED_SPAWN_H
#define FADEN_SCHED_SPAWN_H

#include "sched/sched.h"

/* Release the records of the tasks in `s`, all of which are done. Tree lock held. */
void scope_release_done(faden_scope *s);

/* A task that can get no stack ends without having run: joining it gives -ENOMEM. */
void task_unrun(struct cpu *cpu, faden_task *t);

#endif
