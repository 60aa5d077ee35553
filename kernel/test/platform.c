/* SPDX-License-Identifier: MIT */
/* The world contract on all processors: they run at once, kicks are not lost, fences are passed. */
#include <stdio.h>
#include <unistd.h>

#include "base/atomic.h"
#include "frame.h" /* arch_relax */
#include "kernel.h"
#include "platform/platform.h"
#include "processor.h"

int test_kernel_platform(int argc, char **argv);

#define EXPECT(condition)                                                 \
    do {                                                                  \
        if (!(condition)) {                                               \
            print("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            _exit(1);                                                     \
        }                                                                 \
    } while (0)

enum { MOST = 8, LAPS = 100, FENCES = 20 };

static struct platform_cpu cpus[MOST];
static unsigned n;
static uint32_t turn, here, most_at_once, fenced[MOST], seen[MOST];
static uint32_t past, fenced_beside;

/* All of them must be in this function at once before anybody leaves it. */
static void meet(void)
{
    uint32_t at_once = fetch_add_acq_rel(&here, 1) + 1;
    if (at_once == n)
        store_seq_cst(&most_at_once, at_once);
    while (load_acquire(&most_at_once) != n)
        arch_relax();
}

/* A token goes round: who has it kicks the next one, and all others sleep without a deadline. A
   kick that is lost is a hang, which the watchdog reports. */
static void ring(unsigned index)
{
    for (unsigned lap = 0; lap < LAPS; lap++) {
        while (load_seq_cst(&turn) != lap * n + index)
            platform_idle(&cpus[index], FADEN_FOREVER);
        store_seq_cst(&turn, lap * n + index + 1);
        platform_kick(&cpus[(index + 1) % n]);
    }
}

/* store, fence of the others, load: of two that do this at once one sees the other's store, even
   though one side has no barrier of its own in its loop. */
static void fences(unsigned index)
{
    for (unsigned i = 0; i < FENCES; i++) {
        store_relaxed(&fenced[index], i);
        EXPECT(platform_barrier());
        store_relaxed(&seen[index], load_relaxed(&fenced[(index + 1) % n]));
    }
}

static void timers(unsigned index)
{
    for (int i = 1; i < 10; i++) {
        int64_t until = platform_now() + i * 100 * FADEN_USEC;
        while (platform_now() < until)
            platform_idle(&cpus[index], until);
    }
}

/* Who sleeps is not woken for a fence, and has passed it when the timer has. */
static void fences_beside_a_sleeper(unsigned index)
{
    enum { SLEEPER = 1, TIMES = 200 };
    struct processor *sleeper = &processors[SLEEPER];
    fetch_add_acq_rel(&past, 1);
    while (load_acquire(&past) < n) /* nobody else makes fences any more */
        arch_relax();
    if (n > 1 && index == 0) {
        uint64_t before = sleeper->interrupts;
        for (int i = 0; i < TIMES; i++) {
            while (!load_seq_cst(&sleeper->dozes))
                arch_relax();
            EXPECT(platform_barrier());
        }
        EXPECT(sleeper->interrupts - before < TIMES / 2);
        store_seq_cst(&fenced_beside, 1);
    } else if (index == SLEEPER) {
        while (!load_seq_cst(&fenced_beside))
            platform_idle(&cpus[index], platform_now() + 2 * FADEN_MSEC);
        EXPECT(!load_seq_cst(&sleeper->fence_wanted));
    }
}

static void member(unsigned index, void *arg)
{
    EXPECT(cpus[index].world == this_processor && this_processor->index == index);
    meet();
    ring(index);
    fences(index);
    timers(index);
    fences_beside_a_sleeper(index);
    fetch_add_acq_rel((uint32_t *)arg, 1);
}

int test_kernel_platform(int argc, char **argv)
{
    struct platform_cpu *all[MOST];
    uint32_t done = 0;
    n = processors_count < MOST ? processors_count : MOST;
    for (unsigned i = 0; i < n; i++)
        all[i] = &cpus[i];
    alarm(60);
    EXPECT(platform_run(n, all, member, &done) == 0);
    EXPECT(done == n && turn == LAPS * n);
    EXPECT(platform_run(processors_count + 1, all, member, &done) == -EAGAIN && done == n);
    return 0;
}
