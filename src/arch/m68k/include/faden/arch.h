/* SPDX-License-Identifier: MIT */
/* faden/arch.h for m68k. Not for direct use; context.h, coro.h and task.h are built on it. */
#ifndef FADEN_ARCH_H
#define FADEN_ARCH_H

#if !defined __m68k__ || defined __mcoldfire__
#error "this <faden/arch.h> is for m68k, 68020 or later; install faden for your target"
#endif

#include <faden/arch/outline.h>

#endif
