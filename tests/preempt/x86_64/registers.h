/* SPDX-License-Identifier: MIT */
/*
 * Load every register of x86-64 with a pattern, spin for about a millisecond with nothing but them,
 * store them again, compare. The parts that the processor does not have are left out.
 */
#ifndef TESTS_PREEMPT_REGISTERS_H
#define TESTS_PREEMPT_REGISTERS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct registers {
    _Alignas(64) uint8_t zmm[32][64];
    uint64_t mask[8];
    uint8_t x87[8][16];   /* 10 bytes of each */
    uint64_t general[14]; /* all but rsp and rcx */
    uint64_t flags;
    uint64_t zone[16];
    uint32_t mxcsr;
    uint16_t control;
};

_Static_assert(offsetof(struct registers, control) == 2492, "as registers.S has it");

/* registers.S: in -> registers -> spin -> registers -> out. wide: there is AVX-512. */
void spin_with_registers(const struct registers *in, struct registers *out, uint64_t spins,
                         int wide);

static inline void fill(struct registers *r, unsigned seed)
{
    uint8_t *p = (uint8_t *)r;
    uint32_t x = seed * 2654435761u + 1;
    for (size_t i = 0; i < sizeof *r; i++) {
        x = x * 1664525 + 1013904223;
        p[i] = (uint8_t)(x >> 24);
    }
    for (int i = 0; i < 8; i++) { /* normal numbers: those stay as they are when loaded */
        r->x87[i][7] |= 0x80;
        r->x87[i][9] = 0x40;
        memset(&r->x87[i][10], 0, 6);
    }
    r->flags = 0x202 | ((seed & 1) ? 0x8d5 : 0x044) | ((seed & 2) ? 0x400 : 0);
    r->mxcsr = 0x1f80 | (seed & 3) << 13 | 0x3f; /* the sticky flags too */
    r->control = (uint16_t)(0x37f & ~((seed & 1) << 8)) | (seed & 3) << 10;
}

/* NULL: all as it was; else what was not. */
static inline const char *hold_registers(unsigned seed)
{
    struct registers in, out;
    int wide = __builtin_cpu_supports("avx512bw") != 0;
    fill(&in, seed);
    memset(&out, 0, sizeof out);
    spin_with_registers(&in, &out, 400000, wide);
    for (int i = 0; i < (wide ? 32 : 16); i++)
        if (memcmp(in.zmm[i], out.zmm[i], wide ? 64 : 16) != 0)
            return "a vector register";
    if (wide && memcmp(in.mask, out.mask, sizeof in.mask) != 0)
        return "a mask register";
    if (memcmp(in.x87, out.x87, sizeof in.x87) != 0)
        return "an x87 register";
    if (memcmp(in.general, out.general, sizeof in.general) != 0)
        return "a general register";
    if (in.flags != out.flags)
        return "the flags";
    if (memcmp(in.zone, out.zone, sizeof in.zone) != 0)
        return "the red zone";
    if (in.mxcsr != out.mxcsr || in.control != out.control)
        return "a control word";
    return NULL;
}

#endif
