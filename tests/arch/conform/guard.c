/* SPDX-License-Identifier: MIT */
/* A recursion in a context comes down to the guard page under its stack, faults there and nowhere
   else, and the program can go on from the handler. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "conform.h"

enum { SIZE = 131072 };

static faden_context base, other;
static sigjmp_buf out;
static char *volatile fault;
static volatile int deepest, bottom = -1;

static void on_fault(int sig, siginfo_t *info, void *context)
{
    fault = info->si_addr;
    siglongjmp(out, 1);
}

static NOINLINE int down(int depth)
{
    volatile char room[200];
    room[0] = (char)depth;
    deepest = depth;
    return depth == bottom ? 0 : down(depth + 1) + room[0];
}

static void entry(void *arg)
{
    down(0);
}

void conform_guard(void)
{
    static char alternate[65536];
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *memory =
        mmap(NULL, page + SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct sigaction sa = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK}, old;
    EXPECT(memory != MAP_FAILED && mprotect(memory, page, PROT_NONE) == 0, "mmap");
    sigaltstack(&(stack_t){.ss_sp = alternate, .ss_size = sizeof alternate}, NULL);
    sigaction(SIGSEGV, &sa, &old);
    for (int i = 0; i < 3; i++) {
        fault = NULL;
        deepest = 0;
        if (!sigsetjmp(out, 1)) {
            faden_context_init(&other, memory + page, SIZE, entry, NULL);
            faden_context_switch(&base, &other);
        }
        EXPECT(fault >= memory && fault < memory + page, "a fault at %p; the guard is at %p", fault,
               memory);
        EXPECT(deepest > 100, "only %d deep", deepest);
    }
    sigaction(SIGSEGV, &old, NULL);
    munmap(memory, page + SIZE);
}
