/* SPDX-License-Identifier: MIT */
/* A million tasks in waves, joined, detached and in scopes: the memory does not grow with their
   number and goes back after a burst. */
#include "test.h"

enum { WAVES = 300, WAVE = 1000 };

static uint64_t sum;

static void *add(void *arg)
{
    sum += (uintptr_t)arg;
    return arg;
}

static void *adds_later(void *arg)
{
    faden_yield();
    sum += (uintptr_t)arg;
    return arg;
}

static long rss(void)
{
    return proc_kib("/proc/self/status", "VmRSS");
}

static void wave(void *(*fn)(void *))
{
    static faden_task *t[WAVE];
    faden_scope s;
    for (intptr_t i = 0; i < WAVE; i++)
        t[i] = spawn(fn, (void *)i);
    for (intptr_t i = 0; i < WAVE; i++)
        EQUAL((intptr_t)join(t[i]), i);
    for (intptr_t i = 0; i < WAVE; i++)
        go(fn, (void *)i);
    faden_scope_open(&s);
    for (intptr_t i = 0; i < WAVE; i++)
        scope_go(&s, fn, (void *)i);
    EQUAL(faden_scope_close(&s), 0);
}

static int waves(void *arg)
{
    sum = 0;
    wave(adds_later);
    long before = rss();
    for (int i = 0; i < WAVES; i++)
        wave(i % 2 ? add : adds_later);
    EXPECT(rss() - before < 8192, "%ld KiB more after a million tasks", rss() - before);
    const uint64_t whole = (WAVES + 1) * 3ull * (WAVE * (WAVE - 1) / 2);
    for (int i = 0; sum != whole && i < WAVE; i++) /* the detached ones of the last wave */
        faden_yield();
    EQUAL(sum, whole);
    return 0;
}

static faden_sem sem;

static void *waits(void *arg)
{
    EQUAL(faden_sem_wait(&sem), 0);
    return NULL;
}

/* 20,000 tasks at a time, that is 160 MB; a second later there are 20. */
static int burst(void *arg)
{
    enum { BURST = 20000 };
    faden_sem_init(&sem, 0);
    faden_stats s;
    long before = rss();
    for (int i = 0; i < BURST; i++)
        go(waits, NULL);
    do {
        yield_times(100);
        EQUAL(faden_stats_get(&s), 0);
    } while (s.tasks[FADEN_TASK_PARKED] < BURST);
    long most = rss() - before;
    EXPECT(most > BURST * 4, "only %ld KiB for them", most);
    for (int i = 0; i < BURST; i++)
        faden_sem_post(&sem);
    EQUAL(faden_sleep(3 * FADEN_SEC), 0);
    long left = rss() - before;
    EXPECT(left < most / 8, "%ld KiB of %ld are left", left, most);
    EQUAL(faden_stats_get(&s), 0);
    EXPECT(s.stacks <= 2 && s.stacks_cached < 400, "%llu stacks in use, %llu cached",
           (unsigned long long)s.stacks, (unsigned long long)s.stacks_cached);
    return 0;
}

int main(void)
{
    limit_seconds(50);
    if (getenv("FADEN_TEST_VALGRIND"))
        SKIP("under Valgrind times say little");
    run_both(waves, NULL);
    run(burst, NULL);
    return 0;
}
