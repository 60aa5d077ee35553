/* SPDX-License-Identifier: MIT */
/*
 * For clobber.c: the widest vectors this file may use, and values that live only in registers of
 * kinds that C has no name for. The empty asm statements put them there before and after.
 */
#ifndef TESTS_ARCH_LIVE_H
#define TESTS_ARCH_LIVE_H

#include <stdint.h>

#if defined __AVX512BW__
#define LIVE_LEVEL 3
#define LIVE_VECTOR 64
#elif defined __AVX__
#define LIVE_LEVEL 1
#define LIVE_VECTOR 32
#else
#define LIVE_LEVEL 0
#define LIVE_VECTOR 16
#endif

#if defined LIVE_BY_ATTRIBUTE && defined __clang__ /* with gcc it cannot work: faden/arch.h */
#undef LIVE_LEVEL
#undef LIVE_VECTOR
#define LIVE_LEVEL 3
#define LIVE_VECTOR 64
#define LIVE_TARGET __attribute__((target("avx512f,avx512bw")))
#else
#define LIVE_TARGET
#endif

#if LIVE_LEVEL == 3
#define LIVE_MASK(n)         \
    uint64_t mask##n = in.i[n]; \
    __asm__ volatile("" : "+k"(mask##n));
#define LIVE_MASK_CHECK(n)                \
    __asm__ volatile("" : "+k"(mask##n)); \
    bad |= mask##n != in.i[n];
#else
#define LIVE_MASK(n)
#define LIVE_MASK_CHECK(n)
#endif

typedef int live_mmx __attribute__((vector_size(8)));
#define LIVE_MMX(n)                                     \
    live_mmx mmx##n = {(int)in.i[n], (int)in.i[n + 1]}; \
    __asm__ volatile("" : "+y"(mmx##n));
#define LIVE_MMX_CHECK(n)                \
    __asm__ volatile("" : "+y"(mmx##n)); \
    bad |= mmx##n[0] != (int)in.i[n] || mmx##n[1] != (int)in.i[n + 1];

/* F(name, how many, before, after): the kinds beyond those of C. */
#define LIVE_KINDS(F)                            \
    F(masks, EIGHT, LIVE_MASK, LIVE_MASK_CHECK)  \
    F(mmx, EIGHT, LIVE_MMX, LIVE_MMX_CHECK)

/* After a function that used these kinds. */
#define LIVE_END() __asm__ volatile("emms")

#endif
