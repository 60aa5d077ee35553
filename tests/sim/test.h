/* SPDX-License-Identifier: MIT */
/* For the tests of the simulator: expectations, and shorthand within a simulation. */
#ifndef TESTS_SIM_TEST_H
#define TESTS_SIM_TEST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <faden/faden.h>
#include <faden/sim.h>

#define UNUSED __attribute__((unused))

#define EXPECT(condition, ...)                                                      \
    do {                                                                            \
        if (!(condition)) {                                                         \
            fprintf(stderr, "%s:%d: not so: %s: ", __FILE__, __LINE__, #condition); \
            fprintf(stderr, __VA_ARGS__);                                           \
            fputc('\n', stderr);                                                    \
            exit(1);                                                                \
        }                                                                           \
    } while (0)

#define EQUAL(a, b)                                                                \
    do {                                                                           \
        long long is_ = (long long)(a), wanted_ = (long long)(b);                  \
        EXPECT(is_ == wanted_, "%s is %lld, not %s = %lld", #a, is_, #b, wanted_); \
    } while (0)

/* ---- within a simulation ---------------------------------------------------------------- */

#define SAME(a, b)                                                                              \
    do {                                                                                        \
        long long is_ = (long long)(a), wanted_ = (long long)(b);                               \
        faden_sim_check(is_ == wanted_, "%s:%d: %s is %lld, not %s = %lld", __FILE__, __LINE__, \
                        #a, is_, #b, wanted_);                                                  \
    } while (0)

UNUSED static faden_sim_thread *sim_thread(void *(*fn)(void *), void *arg)
{
    faden_sim_thread *t;
    SAME(faden_sim_thread_new(&t, fn, arg), 0);
    return t;
}

#endif
