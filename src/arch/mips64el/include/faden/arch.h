/* SPDX-License-Identifier: MIT */
/*
 * faden/arch.h for mips64el (n64). Not for direct use; context.h, coro.h and task.h are
 * built on it.
 */
#ifndef FADEN_ARCH_H
#define FADEN_ARCH_H

#if !defined __mips64 || !defined _ABI64 || _MIPS_SIM != _ABI64 || !defined __MIPSEL__
#error "this <faden/arch.h> is for mips64el (n64); install faden for your target"
#endif

#define FADEN__STACK_MIN 1024

#include <faden/arch/outline.h>

#endif
