/* SPDX-License-Identifier: MIT */
/* faden/arch.h for ppc64le. Not for direct use; context.h, coro.h and task.h are built on it. */
#ifndef FADEN_ARCH_H
#define FADEN_ARCH_H

#if !defined __powerpc64__ || !defined __LITTLE_ENDIAN__
#error "this <faden/arch.h> is for ppc64le; install faden for your target"
#endif

#define FADEN__STACK_MIN 1536

#include <faden/arch/outline.h>

#endif
