/* SPDX-License-Identifier: MIT */
/*
 * The frame header of the architecture; only the hint of a spin loop is another one here. Where
 * harts take turns (start.S), one that spins gives its turn up, as `pause` does in the emulator of
 * other processors: else it would spin to the end of it, and whom it waits for stands still.
 */
#ifndef KERNEL_ARCH_FRAME_H
#define KERNEL_ARCH_FRAME_H

#include_next "frame.h"

#ifndef __ASSEMBLER__
extern unsigned kernel_turn;

static inline void relax_or_end_turn(void)
{
    if (kernel_turn)
        __asm__ volatile("ecall" ::: "memory");
    else
        arch_relax();
}
#define arch_relax relax_or_end_turn
#endif

#endif
