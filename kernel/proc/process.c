/* SPDX-License-Identifier: MIT */
/* The life of processes: birth, fork, exec, exit, wait, kill. process.h draws one. */
#include "proc/process.h"

#include <errno.h>

#include "base/assert.h"
#include "base/atomic.h"
#include "kernel.h"
#include "processor.h"

enum { CHAINS = 256, ARGUMENTS = 1024, ARGUMENTS_COUNT = 16 };
_Static_assert(sizeof(struct process) <= PAGE_SIZE, "a record is alone in its page");

static faden_mutex family;
static struct process *table[CHAINS]; /* those that are alive, by pid */
static int last_pid;
static size_t alive;

/* ---- records ----------------------------------------------------------------------------- */

static void set_name(struct process *p, const char *name)
{
    strncpy(p->name, name, NAME - 1);
}

static struct process *record_new(const char *name)
{
    struct process *p = page_zeroed();
    if (!p)
        return NULL;
    p->self = p;
    set_name(p, name);
    p->space = space_new();
    if (p->space)
        return p;
    pages_free(p, 0);
    return NULL;
}

static void record_delete(struct process *p)
{
    if (p->space)
        memory_delete(p->space);
    p->self = NULL;
    pages_free(p, 0);
}

void process_stand_in(struct process *p)
{
    *p = (struct process){.pid = 0};
}

/* ---- the family; its lock must be held --------------------------------------------------- */

static void adopt(struct process *parent, struct process *p)
{
    p->parent = parent;
    p->older = NULL;
    p->younger = parent->children;
    if (p->younger)
        p->younger->older = p;
    parent->children = p;
}

static void disown(struct process *p)
{
    if (p->older)
        p->older->younger = p->younger;
    else
        p->parent->children = p->younger;
    if (p->younger)
        p->younger->older = p->older;
}

static void enlist(struct process *p)
{
    struct process **chain;
    p->pid = ++last_pid;
    chain = &table[p->pid % CHAINS];
    p->next = *chain;
    *chain = p;
    alive++;
}

static void delist(struct process *p)
{
    struct process **at = &table[p->pid % CHAINS];
    while (*at != p)
        at = &(*at)->next;
    *at = p->next;
    alive--;
}

/* ---- running ----------------------------------------------------------------------------- */

static void close_all(struct process *p)
{
    for (int i = 0; i < FILES; i++)
        if (p->files[i]) {
            file_close(p->files[i]);
            p->files[i] = NULL;
        }
}

/* Its memory goes before its parent hears of its end. */
static void give_memory_back(struct process *p)
{
    pte_t *space = p->space;
    irq_push();
    p->space = NULL;
    space_load(physical(kernel_space));
    irq_pop();
    memory_delete(space);
}

/* Nobody will ask for them: those that ended are gone, the others have no parent any more. */
static void leave_children(struct process *p, struct process **gone)
{
    for (struct process *c = p->children; c; c = c->younger)
        c->parent = NULL;
    p->children = NULL;
    *gone = p->zombies;
    p->zombies = NULL;
}

static void reap(struct process *z)
{
    int err = faden_join(z->task, NULL);
    if (err) /* the caller is being ended: but the zombie is on its last steps */
        faden_detach(z->task);
    else
        record_delete(z);
}

static void end(struct process *p)
{
    struct process *gone, *parent;
    close_all(p);
    give_memory_back(p);
    faden_mutex_lock(&family);
    leave_children(p, &gone);
    delist(p);
    parent = p->parent;
    if (parent) {
        disown(p);
        p->younger = parent->zombies;
        parent->zombies = p;
        faden_sem_post(&parent->ended);
    }
    faden_mutex_unlock(&family);
    while (gone) {
        struct process *next = gone->younger;
        reap(gone);
        gone = next;
    }
    if (!parent) { /* nobody joins it */
        faden_detach(p->task);
        this_processor->process = NULL;
        record_delete(p);
    }
}

static void *process_main(void *arg)
{
    struct process *p = arg;
    irq_disable(); /* since this became RUNNING the timer may have come, for something else */
    processor_timer_until(this_processor, this_processor->slice_end);
    CHECK(this_processor->timer_at <= this_processor->slice_end,
          "process %d begins in user mode, and no timer will end its time slice", p->pid);
    arch_user_run(&p->start, &p->run_sp, &p->trap_top);
    end(p);
    return NULL;
}

void process_exit(struct process *p, int status)
{
    p->status = status;
    arch_user_leave(p->run_sp);
}

/* Its task begins; or there is no memory for it, and nothing has happened. */
static int begin(struct process *parent, struct process *p)
{
    faden_task_attr attr = {.name = p->name, .prefault = true};
    faden_mutex_lock(&family);
    adopt(parent, p);
    enlist(p);
    int pid = p->pid, err = faden_spawn(&p->task, process_main, p, &attr);
    if (err) {
        disown(p);
        delist(p);
    }
    faden_mutex_unlock(&family);
    return err ? err : pid;
}

/* ---- images and arguments ---------------------------------------------------------------- */

/*
 * Lay the arguments at the top of a new stack:
 *     strings | argv[0..n] NULL | sp
 */
static int lay_arguments(pte_t *space, char *const *argv, struct regs *r, uintptr_t entry)
{
    uintptr_t sp = USER_STACK_TOP, pointers[ARGUMENTS_COUNT + 1];
    unsigned n = 0;
    int err = memory_map(space, sp - PAGE_SIZE, sp, SPACE_WRITE);
    for (; !err && argv[n]; n++) {
        size_t size = strlen(argv[n]) + 1;
        if (n == ARGUMENTS_COUNT || USER_STACK_TOP - sp + size > ARGUMENTS)
            return -E2BIG;
        sp -= size;
        pointers[n] = sp;
        err = memory_out(space, sp, argv[n], size);
    }
    pointers[n] = 0;
    sp = (sp - (n + 1) * sizeof *pointers) & ~(uintptr_t)15;
    if (!err)
        err = memory_out(space, sp, pointers, (n + 1) * sizeof *pointers);
    arch_user_regs(r, entry, sp, n, sp);
    return err;
}

static int load(pte_t *space, const char *name, char *const *argv, struct regs *r, uintptr_t *heap)
{
    uintptr_t entry;
    int err = image_load(space, name, &entry, heap);
    return err ? err : lay_arguments(space, argv, r, entry);
}

int process_start(struct process *parent, const char *name, char *const *argv)
{
    struct process *p = record_new(name);
    if (!p)
        return -ENOMEM;
    int err = load(p->space, name, argv, &p->start, &p->heap_begin);
    p->heap_end = p->heap_begin;
    arch_fp_init(&p->fp);
    for (int i = 0; i < 3; i++)
        p->files[i] = file_console();
    if (!err)
        err = begin(parent, p);
    if (err < 0) {
        close_all(p);
        record_delete(p);
    }
    return err;
}

void process_start_failed(const char *name, int err)
{
    if (err == -E2BIG)
        print("%s: too many arguments: %u at most, of %u characters\n", name, ARGUMENTS_COUNT - 1,
              ARGUMENTS);
    else
        print(err == -ENOMEM ? "%s: it cannot be started: no memory\n"
                             : "%s: no such program or command; try help\n",
              name);
}

int process_exec(struct process *p, const char *name, char *const *argv, struct regs *r)
{
    pte_t *space = space_new(), *old = p->space;
    struct regs fresh;
    uintptr_t heap;
    if (!space)
        return -ENOMEM;
    int err = load(space, name, argv, &fresh, &heap);
    if (err) {
        memory_delete(space);
        return err;
    }
    p->heap_begin = p->heap_end = heap;
    p->space = space;
    space_load(physical(space));
    arch_fp_init(&p->fp);
    arch_fp_restore(&p->fp);
    set_name(p, name);
    *r = fresh;
    memory_delete(old);
    return 0;
}

/* ---- fork -------------------------------------------------------------------------------- */

int process_fork(struct process *p, const struct regs *r)
{
    struct process *child = record_new(p->name);
    if (!child)
        return -ENOMEM;
    int err = memory_copy(child->space, p->space);
    child->heap_begin = p->heap_begin;
    child->heap_end = p->heap_end;
    child->start = *r;
    arch_call_result(&child->start, 0);
    arch_fp_save(&child->fp);
    for (int i = 0; i < FILES; i++)
        child->files[i] = p->files[i] ? file_keep(p->files[i]) : NULL;
    if (!err)
        err = begin(p, child);
    if (err < 0) {
        close_all(child);
        record_delete(child);
    }
    return err;
}

/* ---- wait and kill ----------------------------------------------------------------------- */

int process_wait(struct process *parent, int *status)
{
    faden_mutex_lock(&family);
    bool any = parent->children || parent->zombies;
    faden_mutex_unlock(&family);
    if (!any)
        return -ECHILD;
    int err = faden_sem_wait(&parent->ended);
    if (err)
        return err;
    faden_mutex_lock(&family);
    struct process *z = parent->zombies;
    parent->zombies = z->younger;
    faden_mutex_unlock(&family);
    int pid = z->pid;
    *status = z->status;
    reap(z);
    return pid;
}

int process_kill(int pid)
{
    struct process *p;
    int err = -ESRCH;
    faden_mutex_lock(&family);
    for (p = table[(unsigned)pid % CHAINS]; p && p->pid != pid;)
        p = p->next;
    if (p) {
        store_release(&p->killed, 1);
        err = faden_cancel(p->task);
        for (unsigned i = 0; i < processors_count; i++)
            if (processors[i].process == p)
                processor_nudge(i);
    }
    faden_mutex_unlock(&family);
    return err;
}

size_t process_count(void)
{
    return alive;
}

void process_each(void (*look)(void *arg, const struct process *p), void *arg)
{
    faden_mutex_lock(&family);
    for (int i = 0; i < CHAINS; i++)
        for (const struct process *p = table[i]; p; p = p->next)
            look(arg, p);
    faden_mutex_unlock(&family);
}
