/* SPDX-License-Identifier: MIT */
/*
 * usage: unloaded OBJECT
 *
 * A task is interrupted when an object has just been unloaded, and a word on its stack still points
 * into that: a word that nothing can be said of any more is no reason to die, nor to be preempted.
 */
#include "test.h"

#include <dlfcn.h>
#include <sys/syscall.h>

#include "platform/linux/preempt.h"
#include "sched/sched.h"

static char *object;
static bool seen;

static void *looks(void *arg)
{
    STORE(seen, true);
    return arg;
}

/* As the watcher does, but now: it would look first which objects there are. */
static enum preempt_verdict interrupt_now(void)
{
    STORE(preempt_own->verdict, NOT_A_TASK);
    preempt_own->asked_at = (size_t)mycpu()->switches;
    __atomic_store_n(&preempt_own->asked, ASK_PREEMPT, __ATOMIC_RELEASE);
    syscall(SYS_tgkill, getpid(), preempt_own->tid, SIGURG);
    return (enum preempt_verdict)LOAD(preempt_own->verdict);
}

/* The watcher has looked for objects and found who runs, as it does when it begins. */
static void await_watcher(void)
{
    while (!LOAD(preempt_own->switches))
        ;
}

static void *unloads(void *arg)
{
    await_watcher();
    for (int i = 0; i < 50; i++) {
        volatile uintptr_t left_over;
        void *o = dlopen(object, RTLD_NOW);
        EXPECT(o, "%s", dlerror());
        left_over = (uintptr_t)dlsym(o, "function_of_object") + 16;
        EQUAL(text_refresh(), 0);
        EQUAL(text_kind_of(left_over), TEXT_FOREIGN);
        EQUAL(dlclose(o), 0);
        faden_task *t = spawn_preemptible(looks, arg);
        STORE(seen, false);
        EXPECT(interrupt_now() != PREEMPTED && !LOAD(seen), "preempted beside an unknown word");
        join(t);
        EXPECT(left_over, "it stays on the stack");
    }
    return arg;
}

static int start(void *arg)
{
    join(spawn_preemptible(unloads, arg));
    return 0;
}

int main(int argc, char **argv)
{
    require_preemption();
    if (syscall(SYS_process_vm_readv, getpid(), NULL, 0UL, NULL, 0UL, 0UL) < 0)
        SKIP("process_vm_readv: %s", strerror(errno));
    EQUAL(argc, 2);
    object = argv[1];
    limit_seconds(60);
    run_as(start, NULL, slices(10 * FADEN_SEC)); /* the watcher looks once only */
    return 0;
}
