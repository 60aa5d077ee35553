/* SPDX-License-Identifier: MIT */
/*
 * faden/arch.h for mipsel (o32, hard float). Not for direct use; context.h, coro.h and task.h are
 * built on it.
 */
#ifndef FADEN_ARCH_H
#define FADEN_ARCH_H

#if !defined __mips__ || !defined _ABIO32 || _MIPS_SIM != _ABIO32 || !defined __MIPSEL__
#error "this <faden/arch.h> is for mipsel (o32, hard float); install faden for your target"
#endif

#define FADEN__STACK_MIN 768

#include <faden/arch/outline.h>

#endif
