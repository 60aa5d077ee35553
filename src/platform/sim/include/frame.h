/* SPDX-License-Identifier: MIT */
/*
 * The frame header of the architecture; only the hint of a spin loop is another one here: a virtual
 * thread that spins lets others go on.
 */
#include_next "frame.h"

#ifndef __ASSEMBLER__
void sim_relax(void);
#define arch_relax sim_relax
#endif
