/* SPDX-License-Identifier: MIT */
/* usage: soak SECONDS [SEED]. Exit 0: all loads made progress, all checks held, memory came back.
 */
#include "soak.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../sanitized.h"

int64_t soak_end;
uint64_t soak_most_timers, soak_preempted;

static struct load loads[] = {
    {.name = "tree", .run = load_tree},       {.name = "accounts", .run = load_accounts},
    {.name = "network", .run = load_network}, {.name = "sleepers", .run = load_sleepers},
    {.name = "echo", .run = load_echo},       {.name = "pool", .run = load_pool},
    {.name = "threads", .run = load_threads}, {.name = "timers", .run = load_timers},
    {.name = "channels", .run = load_channels}, {.name = "crunchers", .run = load_crunchers},
};
enum { LOADS = sizeof loads / sizeof *loads };
enum { STUCK_SECONDS = 20, TIMERS_WANTED = 100000 };

static long resident_kib(void)
{
    long pages = 0, resident = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (f) {
        if (fscanf(f, "%ld %ld", &pages, &resident) != 2)
            resident = 0;
        fclose(f);
    }
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static int64_t used_seconds(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    return ts.tv_sec;
}

/* Finds a load that stands still while the others go on. What counts is the time that this process
   had: other processes may have the processors for long. */
static void *watch(void *unused)
{
    uint64_t before[LOADS] = {0};
    int64_t since[LOADS] = {0};
    (void)unused;
    while (faden_sleep(FADEN_SEC) == 0) {
        int64_t now = used_seconds();
        for (int i = 0; i < LOADS; i++) {
            uint64_t rounds = soak_rounds(&loads[i]);
            if (rounds != before[i]) {
                before[i] = rounds;
                since[i] = now;
            } else if (now - since[i] > STUCK_SECONDS && !soak_over()) {
                fprintf(stderr, "soak: %s made no progress in %d s of work of the others\n",
                        loads[i].name, STUCK_SECONDS);
                faden_dump(2);
                exit(1);
            }
        }
    }
    return NULL;
}

static int run(void *arg)
{
    int64_t seconds = *(int64_t *)arg;
    faden_scope scope;
    faden_task *watcher;
    long middle, end;
    soak_check(faden_spawn(&watcher, watch, NULL, NULL) == 0, "watch");
    faden_scope_open(&scope);
    for (int i = 0; i < LOADS; i++) {
        faden_task_attr attr = {.name = loads[i].name};
        int err = faden_scope_spawn(&scope, NULL, loads[i].run, &loads[i], &attr);
        soak_check(err == 0, "spawn: %s", strerror(-err));
    }
    faden_sleep(seconds * FADEN_SEC / 2);
    middle = resident_kib();
    soak_check(faden_scope_close(&scope) == 0, "a load failed");
    faden_cancel(watcher);
    soak_check(faden_join(watcher, NULL) == 0, "the watcher");
    faden_sleep(2 * FADEN_SEC); /* stacks beyond the cache go back */
    end = resident_kib();
    if (!SANITIZED) /* they keep what was freed */
        soak_check(end <= middle + 16384, "memory grows: %ld KiB in the middle, %ld KiB at the end",
                   middle, end);
    for (int i = 0; i < LOADS; i++)
        soak_check(soak_rounds(&loads[i]) > 0, "%s made no progress", loads[i].name);
    soak_check(soak_most_timers >= TIMERS_WANTED, "no more than %llu timers were armed",
               (unsigned long long)soak_most_timers);
    soak_check(soak_preempted > 0, "no task was preempted");
    return 0;
}

int main(int argc, char **argv)
{
    int64_t seconds = argc > 1 ? atoll(argv[1]) : 60;
    uint32_t seed = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 0) : (uint32_t)faden_now();
    int result = 1;
    printf("soak: %lld s, seed %#x\n", (long long)seconds, seed);
    for (uint32_t i = 0; i < LOADS; i++)
        loads[i].random = (seed ^ (i + 1) * 0x9e3779b9u) | 1;
    soak_end = faden_now() + seconds * FADEN_SEC;
    int err = faden_run(run, &seconds, NULL, &result);
    soak_check(err == 0, "faden_run: %s", strerror(-err));
    for (int i = 0; i < LOADS; i++)
        printf("%-10s %llu rounds\n", loads[i].name, (unsigned long long)soak_rounds(&loads[i]));
    printf("%llu timers at a time, %llu preemptions seen\n", (unsigned long long)soak_most_timers,
           (unsigned long long)soak_preempted);
    return result;
}
