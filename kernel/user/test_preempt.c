/* SPDX-License-Identifier: MIT */
/* Time slices: they end, on several processors at once, and nothing that was in use is lost. */
#include "test.h"

static void spin(void)
{
    for (volatile int i = 0;; i++)
        ;
}

/* Who never calls the kernel is interrupted, and the others get their turns. */
static void preempt(void)
{
    int status, pids[3];
    for (int i = 0; i < 3; i++)
        pids[i] = start(spin);
    for (int i = 0; i < 5; i++)
        sleep_ms(20);
    for (int i = 0; i < 3; i++)
        EQ(kill(pids[i]), 0);
    for (int i = 0; i < 3; i++)
        EXPECT(wait(&status) > 0 && status == STATUS_KILLED);
}

/* On several processors processes really run at the same time: a child, and this one, which does
   not give its own processor up. If the others come too late to take the child, it begins on this
   processor and stays there: then another child may have more luck. */
static void overlap(void)
{
    enum { WANTED = 3, CHILDREN = 50, PATIENCE_MS = 200 };
    intptr_t before = info(INFO_OVERLAPS), seen = 0;
    int status = 0;
    if (info(INFO_PROCESSORS) == 1)
        return;
    for (int i = 0; i < CHILDREN && seen < WANTED; i++) {
        int pid = start(spin);
        for (unsigned end = now_ms() + PATIENCE_MS; seen < WANTED && now_ms() < end;)
            seen = info(INFO_OVERLAPS) - before;
        EQ(kill(pid), 0);
        EQ(wait(&status), pid);
    }
    EXPECT(seen >= WANTED);
}

/* Not inlined: on i386 each copy might round in places of its own. */
__attribute__((noinline)) static uint64_t work(uint64_t seed, int64_t *sum, double *x)
{
    for (int i = 0; i < 1000; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        *sum += (int64_t)(seed >> 40);
        *x = *x * 1.0000001 + (double)(seed >> 60);
    }
    return seed;
}

/* All registers, integer and floating point, survive being interrupted anywhere. */
static void registers_survive(void)
{
    enum { CHILDREN = 4, ROUNDS = 400, TICKS = 3, SEED = 1000 };
    for (int i = 0; i < CHILDREN; i++)
        if (fork() == 0) {
            int64_t sum[2] = {0, 0};
            double x[2] = {(double)i, (double)i};
            for (int pass = 0; pass < 2; pass++) {
                uint64_t seed = (uint64_t)i + 1;
                for (int j = 0; j < ROUNDS || (pass && info(INFO_TICKS) < TICKS); j++) {
                    seed = work(seed, &sum[pass], &x[pass]);
                    if (pass && j >= ROUNDS - 1) {
                        if (j > ROUNDS - 1)
                            continue;
                        EXPECT(sum[0] == sum[1] && x[0] == x[1]);
                    }
                }
            }
            while (info(INFO_TICKS) < 4 * TICKS) {
                uint64_t seed = (uint64_t)i + 1;
                sum[1] = 0, x[1] = (double)i;
                EQ(user_registers(1000000, (unsigned)(SEED * i + i)), 0);
                for (int j = 0; j < ROUNDS; j++)
                    seed = work(seed, &sum[1], &x[1]);
                EXPECT(sum[0] == sum[1] && x[0] == x[1]);
            }
            exit(0);
        }
    for (int i = 0; i < CHILDREN; i++) {
        int status = -1;
        EXPECT(wait(&status) > 0);
        EQ(status, 0);
    }
}

/* Two that give way to each other, with their flags in use nearly all of the time. */
static void flags_survive(void)
{
    enum { CHILDREN = 2, TICKS = 5, ROUNDS = 100000 };
    for (int i = 0; i < CHILDREN; i++)
        if (fork() == 0) {
            while (info(INFO_TICKS) < TICKS)
                EXPECT(user_flags(ROUNDS));
            exit(0);
        }
    for (int i = 0; i < CHILDREN; i++) {
        int status = -1;
        EXPECT(wait(&status) > 0);
        EQ(status, 0);
    }
}

const struct test preempt_tests[] = {
    {"preempt", preempt},     {"overlap", overlap}, {"registers", registers_survive},
    {"flags", flags_survive}, {NULL, NULL},
};
