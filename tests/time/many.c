/* SPDX-License-Identifier: MIT */
/* A million timers of one cpu, armed and in part disarmed again: each fires once, in time, in
 * order. */
#include "../sync/test.h"

#include "time/timer.h"

enum { TIMERS = 1000000 };

static struct faden__timer *timers;
static unsigned char *fired;
static int64_t last;
static int n_fired;

static void fire(struct faden__timer *t)
{
    int64_t now = faden_now();
    EXPECT(t->when <= now && t->when >= last && !t->heap);
    EQ(fired[t - timers]++, 0);
    last = t->when;
    n_fired++;
}

static int start(void *arg)
{
    uint64_t seed = 5;
    int n = rounds(TIMERS), disarmed = 0;
    faden_stats stats;
    (void)arg;
    timers = calloc((size_t)n, sizeof *timers);
    fired = calloc((size_t)n, 1);
    last = n_fired = 0;
    int64_t begin = faden_now() + 20 * FADEN_MSEC;
    for (int i = 0; i < n; i++)
        timer_arm(mycpu(), &timers[i], begin + random_of(&seed) % (300 * FADEN_MSEC), fire);
    EQ(faden_stats_get(&stats), 0);
    EQ(stats.timers, n);
    for (int i = 0; i < n; i += 3, disarmed++)
        timer_disarm(mycpu(), &timers[i]);
    while (n_fired + disarmed < n)
        EQ(faden_sleep(10 * FADEN_MSEC), 0);
    EQ(n_fired, n - disarmed);
    for (int i = 0; i < n; i++)
        EQ(fired[i], i % 3 != 0);
    EQ(faden_stats_get(&stats), 0);
    EQ(stats.timers, 0);
    free(timers);
    free(fired);
    return 0;
}

int main(void)
{
    limit_seconds(60);
    run_both(start, NULL);
    return 0;
}
