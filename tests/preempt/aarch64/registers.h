/* SPDX-License-Identifier: MIT */
/*
 * Load every register of aarch64 with a pattern, spin with nothing but them, store them again,
 * compare. Without SVE the vectors are of 16 bytes, and there are no predicates. There is no red
 * zone.
 */
#ifndef TESTS_PREEMPT_REGISTERS_H
#define TESTS_PREEMPT_REGISTERS_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

enum { VECTOR_MAX = 256 };

struct registers {
    uint64_t general[31]; /* x0 and x1 point here meanwhile, x18 is the platform's */
    uint64_t flags, fpcr, fpsr, unused;
    uint8_t p[17 * VECTOR_MAX / 8]; /* at a distance of an eighth of a vector; the last is FFR */
    uint8_t z[32 * VECTOR_MAX];     /* at a distance of a vector */
};
_Static_assert(offsetof(struct registers, p) == 280, "as registers.S has it");
_Static_assert(offsetof(struct registers, z) == 824, "as registers.S has it");

/* registers.S */
void spin_with_registers(const struct registers *in, struct registers *out, uint64_t spins,
                         int sve);
unsigned vector_bytes(void); /* with SVE */

static inline void fill(struct registers *r, unsigned seed, unsigned vector)
{
    uint8_t *p = (uint8_t *)r;
    uint32_t x = seed * 2654435761u + 1;
    for (size_t i = 0; i < sizeof *r; i++) {
        x = x * 1664525 + 1013904223;
        p[i] = (uint8_t)(x >> 24);
    }
    memset(r->p + 16 * (vector / 8), 0, vector / 8); /* FFR: ones, then zeros */
    memset(r->p + 16 * (vector / 8), 0xff, seed % (vector / 8 + 1));
    r->flags = (uint64_t)(seed & 15) << 28;
    r->fpcr = (uint64_t)(seed & 3) << 22;
    r->fpsr = seed & 0x1f;
}

/* NULL: all as it was; else what was not. The two lie outside of the stack: see TOO_DEEP. */
static inline const char *hold_registers(unsigned seed)
{
    int sve = (getauxval(AT_HWCAP) & (1 << 22)) != 0;
    unsigned vector = sve ? vector_bytes() : 16;
    struct registers *in = calloc(2, sizeof *in), *out = in + 1;
    const char *broken = NULL;
    fill(in, seed, vector);
    spin_with_registers(in, out, 400000, sve);
    if (memcmp(in->z, out->z, 32 * vector) != 0)
        broken = "a vector register";
    if (sve && memcmp(in->p, out->p, 17 * (vector / 8)) != 0)
        broken = "a predicate register";
    for (int i = 2; i < 31; i++)
        if (i != 18 && in->general[i] != out->general[i])
            broken = "a general register";
    if (in->flags != out->flags || in->fpcr != out->fpcr || in->fpsr != out->fpsr)
        broken = "flags or control";
    free(in);
    return broken;
}

#endif
