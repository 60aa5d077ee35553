/* SPDX-License-Identifier: MIT */
/* What a correct program cannot do panics and names the task, the call and the place. */
#include "test.h"

static faden_scope *theirs;
static faden_task *target;

static void *same(void *arg)
{
    return arg;
}

static void *waits(void *arg)
{
    return (void *)(intptr_t)faden_sleep(FADEN_FOREVER);
}

static int open_scope(void *arg)
{
    static faden_scope s;
    faden_scope_open_at(&s, "here:1");
    return 0;
}

static int open_timeout(void *arg)
{
    static faden_timeout t;
    faden_timeout_begin_at(&t, FADEN_SEC, "here:2");
    return 0;
}

static int open_shield(void *arg)
{
    static faden_shield s;
    faden_shield_begin_at(&s, "here:3");
    return 0;
}

static int wrong_order(void *arg)
{
    faden_scope s;
    faden_timeout t;
    faden_scope_open_at(&s, "here:4");
    faden_timeout_begin_at(&t, FADEN_SEC, "here:5");
    return faden_scope_close(&s);
}

static int closed_twice(void *arg)
{
    faden_scope s;
    faden_scope_open_at(&s, "here:6");
    faden_scope_close(&s);
    return faden_scope_close(&s);
}

static void *closes_theirs(void *arg)
{
    return (void *)(intptr_t)faden_scope_close(theirs);
}

static int by_another(void *arg)
{
    faden_scope s;
    faden_scope_open_at(&s, "here:7");
    theirs = &s;
    join(spawn(closes_theirs, NULL));
    return faden_scope_close(&s);
}

static int root_closed(void *arg)
{
    return faden_scope_close(faden_root());
}

static void *joins(void *arg)
{
    return (void *)(intptr_t)faden_join(target, NULL);
}

static int joined_twice(void *arg)
{
    faden_task_attr attr = {.name = "popular"};
    EQUAL(faden_spawn_at(&target, waits, NULL, &attr, "here:8"), 0);
    go(joins, NULL);
    go(joins, NULL);
    faden_sleep(1);
    return 0;
}

static int join_detached(void *arg)
{
    faden_task *t = spawn(same, NULL);
    faden_detach(t);
    return faden_join(t, NULL);
}

static int detach_joined(void *arg)
{
    faden_task_attr attr = {.name = "popular"};
    EQUAL(faden_spawn_at(&target, waits, NULL, &attr, "here:14"), 0);
    go(joins, NULL);
    yield_times(3);
    return faden_detach(target);
}

static int yield_disabled(void *arg)
{
    faden_task_set_name("holder");
    faden_preempt_disable_at("here:9");
    faden_preempt_disable_at("here:10");
    faden_preempt_enable();
    faden_yield();
    return 0;
}

static int wait_disabled(void *arg)
{
    faden_preempt_disable_at("here:11");
    return faden_sleep(1);
}

static int lock_disabled(void *arg)
{
    faden_sem s;
    faden_sem_init(&s, 0);
    faden_preempt_disable_at("here:12");
    EQUAL(faden_sem_try_wait(&s), -EAGAIN); /* try_ calls are allowed */
    faden_sem_post(&s);
    EQUAL(faden_sem_wait(&s), 0); /* so is what does not wait */
    return faden_sem_wait(&s);
}

static int end_disabled(void *arg)
{
    faden_preempt_disable_at("here:13");
    return 0;
}

static int enable_only(void *arg)
{
    faden_preempt_disable();
    faden_preempt_enable();
    faden_preempt_enable();
    return 0;
}

static int bad_ticker(void *arg)
{
    faden_ticker t;
    faden_ticker_init(&t, 0);
    return 0;
}

static void outside(void *which)
{
    static faden_scope s;
    static faden_timeout t;
    switch ((int)(intptr_t)which) {
    case 0: faden_scope_open(&s); break;
    case 1: faden_timeout_begin(&t, 1); break;
    case 2: faden_preempt_disable(); break;
    case 3: faden_cancelled(); break;
    case 4: faden_key_get(0); break;
    }
}

int main(void)
{
    static struct outcome o;
    limit_seconds(40);
    EXPECT_PANIC(open_scope, "task 'main' (spawned at faden_run) returned with a scope", "here:1");
    EXPECT_PANIC(open_timeout, "'main'", "here:2");
    EXPECT_PANIC(open_shield, "'main'", "here:3");
    EXPECT_PANIC(wrong_order, "faden_scope_close", "reverse order", "here:4", "here:5");
    EXPECT_PANIC(closed_twice, "faden_scope_close", "here:6");
    EXPECT_PANIC(by_another, "opened at here:7 is closed by another task");
    EXPECT_PANIC(root_closed, "faden_scope_close", "faden_run");
    EXPECT_PANIC(joined_twice, "task 'popular' (spawned at here:8) is being joined already");
    EXPECT_PANIC(join_detached, "faden_join", "is detached");
    EXPECT_PANIC(detach_joined, "faden_detach: task 'popular' (spawned at here:14) is being",
                 "joined");
    EXPECT_PANIC(yield_disabled, "task 'holder' yields", "here:9");
    EXPECT_PANIC(wait_disabled, "task 'main' waits", "here:11");
    EXPECT_PANIC(lock_disabled, "task 'main' waits", "here:12");
    EXPECT_PANIC(end_disabled, "task 'main'", "returned with preemption disabled", "here:13");
    EXPECT_PANIC(enable_only, "faden_preempt_enable", "not disabled");
    EXPECT_PANIC(bad_ticker, "faden_ticker_init", "positive");
    for (intptr_t i = 0; i < 5; i++) {
        run_child(&o, outside, (void *)i);
        EXPECT(WIFSIGNALED(o.status), "call %d in a plain thread does not panic", (int)i);
        expect_text(&o, "called outside of a task");
    }
    return 0;
}
