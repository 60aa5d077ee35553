/* SPDX-License-Identifier: MIT */
/*
 * What the conformance program asks of an ISA. tests/arch/<isa>/probe.h defines, before it includes
 * this file, and for its probe.S too:
 *
 *      PROBE_ISA                   the name
 *      PROBE_FP                    what is kept of the floating-point control state, in words
 *      PROBE_STACK_ALIGN           what the ABI promises of sp at a call
 *      PROBE_REGISTERS(X)          X(name, offset, bytes) for each callee-saved register, full
 * width, the stack pointer among them PROBE_BYTES                 of all of these, a multiple of 16
 *
 * and after it
 *
 *      probe_possible(p)           clears those bits of p->in that the registers do not have
 *      probe_fp_states             floating-point control states: the initial one first, then
 * others that differ from it in each bit that is kept probe_fp_get, probe_fp_set  of such a state;
 * the sticky flags are left out
 *
 * without the last three where PROBE_NO_FP says that there is no floating point.
 */
#ifndef TESTS_ARCH_CONFORM_PROBE_CALL_H
#define TESTS_ARCH_CONFORM_PROBE_CALL_H

#include <stdint.h>

#ifndef PROBE_SWITCH_REGISTERS
#define PROBE_SWITCH_REGISTERS(X)
#endif

/* In words: fn at 0, a at 1, b at 2, junk at 3, in at 4; out is PROBE_BYTES further. */
struct probe {
    void (*fn)(void *, void *);
    void *a, *b;
    uintptr_t junk;
    unsigned char in[PROBE_BYTES], out[PROBE_BYTES];
} __attribute__((aligned(16)));

/*
 * Fill every callee-saved register from p->in, but store the stack pointer there; fill all others,
 * of every kind, with p->junk or other nonsense, and set the arithmetic flags; call p->fn(p->a,
 * p->b); store the callee-saved ones in p->out. Keeps the ABI itself.
 */
void probe_call(struct probe *p);

#endif
