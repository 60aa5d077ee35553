/* SPDX-License-Identifier: MIT */
/*
 * The call that may wait: its room lies on the caller's stack, is whole while the call is
 * suspended, belongs to nobody else, and begins with the result. A negative result goes through
 * faden__wait_leave, once, with the room still there and the stack aligned; another does not.
 */
#include "conform.h"
#include "probe.h"

#include "frame.h"

enum { ROUNDS = 6000, VALUES = 20, AT_ONCE = 1 };

static faden_context base, other;
static char *room;
static int result, left;
static uint64_t seed;
static volatile uintptr_t in[VALUES];

static void fill(int n)
{
    for (int i = (int)sizeof(int); i < FADEN__ROOM; i++)
        room[i] = (char)(n + i * 7);
}

static void expect_filled(int n, const char *when)
{
    for (int i = (int)sizeof(int); i < FADEN__ROOM; i++)
        EXPECT(room[i] == (char)(n + i * 7), "byte %d of the room %s", i, when);
}

static NOINLINE void expect_aligned(volatile char *local)
{
    EXPECT(((uintptr_t)local & (PROBE_STACK_ALIGN - 1)) == 0, "the stack is not aligned: %p",
           (void *)local);
}

ZEROING void faden__wait_leave(void *r)
{
    _Alignas(PROBE_STACK_ALIGN) volatile char local[16];
    EXPECT(r == room && *(int *)room == result, "another room is left");
    expect_aligned(local);
    expect_filled(1, "before it is left");
    fill(2);
    left++;
}

static struct faden__switch_ops ops;

ZEROING static struct faden__next pick(void *a, void *b, void *own_sp, struct faden__switch_ops *o)
{
    _Alignas(PROBE_STACK_ALIGN) volatile char local[16];
    expect_aligned(local);
    EXPECT(a == &base && b == &other && o == &ops, "the arguments of pick");
    room = arch_room(own_sp);
    EXPECT(((uintptr_t)room & (sizeof(void *) - 1)) == 0, "the room is not aligned: %p", room);
    *(int *)room = result;
    fill(1);
    base.sp = own_sp;
    return (struct faden__next){result == AT_ONCE ? own_sp : other.sp, NULL};
}

static struct faden__switch_ops ops = {.pick = pick};

static void entry(void *arg)
{
    static struct probe p;
    for (;;) {
        expect_filled(1, "on the other side");
        p.fn = (void (*)(void *, void *))faden_context_switch;
        p.a = &other;
        p.b = &base;
        p.junk = (uintptr_t)conform_random(&seed);
        probe_call(&p);
    }
}

#define EACH(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14)
#define LOAD(n) uintptr_t v##n = in[n];
#define CHECK_VALUE(n) EXPECT(v##n == in[n], "live value %d", n);

/* Among live values in registers, an array of variable length, and one in the red zone's place. */
static NOINLINE int wait_once(int n)
{
    volatile unsigned char variable[n], fixed[40];
    for (int i = 0; i < n; i++)
        variable[i] = (unsigned char)i;
    for (int i = 0; i < 40; i++)
        fixed[i] = (unsigned char)(i + n);
    EACH(LOAD)
    int got = faden__arch_wait_call(&ops, &base, &other);
    EACH(CHECK_VALUE)
    for (int i = 0; i < n; i++)
        EXPECT(variable[i] == (unsigned char)i, "the variable array");
    for (int i = 0; i < 40; i++)
        EXPECT(fixed[i] == (unsigned char)(i + n), "the fixed array");
    return got;
}

/* Leaf functions keep their variables below the stack pointer. */
static NOINLINE int wait_in_leaf(uint64_t first)
{
    volatile uint64_t word[12];
    for (int i = 0; i < 12; i++)
        word[i] = first + (uint64_t)i;
    int got = faden__arch_wait_call(&ops, &base, &other);
    for (int i = 0; i < 12; i++)
        if (word[i] != first + (uint64_t)i)
            return 12345;
    return got;
}

static NOINLINE int wait_with_value(int kept)
{
    return faden__arch_wait_call(&ops, &base, &other) + kept;
}

void conform_waits(void)
{
    static _Alignas(16) char stack[16384];
    static const int results[] = {0, -1, AT_ONCE, INT32_MIN, INT32_MAX, -110, 0x1000};
    seed = 5;
    faden_context_init(&other, stack, sizeof stack, entry, NULL);
    for (int i = 0; i < ROUNDS && !conform_failed(); i++) {
        in[i % VALUES] = (uintptr_t)conform_random(&seed);
        result = results[i % 7];
        left = 0;
        int got = i & 8 ? wait_once(1 + i % 100) : i & 16 ? wait_in_leaf(seed) : wait_with_value(0);
        EXPECT(got == result, "the result: expected %d, found %d", result, got);
        EXPECT(left == (result < 0), "left %d times with %d", left, result);
    }
}
