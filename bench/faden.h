/* SPDX-License-Identifier: MIT */
/* What several of our own rows need. */
#ifndef BENCH_FADEN_H
#define BENCH_FADEN_H

#include "common.h"

#include <faden/coro.h>

/* fp=fixed: the program promises to leave the floating-point control state alone. */
static inline void fp_init(int argc, char **argv)
{
    if (bench_is(argc, argv, "fp", "fixed"))
        faden_fp_control_fix(true);
}

#endif
