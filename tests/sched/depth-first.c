/* SPDX-License-Identifier: MIT */
/* A tree of 100,000 tasks (10,000 where each costs more), each of which waits for its children,
   needs few stacks at a time: new tasks run newest first. Attributes: sizes, names, prefault,
   errors. */
#include "test.h"

static uint64_t leaves, most;

static void *node(void *arg)
{
    int depth = (int)(intptr_t)arg;
    faden_scope s;
    if (!depth) {
        if (leaves++ % 100 == 0) {
            faden_stats stats;
            EQUAL(faden_stats_get(&stats), 0);
            most = stats.stacks > most ? stats.stacks : most;
        }
        return NULL;
    }
    faden_scope_open(&s);
    for (int i = 0; i < 10; i++)
        scope_go(&s, node, (void *)(intptr_t)(depth - 1));
    EQUAL(faden_scope_close(&s), 0);
    return NULL;
}

static int tree(void *arg)
{
    uint64_t wanted = slow() ? 10000 : 100000;
    leaves = most = 0;
    node((void *)(intptr_t)(slow() ? 4 : 5));
    EQUAL(leaves, wanted);
    /* depth first: the path, its siblings that the oldest-first rule began, and a margin */
    EXPECT(most < wanted / 20, "%llu stacks at a time", (unsigned long long)most);
    return 0;
}

static void *uses(void *arg)
{
    size_t n = (size_t)(uintptr_t)arg;
    volatile char *p = __builtin_alloca(n);
    for (size_t i = 0; i < n; i += 1024)
        p[i] = 1;
    return NULL;
}

static int attributes(void *arg)
{
    faden_task *t = NULL;
    faden_task_info info[3];
    faden_stats before, after;
    for (size_t size = 1; size <= 64 << 20; size = size * 3 + 1) {
        faden_task_attr attr = {.stack_size = size, .name = "sized", .prefault = size % 2};
        EQUAL(faden_spawn(&t, uses, (void *)(size > 8192 ? size - 4096 : 0), &attr), 0);
        EXPECT(!strcmp(faden_task_name(t), "sized"), "the name is %s", faden_task_name(t));
        EQUAL(faden_tasks(info, 3, false), 2);
        EXPECT(attr.prefault ? info[1].stack_size >= size : !info[1].stack_size,
               "%zu bytes of stack before it begins, of %zu", info[1].stack_size, size);
        join(t);
    }
    faden_task_attr bad = {.stack_size = ((size_t)1 << 30) + 1};
    EQUAL(faden_spawn(&t, uses, NULL, &bad), -EINVAL);
    bad = (faden_task_attr){.stack_size = SIZE_MAX};
    EQUAL(faden_spawn(&t, uses, NULL, &bad), -EINVAL);
    bad = (faden_task_attr){.detached = true};
    EQUAL(faden_spawn(&t, uses, NULL, &bad), -EINVAL);
    EQUAL(faden_stats_get(&before), 0);
    faden_task_attr now = {.prefault = true};
    EQUAL(faden_spawn(&t, uses, NULL, &now), 0);
    EQUAL(faden_stats_get(&after), 0);
    EQUAL(after.stacks, before.stacks + 1);
    EQUAL(faden_tasks(info, 3, false), 2);
    EXPECT(info[1].stack_size > 0 && info[1].state == FADEN_TASK_NEW, "it has no stack");
    join(t);
    faden_task_set_name("other");
    EXPECT(!strcmp(faden_task_name(faden_self()), "other"), "set_name does not");
    return 0;
}

int main(void)
{
    limit_seconds(30);
    run_both(tree, NULL);
    run_both(attributes, NULL);
    return 0;
}
