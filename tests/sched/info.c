/* SPDX-License-Identifier: MIT */
/*
 * faden_tasks, faden_stats_get and faden_dump say what is: from tasks, from a plain thread, of
 * many.
 */
#include <faden/chan.h>

#include "test.h"

/* ThreadSanitizer has room for 8,000 tasks. */
enum { MANY = UNDER_TSAN ? 3000 : 100000 };

static faden_mutex mutex;
static faden_sem sem;
static int64_t begun; /* the test */

static void *locks(void *arg)
{
    faden_mutex_lock(&mutex);
    faden_mutex_unlock(&mutex);
    return NULL;
}

static void *waits(void *arg)
{
    EQUAL(faden_sem_wait(&sem), 0);
    return arg;
}

static void *same(void *arg)
{
    return arg;
}

static const faden_task_info *find(const faden_task_info *info, int64_t n, const char *name)
{
    for (int64_t i = 0; i < n; i++)
        if (info[i].name && !strcmp(info[i].name, name))
            return &info[i];
    EXPECT(false, "no task '%s'", name);
    return NULL;
}

static faden_task *spawn_named(const char *name, void *(*fn)(void *), const char *site)
{
    faden_task *t;
    faden_task_attr attr = {.name = name, .stack_size = 30000};
    EQUAL(faden_spawn_at(&t, fn, NULL, &attr, site), 0);
    return t;
}

static void each_state(void)
{
    faden_task_info info[8];
    faden_mutex_lock(&mutex);
    faden_task *parked = spawn_named("parked", locks, "here:1");
    faden_task *done = spawn_named("done", same, "here:2");
    EQUAL(faden_sleep(FADEN_MSEC), 0);
    faden_task *fresh = spawn_named("fresh", same, "here:3");
    EQUAL(faden_tasks(info, 8, true), 4);
    const faden_task_info *i = find(info, 4, "main");
    EQUAL(i->state, FADEN_TASK_RUNNING);
    EQUAL(i->id, 1);
    EXPECT(i == info, "not the oldest first");
    EXPECT(i->stack_high_water > 100 && i->stack_high_water <= i->stack_size, "high water %zu",
           i->stack_high_water);
    i = find(info, 4, "parked");
    EQUAL(i->state, FADEN_TASK_PARKED);
    EQUAL(i->id, faden_task_id(parked));
    EQUAL(i->waits_for, 1); /* main holds it */
    EXPECT(i->object == &mutex && strstr(i->reason, "mutex"), "waits for %s", i->reason);
    EXPECT(!strcmp(i->site, "here:1"), "spawned at %s", i->site);
    EXPECT(i->stack_size >= 30000 && i->stack_size < 60000, "a stack of %zu", i->stack_size);
    /* early by as long as some dispatches take: on a busy machine that may be long */
    EXPECT(i->since >= begun - FADEN_MSEC && i->since <= faden_now(), "since %lld",
           (long long)(i->since - begun));
    i = find(info, 4, "done");
    EQUAL(i->state, FADEN_TASK_DONE);
    i = find(info, 4, "fresh");
    EQUAL(i->state, FADEN_TASK_NEW);
    EXPECT(!i->reason && !i->object && !i->stack_size, "a new task has no more");
    EQUAL(faden_tasks(info, 2, false), 4); /* how many there are, also where there is no room */
    EQUAL(faden_tasks(NULL, 0, false), 4);
    faden_mutex_unlock(&mutex);
    join(parked);
    join(done);
    join(fresh);
    EQUAL(faden_tasks(NULL, 0, false), 1);
}

static void *look_from_thread(void *arg)
{
    static faden_task_info info[MANY + 10];
    faden_stats s;
    int64_t n = faden_tasks(info, MANY + 10, false);
    EQUAL(n, MANY + 1);
    for (int64_t i = 1; i < n; i++) /* 2, 3 and 4 were those before */
        EXPECT(info[i].id == (uint64_t)i + 4 && info[i].state == FADEN_TASK_PARKED,
               "task %llu in state %d", (unsigned long long)info[i].id, info[i].state);
    EQUAL(faden_stats_get(&s), 0);
    EQUAL(s.tasks[FADEN_TASK_PARKED], MANY + 1);
    EQUAL(s.stacks, MANY + 1);
    EXPECT(s.uptime > 0 && s.switches >= MANY && s.timers == 1, "%llu switches, %llu timers",
           (unsigned long long)s.switches, (unsigned long long)s.timers);
    int fd[2];
    EQUAL(pipe(fd), 0);
    close(fd[0]);
    signal(SIGPIPE, SIG_IGN);
    EQUAL(faden_dump(fd[1]), -EPIPE);
    close(fd[1]);
    __atomic_store_n((bool *)arg, true, __ATOMIC_RELEASE);
    return NULL;
}

/* The dump of them all: a line for each, and what it waits for. */
static void dump_all(void)
{
    char path[] = "/tmp/faden-dump-XXXXXX", line[256];
    int fd = mkstemp(path), lines = 0, waiting = 0;
    unlink(path);
    EQUAL(faden_dump(fd), 0);
    EQUAL(lseek(fd, 0, SEEK_SET), 0);
    FILE *f = fdopen(fd, "r");
    while (fgets(line, sizeof line, f)) {
        lines += strstr(line, "parked") || strstr(line, "running");
        waiting += strstr(line, "waits for a semaphore") != NULL;
    }
    fclose(f);
    EQUAL(lines, MANY + 1);
    EQUAL(waiting, MANY);
    EQUAL(faden_dump(-1), -EBADF);
}

static int all(void *arg)
{
    faden_stats s;
    pthread_t t;
    bool looked = false;
    faden_sem_init(&sem, 0);
    each_state();
    EQUAL(faden_stats_get(&s), 0);
    EQUAL(s.spawned, 4);
    EQUAL(s.finished, 3);
    faden_task *first = spawn(waits, NULL);
    for (int i = 1; i < MANY; i++)
        go(waits, NULL);
    EQUAL(faden_stats_get(&s), 0);
    EQUAL(s.tasks[FADEN_TASK_NEW], MANY);
    while (s.tasks[FADEN_TASK_PARKED] < MANY) {
        yield_times(100);
        EQUAL(faden_stats_get(&s), 0);
    }
    EQUAL(pthread_create(&t, NULL, look_from_thread, &looked), 0);
    while (!__atomic_load_n(&looked, __ATOMIC_ACQUIRE))
        EQUAL(faden_sleep(5 * FADEN_MSEC), 0);
    pthread_join(t, NULL);
    dump_all();
    for (int i = 0; i < MANY; i++)
        faden_sem_post(&sem);
    join(first);
    return 0;
}

int main(void)
{
    begun = faden_now();
    limit_seconds(40);
    if (getenv("FADEN_TEST_VALGRIND"))
        SKIP("under Valgrind times say little");
    if (proc_kib("/proc/meminfo", "MemAvailable") < 1500 * 1024)
        SKIP("100,000 stacks need 1 GB; there is less");
    run_both(all, NULL);
    return 0;
}
