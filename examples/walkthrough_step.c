/* SPDX-License-Identifier: MIT */
/*
 * The middle of a switch exists only between two instructions of assembly. So the processor is told
 * to trap after each instruction (the trap flag), and the handler, on a stack of its own, copies
 * the registers and the memory. Nothing else runs meanwhile: the copy is the state at that point.
 */
#define _GNU_SOURCE /* REG_RIP */
#include "walkthrough.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

#define TRAP_FLAG 0x100

struct moment moments[MOMENTS + 1];
size_t moment_count;
static bool recording;

static void on_trap(int signal, siginfo_t *info, void *context)
{
    (void)signal;
    greg_t *r = ((ucontext_t *)context)->uc_mcontext.gregs;
    if (info->si_code != TRAP_TRACE) /* it is a RECORD */
        recording = !recording;
    if (recording && moment_count < MOMENTS) {
        struct moment *m = &moments[moment_count++];
        m->pc = (uintptr_t)r[REG_RIP];
        m->sp = (uintptr_t)r[REG_RSP];
        m->rbp = (uintptr_t)r[REG_RBP];
        m->rbx = (uintptr_t)r[REG_RBX];
        m->r12 = (uintptr_t)r[REG_R12];
        m->r13 = (uintptr_t)r[REG_R13];
        m->r14 = (uintptr_t)r[REG_R14];
        m->r15 = (uintptr_t)r[REG_R15];
        m->rdi = (uintptr_t)r[REG_RDI];
        m->rsi = (uintptr_t)r[REG_RSI];
        m->world = world;
    }
    r[REG_EFL] = recording ? r[REG_EFL] | TRAP_FLAG : r[REG_EFL] & ~TRAP_FLAG;
}

void step_init(void)
{
    static char stack[64 << 10];
    const stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    const struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    if (sigaltstack(&alternate, NULL) < 0 || sigaction(SIGTRAP, &action, NULL) < 0) {
        perror("walkthrough");
        exit(1);
    }
}

bool in_coroutine(uintptr_t address)
{
    extern const char first[] __asm__("__start_coroutines"), end[] __asm__("__stop_coroutines");
    return address >= (uintptr_t)first && address < (uintptr_t)end;
}

bool step_is(int step, const struct moment *m)
{
    bool active = in_coroutine(m->pc), active_next = in_coroutine(m[1].pc);
    switch (step) {
    case 1: return active && !active_next;
    case 2: return m->pc == (uintptr_t)faden_context_switch;
    case 3: return m->sp == (uintptr_t)m->world.sp[F].sp;
    case 4: return m->sp - (uintptr_t)world.stack[G] <= sizeof world.stack[G];
    case 5: return !active && active_next;
    default: return active;
    }
}
