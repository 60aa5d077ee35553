/* SPDX-License-Identifier: MIT */
/* 100,000 coroutines alive at a time: in place on small stacks, each with its own values; and as
   many as the address space of this machine gives with stacks and guards of their own. */
#include <sys/mman.h>

#include "check.h"

#include <faden/coro.h>

enum { MANY = 100000, SIZE = 4096, ROUNDS = 3 };

static faden_coro coro[MANY];
static faden_coro *made[MANY];

static void *counts(void *arg)
{
    uintptr_t base = (uintptr_t)arg;
    for (uintptr_t i = 0;; i++)
        EXPECT(faden_coro_yield((void *)(base * 7 + i)) == (void *)(base + i), "resume %d", (int)i);
    return NULL;
}

static void rounds(faden_coro *(*get)(int))
{
    for (uintptr_t k = 0; k < ROUNDS; k++) {
        for (int i = 0; i < MANY; i++) {
            uintptr_t n = (uintptr_t)i, pass = k ? n + k - 1 : n;
            void *got = faden_coro_resume(get(i), (void *)pass);
            EXPECT(got == (void *)(n * 7 + k), "coroutine %d, round %d", i, (int)k);
        }
    }
}

static faden_coro *in_place(int i)
{
    return &coro[i];
}

static faden_coro *by_new(int i)
{
    return made[i];
}

int main(void)
{
    NOT_UNDER_VALGRIND("it searches all stacks at each switch");
    limit_seconds(60);
    char *stacks = mmap(NULL, (size_t)MANY * SIZE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (stacks == MAP_FAILED)
        SKIP("no memory for %d stacks", MANY);
    for (int i = 0; i < MANY; i++)
        EXPECT(faden_coro_init(&coro[i], stacks + (size_t)i * SIZE, SIZE, counts, NULL) == 0,
               "init %d", i);
    rounds(in_place);
    munmap(stacks, (size_t)MANY * SIZE);
    faden_coro_attr attr = {.stack_size = 8192};
    for (int i = 0; i < MANY; i++) {
        int err = faden_coro_new(&made[i], counts, &attr);
        if (err == -ENOMEM && i > 10000)
            SKIP("this machine gives %d guarded stacks", i);
        EXPECT(err == 0, "coroutine %d: %s", i, strerror(-err));
    }
    rounds(by_new);
    for (int i = 0; i < MANY; i++)
        faden_coro_delete(made[i]);
    return 0;
}
