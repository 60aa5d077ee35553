/* SPDX-License-Identifier: MIT */
/* Every callee-saved register survives the out-of-line switch in full width, in both directions. */
#include "check.h"
#include "isa.h"

enum { ROUNDS = 20000 };

static faden_context base, other;
static uint64_t missing_there;

static void there(void *arg)
{
    uint64_t seed = (uintptr_t)arg;
    for (;;)
        missing_there |= isa_sentinels(&other, &base, next_random(&seed));
}

static void expect_none(uint64_t missing, const char *where)
{
    static const char *const names[] = {ISA_SENTINEL_NAMES};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        EXPECT(!(missing >> i & 1), "%s is not kept %s", names[i], where);
}

int main(void)
{
    static char stack[8192];
    uint64_t seed = 1, missing = 0;
    alarm(20);
    faden_context_init(&other, stack, sizeof stack, there, (void *)0x123456789abcdef0);
    for (int i = 0; i < ROUNDS; i++)
        missing |= isa_sentinels(&base, &other, next_random(&seed));
    expect_none(missing, "where the switch came back to the base flow");
    expect_none(missing_there, "where the switch came back to the context");
    return 0;
}
