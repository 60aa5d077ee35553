/* SPDX-License-Identifier: MIT */
/* usage: soak SECONDS [SEED]. Exit 0: all loads made progress, all checks held, memory came back.
 */
#include "soak.h"

#include <string.h>
#include <unistd.h>

int64_t soak_end;

static struct load loads[] = {
    {.name = "tree", .run = load_tree},       {.name = "accounts", .run = load_accounts},
    {.name = "network", .run = load_network}, {.name = "sleepers", .run = load_sleepers},
    {.name = "echo", .run = load_echo},       {.name = "pool", .run = load_pool},
    {.name = "threads", .run = load_threads},
};
enum { LOADS = sizeof loads / sizeof *loads };

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

/* Reports each load that stood still; the others go on. */
static void *watch(void *unused)
{
    uint64_t before[LOADS] = {0};
    (void)unused;
    while (faden_sleep(10 * FADEN_SEC) == 0)
        for (int i = 0; i < LOADS; i++) {
            if (loads[i].rounds == before[i] && !soak_over()) {
                fprintf(stderr, "soak: %s made no progress in 10 s\n", loads[i].name);
                faden_dump(2);
                exit(1);
            }
            before[i] = loads[i].rounds;
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
    soak_check(end <= middle + 16384, "memory grows: %ld KiB in the middle, %ld KiB at the end",
               middle, end);
    for (int i = 0; i < LOADS; i++)
        soak_check(loads[i].rounds > 0, "%s made no progress", loads[i].name);
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
        printf("%-10s %llu rounds\n", loads[i].name, (unsigned long long)loads[i].rounds);
    return result;
}
