/* SPDX-License-Identifier: MIT */
/*
 * Another thread begins a run, or fails to, while there is a watcher: that looks at no cpu which
 * the world has not made yet, or has ended already. Linked with wrappers that let it look in
 * between.
 */
#define _GNU_SOURCE
#include <malloc.h>

#include "test.h"

#include "platform/preempter.h"

typedef void visitor(const struct preempt_cpu *seen, void *arg);
void __real_preempt_each_cpu(visitor *fn, void *arg);
void __wrap_preempt_each_cpu(visitor *fn, void *arg);
int __real_fault_thread_init(void);
int __wrap_fault_thread_init(void);
void __real_fault_thread_exit(void);
void __wrap_fault_thread_exit(void);
void __wrap_platform_report(const char *text, size_t len, bool last);

static uint64_t looks;
static bool delays, fails;
static unsigned made;

void __wrap_preempt_each_cpu(visitor *fn, void *arg)
{
    __real_preempt_each_cpu(fn, arg);
    ADD(looks, 1);
}

static void let_it_look(void)
{
    uint64_t now = LOAD(looks);
    while (LOAD(looks) < now + 3)
        usleep(100);
}

int __wrap_fault_thread_init(void)
{
    if (LOAD(delays))
        let_it_look();
    if (LOAD(fails) && __atomic_add_fetch(&made, 1, __ATOMIC_SEQ_CST) == 3)
        return -ENOMEM;
    return __real_fault_thread_init();
}

void __wrap_fault_thread_exit(void)
{
    if (LOAD(delays))
        let_it_look();
    __real_fault_thread_exit();
}

/* What was freed says anything. */
void __wrap_platform_report(const char *text, size_t len, bool last)
{
    EXPECT(0, "%.*s", (int)len, text);
}

static int nothing(void *arg)
{
    return 0;
}

static void *run_beside(void *arg)
{
    STORE(delays, true);
    run_as(nothing, arg, (faden_config){.cpus = 1});
    run_as(nothing, arg, (faden_config){.cpus = 3});
    STORE(fails, true);
    EQUAL(faden_run(nothing, arg, &(faden_config){.cpus = 3}, NULL), -ENOMEM);
    STORE(delays, false);
    return NULL;
}

static int watched(void *arg)
{
    while_watched(run_beside, arg);
    return 0;
}

int main(void)
{
    require_preemption();
    limit_seconds(60);
    mallopt(M_PERTURB, 0x5a);
    run_as(watched, NULL, slices(SLICE));
    return 0;
}
