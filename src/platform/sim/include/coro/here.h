/* SPDX-License-Identifier: MIT */
/*
 * Who runs here, in the simulator's world: all virtual threads live in one kernel thread, so what
 * is thread-local elsewhere lies in the record of each, and is found through a pointer that the
 * simulator moves. What src/coro/here.h declares, and src/coro/coro.c defines, is that pointer.
 */
#define faden__here (*faden__sim_here)
#define CPUS_MAX 96 /* each look through the table of cpus is so many choice points */
#include_next "coro/here.h"
