/* SPDX-License-Identifier: MIT */
/* A million tasks, parked, each with its guard: in bounded work and memory; then all end. The alarm
   is for what hangs: alone it takes seven seconds, on a busy machine any number of them. */
#include "test.h"

#include "stack/stack.h"

enum { MANY = 1000000 };

static faden_sem sem;
static int begun, ended; /* atomic: FADEN_CPUS may be more than one */

static int load(int *n)
{
    return __atomic_load_n(n, __ATOMIC_RELAXED);
}

static void *waits(void *arg)
{
    __atomic_fetch_add(&begun, 1, __ATOMIC_RELAXED);
    EQUAL(faden_sem_wait(&sem), 0);
    __atomic_fetch_add(&ended, 1, __ATOMIC_RELAXED);
    return NULL;
}

/* The kernel refuses to read below this task's stack. */
static void *is_guarded(void *arg)
{
    char byte = 0, *p = &byte;
    struct stack *s = stack_find(p);
    int fd[2];
    EXPECT(s, "this is no stack of the pool");
    EQUAL(pipe(fd), 0);
    EXPECT(write(fd[1], stack_low(s) - 1, 1) < 0 && errno == EFAULT, "there is no guard");
    close(fd[0]);
    close(fd[1]);
    return NULL;
}

static long used_kib(void)
{
    return proc_kib("/proc/self/status", "VmRSS") + proc_kib("/proc/self/status", "VmPTE");
}

static uint64_t switches(void)
{
    faden_stats stats;
    EQUAL(faden_stats_get(&stats), 0);
    return stats.switches;
}

static int all(void *arg)
{
    long before = used_kib();
    faden_sem_init(&sem, 0);
    for (int i = 0; i < MANY; i++)
        go(waits, NULL);
    while (load(&begun) < MANY)
        yield_times(1000);
    join(spawn(is_guarded, NULL));
    uint64_t parked = switches();
    long each = (used_kib() - before) * 1024 / MANY;
    for (int i = 0; i < MANY; i++)
        faden_sem_post(&sem);
    while (load(&ended) < MANY)
        yield_times(1000);
    /* each begins and waits, is woken and ends; nobody is looked at in vain */
    EXPECT(parked < 2.5 * MANY, "%llu hand-overs until they were parked",
           (unsigned long long)parked);
    EXPECT(switches() - parked < 2.5 * MANY, "%llu hand-overs until they had ended",
           (unsigned long long)(switches() - parked));
    EXPECT(each < 5200, "%ld bytes each", each);
    return 0;
}

int main(void)
{
    limit_seconds(1000);
    if (proc_kib("/proc/meminfo", "MemAvailable") < 6 * 1024 * 1024)
        SKIP("a million stacks need 5 GB; there is less");
    if (getenv("FADEN_TEST_VALGRIND"))
        SKIP("not a million under Valgrind");
    struct stack *a = stack_get_slow(NULL, 18), *b;
    long maps[2];
    for (int i = 0; i < 2; i++) { /* a guard that is a mapping: 30,000 are all there can be */
        char line[512];
        FILE *f = fopen("/proc/self/maps", "r");
        EXPECT(f, "no /proc/self/maps");
        for (maps[i] = 0; fgets(line, sizeof line, f); maps[i]++)
            ;
        fclose(f);
        b = i ? NULL : stack_get_slow(NULL, 18);
    }
    (void)a;
    (void)b;
    if (maps[0] != maps[1])
        SKIP("this kernel has no guards but mappings");
    run_as(all, NULL, (faden_config){.stack_size = 40000});
    return 0;
}
