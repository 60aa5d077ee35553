/* SPDX-License-Identifier: MIT */
/*
 * No stack can be had: the tasks wait for one, and run when there are stacks again; if there are
 * never any, they end unrun with -ENOMEM. Linked with a wrapper.
 */
#include "test.h"

#include "stack/stack.h"

static int allowed; /* stacks that may still be given; < 0: any number */
static int refused;

struct stack *__real_stack_get_slow(struct stack_cache *cache, unsigned shift);
struct stack *__wrap_stack_get_slow(struct stack_cache *cache, unsigned shift);

struct stack *__wrap_stack_get_slow(struct stack_cache *cache, unsigned shift)
{
    if (allowed == 0) {
        refused++;
        return NULL;
    }
    if (allowed > 0)
        allowed--;
    return __real_stack_get_slow(cache, shift);
}

/* Where a tool watches, every stack comes and goes this way. */
void __real_stack_put_slow(struct stack_cache *cache, struct stack *s);
void __wrap_stack_put_slow(struct stack_cache *cache, struct stack *s);

void __wrap_stack_put_slow(struct stack_cache *cache, struct stack *s)
{
    if (allowed >= 0 && s->shift == cache->shift)
        allowed++;
    __real_stack_put_slow(cache, s);
}

static int ran, most, now;
static faden_sem gate;
static bool open_gate;

static void *passes(void *arg)
{
    now++;
    most = now > most ? now : most;
    EQUAL(faden_sleep(FADEN_USEC), 0);
    ran++;
    now--;
    return arg;
}

static void *stays(void *arg)
{
    if (!open_gate)
        EQUAL(faden_sem_wait(&gate), 0);
    ran++;
    return arg;
}

/* So many stacks as are in the cache, taken and held. */
static void hold_the_cache(void)
{
    refused = 0;
    allowed = 0;
    open_gate = false;
    while (!refused) {
        go(stays, NULL);
        yield_times(2);
    }
}

static void let_go(void)
{
    open_gate = true;
    while (gate.waiters.first)
        faden_sem_post(&gate);
    faden_yield();
}

/* With one stack left for many tasks: each gets it in its turn. */
static int in_turn(void *arg)
{
    faden_scope s;
    faden_sem_init(&gate, 0);
    ran = most = now = 0;
    hold_the_cache(); /* one of them waits for a stack */
    allowed = 3;
    faden_scope_open(&s);
    for (int i = 0; i < 100; i++)
        scope_go(&s, passes, NULL);
    EQUAL(faden_scope_close(&s), 0);
    EXPECT(ran == 100 && most <= 3, "%d ran, %d at once", ran, most);
    allowed = -1;
    let_go();
    return 0;
}

/* None is given back, but after a while they can be had again; the main task only sleeps. */
static int after_a_while(void *arg)
{
    faden_task *t[20];
    faden_sem_init(&gate, 0);
    hold_the_cache();
    ran = 0;
    for (intptr_t i = 0; i < 20; i++)
        t[i] = spawn(passes, (void *)i);
    EQUAL(faden_sleep(30 * FADEN_MSEC), 0);
    EQUAL(ran, 0);
    allowed = -1;
    for (int patience = 100; ran < 20 && patience--;)
        EQUAL(faden_sleep(100 * FADEN_MSEC), 0);
    EQUAL(ran, 20);
    for (intptr_t i = 0; i < 20; i++)
        EQUAL((intptr_t)join(t[i]), i);
    let_go();
    return 0;
}

/* Nothing else can go on: they end unrun. */
static int never(void *arg)
{
    faden_scope s;
    faden_task *t[10], *in_scope;
    faden_task_attr prefault = {.prefault = true};
    faden_sem_init(&gate, 0);
    hold_the_cache();
    ran = 0;
    for (int i = 0; i < 10; i++)
        t[i] = spawn(passes, NULL);
    EQUAL(faden_spawn(NULL, passes, NULL, &prefault), -ENOMEM);
    faden_scope_open(&s);
    EQUAL(faden_scope_spawn(&s, &in_scope, passes, NULL, NULL), 0);
    scope_go(&s, passes, NULL);
    for (int i = 0; i < 10; i++) {
        void *result = &s;
        EQUAL(faden_join(t[i], &result), -ENOMEM);
        EXPECT(!result, "an unrun task has a result");
    }
    EQUAL(faden_join(in_scope, NULL), -ENOMEM);
    EQUAL(faden_scope_close(&s), -ENOMEM);
    EQUAL(ran, 0);
    allowed = -1;
    join(spawn(passes, NULL));
    EQUAL(ran, 1);
    let_go();
    return 0;
}

static int not_reached(void *arg)
{
    ran = 1000;
    return 0;
}

int main(void)
{
    int result = 5;
    limit_seconds(30);
    for (int i = 0; i < 2; i++) {
        test_route = i ? FADEN_ROUTE_SCHEDULER : FADEN_ROUTE_DIRECT;
        allowed = -1;
        run_as(in_turn, NULL, (faden_config){.stack_size = 100000 << i});
        run_as(after_a_while, NULL, (faden_config){.stack_size = 400000 << i});
        run_as(never, NULL, (faden_config){.stack_size = 1600000 << i});
    }
    allowed = 0;
    faden_config fresh = {.stack_size = 8 << 20};
    EQUAL(faden_run(not_reached, NULL, &fresh, &result), -ENOMEM);
    EQUAL(result, 5);
    EXPECT(ran != 1000, "main was called without a stack");
    return 0;
}
