/* SPDX-License-Identifier: MIT */
/* faden/arch.h for s390x. Not for direct use; context.h, coro.h and task.h are built on it. */
#ifndef FADEN_ARCH_H
#define FADEN_ARCH_H

#ifndef __s390x__
#error "this <faden/arch.h> is for s390x; install faden for your target"
#endif

#define FADEN__STACK_MIN 1536

#include <faden/arch/outline.h>

#endif
