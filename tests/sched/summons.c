/* SPDX-License-Identifier: MIT */
/* One new task wakes one of the cpus that sleep, not all of them. */
#include "test.h"

enum { CPUS = 8, ROUNDS = 60 };

static void *nothing(void *arg)
{
    return arg;
}

static uint64_t idles(void)
{
    faden_stats stats;
    EQUAL(faden_stats_get(&stats), 0);
    return stats.idles;
}

/* A round costs a sleep of the one that is woken, and two or three here: all asleep, the join. */
static int one_by_one(void *arg)
{
    uint64_t before, most = 5 * ROUNDS + 4 * CPUS;
    EQUAL(faden_sleep(10 * FADEN_MSEC), 0);
    before = idles();
    for (int i = 0; i < ROUNDS; i++) {
        EQUAL(faden_sleep(FADEN_MSEC), 0);
        join(spawn(nothing, NULL));
    }
    uint64_t after = idles();
    EXPECT(after - before <= most, "%llu times asleep for %d tasks",
           (unsigned long long)(after - before), ROUNDS);
    return arg != NULL;
}

int main(void)
{
    limit_seconds(30);
    for (test_route = 0; test_route <= FADEN_ROUTE_SCHEDULER; test_route++)
        run_as(one_by_one, NULL, (faden_config){.cpus = CPUS});
    return 0;
}
