/* SPDX-License-Identifier: MIT */
/* A coroutine resumes another that resumes another: each yield comes back to its own resumer, the
   ones that wait are RESUMING, and a chain may be taken down and built again in another order. */
#include "check.h"

#include <faden/coro.h>

enum { DEPTH = 50, SIZE = 16384, ROUNDS = 200 };

static faden_coro coro[DEPTH];
static char stack[DEPTH][SIZE];
static int inside; /* how many wait for one that they resumed */

static void expect_chain(int depth)
{
    for (int i = 0; i < DEPTH; i++) {
        faden_coro_state state = faden_coro_state_of(&coro[i]);
        if (i < depth)
            EXPECT(state == FADEN_CORO_RESUMING, "%d of %d: state %d", i, depth, state);
        else if (i == depth)
            EXPECT(state == FADEN_CORO_RUNNING, "%d of %d: state %d", i, depth, state);
        else
            EXPECT(state == FADEN_CORO_NEW || state == FADEN_CORO_SUSPENDED, "%d of %d: state %d",
                   i, depth, state);
    }
}

static void *body(void *arg)
{
    int self = (int)(intptr_t)arg;
    for (int k = 0;; k++) {
        EXPECT(faden_coro_self() == &coro[self], "self");
        expect_chain(self);
        if (self + 1 < DEPTH) {
            void *got = faden_coro_resume(&coro[self + 1], (void *)(intptr_t)(self + 1));
            EXPECT(got == (void *)(intptr_t)(k * DEPTH + self + 1), "the value of %d", self + 1);
            EXPECT(faden_coro_self() == &coro[self], "self after resume");
            expect_chain(self);
        } else {
            inside++;
        }
        faden_coro_yield((void *)(intptr_t)(k * DEPTH + self));
    }
    return NULL;
}

/* One that is resumed by a different coroutine each time. */
static faden_coro shared;
static char shared_stack[SIZE];

static void *count(void *arg)
{
    for (intptr_t n = 1;; n++)
        faden_coro_yield((void *)n);
    return arg;
}

static void *uses_shared(void *arg)
{
    for (;;) {
        faden_coro_yield(faden_coro_resume(&shared, NULL));
        EXPECT(faden_coro_state_of(&shared) == FADEN_CORO_SUSPENDED, "the shared one");
    }
    return arg;
}

static void change_resumers(void)
{
    EXPECT(faden_coro_init(&shared, shared_stack, SIZE, count, NULL) == 0, "init");
    for (int i = 0; i < DEPTH; i++)
        EXPECT(faden_coro_init(&coro[i], stack[i], SIZE, uses_shared, NULL) == 0, "init");
    uint64_t seed = 3;
    for (intptr_t n = 1; n < 5000; n++) {
        uint64_t r = next_random(&seed);
        faden_coro *c = r % 8 ? &coro[r / 8 % DEPTH] : &shared;
        EXPECT(faden_coro_resume(c, NULL) == (void *)n, "resume %d", (int)n);
    }
}

int main(void)
{
    limit_seconds(20);
    for (int i = 0; i < DEPTH; i++)
        EXPECT(faden_coro_init(&coro[i], stack[i], SIZE, body, NULL) == 0, "init");
    for (int k = 0; k < ROUNDS; k++)
        EXPECT(faden_coro_resume(&coro[0], (void *)0) == (void *)(intptr_t)(k * DEPTH), "round");
    EXPECT(inside == ROUNDS, "the innermost ran %d times", inside);
    for (int i = 0; i < DEPTH; i++)
        faden_coro_destroy(&coro[i]);
    change_resumers();
    return 0;
}
