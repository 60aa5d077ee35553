/* SPDX-License-Identifier: MIT */
/* faden/arch.h for arm. Not for direct use; context.h, coro.h and task.h are built on it. */
#ifndef FADEN_ARCH_H
#define FADEN_ARCH_H

#ifndef __arm__
#error "this <faden/arch.h> is for arm; install faden for your target"
#endif

#include <faden/arch/outline.h>

#endif
