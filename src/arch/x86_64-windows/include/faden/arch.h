/* SPDX-License-Identifier: MIT */
/* faden/arch.h for x86-64 Windows. Not for direct use; context.h and coro.h are built on it. */
#ifndef FADEN_ARCH_H
#define FADEN_ARCH_H

#if !defined __x86_64__ || !defined _WIN32
#error "this <faden/arch.h> is for x86-64 Windows; install faden for your target"
#endif

#define FADEN__STACK_MIN 1024 /* two frames with xmm6-15, and the areas for callees */

#include <faden/arch/outline.h>

#endif
