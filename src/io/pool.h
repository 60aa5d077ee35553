/* SPDX-License-Identifier: MIT */
/* The pool of threads for calls that block. */
#ifndef FADEN_IO_POOL_H
#define FADEN_IO_POOL_H

#include <stdbool.h>

/* A cpu ends; all its jobs are over. last: no other run goes on, so end all threads. */
void pool_cpu_ends(bool last);

#endif
