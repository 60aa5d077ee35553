/* SPDX-License-Identifier: MIT */
/*
 * Processes. A process is a task whose function goes to user mode; its kernel stack is the task's
 * stack, and each trap from user mode begins at the same place on it:
 *
 *      top of the task's stack
 *        process_main
 *        arch_user_run            kept until the process ends: arch_user_leave comes back to it
 *      trap_top ->
 *        struct regs              of user mode, laid here by each trap
 *        trap, a system call, …   empty while it runs in user mode
 *
 * Invariants (asserted in switch.c)
 *  1. A processor's page table register is that of a process only while that process is RUNNING
 *     there: it is loaded when the task becomes RUNNING, in the scheduler context, and the kernel's
 *     when it stops being so.
 *  2. No processor is on the stack of a process that is not RUNNING.
 *  3. The floating-point registers are those of the process while it is RUNNING; the kernel does
 *     not use them.
 *
 * The family lock guards parent, children, zombies, the table, and who is alive.
 */
#ifndef KERNEL_PROC_PROCESS_H
#define KERNEL_PROC_PROCESS_H

#include <faden/faden.h>

#include "arch.h"
#include "user/calls.h"

enum { FILES = 16, NAME = 24 };

struct file;

struct process {
    struct process *self; /* this one; see process_of */
    int pid;
    char name[NAME]; /* the task's, too */
    faden_task *task;

    /* its own while it is alive */
    pte_t *space;
    uintptr_t heap_begin, heap_end;
    struct file *files[FILES];
    struct regs start; /* what its task begins user mode with */
    void *run_sp;      /* where arch_user_leave goes */
    uintptr_t trap_top;
    struct user_fp fp;
    uint32_t killed;    /* set by others: it ends on its way back to user mode */
    int status;         /* once it is a zombie */
    uint32_t ticks;     /* how often its time slice was over */
    unsigned processor; /* where it runs, or did last */

    /* the family lock */
    struct process *parent;          /* NULL: nobody will ask for its status */
    struct process *older, *younger; /* siblings */
    struct process *children, *zombies;
    struct process *next; /* in its chain of the table */
    faden_sem ended;      /* how many zombies it has */
};

/* ---- process.c ----------------------------------------------------------------------------- */

/* The one that runs on the calling processor, or NULL. */
struct process *process_self(void);

/* Start image `name` with these arguments (NULL-terminated) as a child of `parent`, which may be a
   stand-in that is no process. Gives its pid, or -ENOENT, -ENOMEM. */
int process_start(struct process *parent, const char *name, char *const *argv);
void process_start_failed(const char *name, int err); /* says why */
int process_fork(struct process *p, const struct regs *r);
/* Replace what it runs. On success *r is where it begins. */
int process_exec(struct process *p, const char *name, char *const *argv, struct regs *r);
/* End the calling process. Does not return. */
__attribute__((noreturn)) void process_exit(struct process *p, int status);
/* Wait for a child to end; gives its pid, or -ECHILD, -ECANCELED. */
int process_wait(struct process *parent, int *status);
int process_kill(int pid);
/* A stand-in for a parent that is a task of the kernel. */
void process_stand_in(struct process *p);
size_t process_count(void);
/* Calls look(arg, p) for each process, family lock held. */
void process_each(void (*look)(void *arg, const struct process *p), void *arg);

/* ---- switch.c ------------------------------------------------------------------------------ */

/* Set before faden_run: address spaces follow the tasks. */
void process_trace_begin(void);
size_t process_overlaps(void); /* how often one became RUNNING while another one was */

/* ---- memory.c ------------------------------------------------------------------------------ */

int memory_map(pte_t *space, uintptr_t from, uintptr_t to, unsigned access);
int memory_share(pte_t *space, uintptr_t at, const void *image, size_t size, unsigned access);
void memory_unmap(pte_t *space, uintptr_t from, uintptr_t to);
int memory_copy(pte_t *to, pte_t *from);
void memory_delete(pte_t *space);
/* Copy between the kernel and a process; 0 or -EFAULT, -ENOMEM. */
int memory_in(struct process *p, void *to, uintptr_t from, size_t n);
int memory_out(pte_t *space, uintptr_t to, const void *from, size_t n);
/* A string of less than `size` bytes; its length, -EFAULT or -E2BIG. */
int memory_string(struct process *p, char *to, uintptr_t from, size_t size);
/* The process touched `at`: give it a page if that is part of its stack. */
bool memory_touch(struct process *p, uintptr_t at);

/* ---- file.c -------------------------------------------------------------------------------- */

struct file *file_console(void);
struct file *file_keep(struct file *f);
void file_close(struct file *f);
int file_pipe(struct file *ends[2]);
/* In pieces of what fits: bytes moved, or an error. */
intptr_t file_read(struct process *p, struct file *f, uintptr_t to, size_t n);
intptr_t file_write(struct process *p, struct file *f, uintptr_t from, size_t n);

/* ---- image.c ------------------------------------------------------------------------------- */

/* Fill the new space with image `name`; *entry, *heap. 0, -ENOENT, -ENOMEM, -ENOEXEC. */
int image_load(pte_t *space, const char *name, uintptr_t *entry, uintptr_t *heap);
struct image {
    const char *name;
    const char *begin, *end;
};
extern const struct image images[]; /* ends with a NULL name */

#endif
