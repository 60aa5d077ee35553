/* SPDX-License-Identifier: MIT */
/* The clock and sleeping. */
#include <faden/time.h>

#include "sched/park.h"
#include "time/timer.h"

int64_t faden_now(void)
{
    return platform_now();
}

struct sleeper {
    struct faden__timer timer;
    struct faden__wait wait;
};

static void wake_sleeper(struct faden__timer *t)
{
    struct sleeper *s = (struct sleeper *)t;
    if (claim_unlocked(mycpu(), &s->wait))
        wake(mycpu(), &s->wait, 0);
}

static int sleep_in_thread(int64_t t)
{
    uint32_t never = 0;
    while (platform_now() < t)
        platform_thread_wait(&never, 0, t);
    return 0;
}

int faden_sleep_until(int64_t t)
{
    static const struct reason sleeping = {"a time (faden_sleep)", NULL};
    struct cpu *cpu = mycpu();
    struct sleeper s;
    int result;
    if (!cpu)
        return sleep_in_thread(t);
    result = ended(cpu);
    if (result)
        return result;
    wait_init(cpu, &s.wait, &sleeping, NULL);
    s.wait.stays = 1;
    timer_arm(cpu, &s.timer, t, wake_sleeper);
    result = park(cpu, &s.wait, NULL);
    timer_disarm(mycpu(), &s.timer);
    return result;
}

int faden_sleep(int64_t ns)
{
    struct cpu *cpu = mycpu();
    if (ns <= 0 && cpu) {
        int result = ended(cpu);
        if (!result)
            faden_yield();
        return result;
    }
    return faden_sleep_until(time_after(ns));
}
