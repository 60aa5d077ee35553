/* SPDX-License-Identifier: MIT */
/*
 * What a debugger must know of the scheduler to list tasks and to unwind them: places and offsets,
 * by name, in the program itself. tools/gdb/faden-gdb.py reads this and nothing else of ours, so it
 * works without the library's debug information, on core files, and on a foreign processor.
 * Included once, by run.c: so it is in every program that has tasks.
 */
#ifndef FADEN_SCHED_DEBUG_H
#define FADEN_SCHED_DEBUG_H

#include "sched/domain.h"
#include "sched/sched.h"
#include "stack/pool.h"

struct faden__debug {
    char name[24];
    uintptr_t value;
};

#define DEBUG_FIELD(name, type, member) \
    {                                   \
        name, offsetof(type, member)    \
    }

FADEN_API extern const struct faden__debug faden__debug[];
__attribute__((used, retain)) const struct faden__debug faden__debug[] = {
    {"pool.classes", (uintptr_t)faden__stack_pool.classes},
    {"pool.count", STACK_CLASSES},
    {"class.size", sizeof(struct stack_class)},
    DEBUG_FIELD("class.newest", struct stack_class, newest),
    DEBUG_FIELD("chunk.next", struct chunk, next),
    DEBUG_FIELD("chunk.given", struct chunk, given),
    DEBUG_FIELD("chunk.records", struct chunk, records),
    {"stack.size", sizeof(struct stack)},
    DEBUG_FIELD("stack.top", struct stack, top),
    DEBUG_FIELD("stack.owner", struct stack, owner),
    DEBUG_FIELD("stack.shift", struct stack, shift),
    DEBUG_FIELD("stack.use", struct stack, use),
    {"use.task", STACK_TASK},

    {"cpus", (uintptr_t)faden__cpus},
    {"cpus.max", CPUS_MAX},
    DEBUG_FIELD("cpu.root", struct cpu, root),
    DEBUG_FIELD("cpu.runtime", struct cpu, runtime),
    DEBUG_FIELD("cpu.root", struct cpu, root),
    DEBUG_FIELD("runtime.root", struct runtime, root),

    DEBUG_FIELD("task.sp", faden_task, sp),
    DEBUG_FIELD("task.stack", faden_task, stack),
    DEBUG_FIELD("task.state", faden_task, state),
    DEBUG_FIELD("task.wait", faden_task, wait),
    DEBUG_FIELD("task.younger", faden_task, younger),
    DEBUG_FIELD("task.domain", faden_task, domain),
    DEBUG_FIELD("task.name", faden_task, name),
    DEBUG_FIELD("task.site", faden_task, site),
    DEBUG_FIELD("task.id", faden_task, id),
    DEBUG_FIELD("domain.outer", struct faden__domain, outer),
    DEBUG_FIELD("domain.owner", struct faden__domain, owner),
    DEBUG_FIELD("domain.kind", struct faden__domain, kind),
    {"kind.scope", DOMAIN_SCOPE},
    DEBUG_FIELD("scope.first", faden_scope, first),
    DEBUG_FIELD("wait.reason", struct faden__wait, reason),
    DEBUG_FIELD("wait.object", struct faden__wait, object),
    DEBUG_FIELD("reason.text", struct reason, text),
    {"", 0},
};

#endif
