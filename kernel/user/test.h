/* SPDX-License-Identifier: MIT */
/* For the tests in user mode: each is a function that a child runs; it fails by its status. */
#ifndef KERNEL_USER_TEST_H
#define KERNEL_USER_TEST_H

#include <errno.h>

#include "lib.h"

struct test {
    const char *name;
    void (*run)(void);
};
extern const struct test process_tests[], preempt_tests[], fault_tests[], pipe_tests[];

#define EXPECT(condition)                                                 \
    do {                                                                  \
        if (!(condition)) {                                               \
            print("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            exit(1);                                                      \
        }                                                                 \
    } while (0)

#define EQ(a, b)                                                                          \
    do {                                                                                  \
        long long is_ = (long long)(a), wanted_ = (long long)(b);                         \
        if (is_ != wanted_) {                                                             \
            print("%s:%d: %s is %lld, not %lld\n", __FILE__, __LINE__, #a, is_, wanted_); \
            exit(1);                                                                      \
        }                                                                                 \
    } while (0)

/* Run fn in a child; its status when it has ended. */
int status_of(void (*fn)(void));
/* A child that runs fn and then exits with 0; its pid. */
int start(void (*fn)(void));

/* What a program should not do, in the way of this instruction set (user/<isa>.S). */
enum attack {
    ATTACK_ILLEGAL,    /* an instruction that does not exist */
    ATTACK_PRIVILEGED, /* one for the kernel */
    ATTACK_DIVIDE,     /* by zero: a trap, or nothing where it is none */
    ATTACK_THREAD,     /* change what the kernel finds its processor by; comes back */
    ATTACK_SERVICE,    /* this and the next ones: ways into the kernel by instructions that are not
                          privileged, where there are some; else as ATTACK_ILLEGAL */
    ATTACK_END = ATTACK_SERVICE + 6
};
void user_attack(enum attack which);

/* Set all flags of the processor, run so many rounds without touching them, and tell whether they
   are still set. */
int user_flags(unsigned rounds);

/* Put something of the seed into every general register but the stack pointer, and into the
   rounding mode; run so many rounds; 0: all is still there. */
unsigned user_registers(unsigned rounds, unsigned seed);

#endif
