/* SPDX-License-Identifier: MIT */
#include "arch/x86/trap.c"
