/* SPDX-License-Identifier: MIT */
/* The defaults of a run, and no more cpus than there are processors. A stack has all its memory
   from the beginning here, so it is smaller than in a process: a slot of four pages. The linker
   puts this in front of faden_run. */
#include "kernel.h"
#include "processor.h"

#include <faden/runtime.h>

int __real_faden_run(int (*fn)(void *arg), void *arg, const faden_config *config, int *result);
int __wrap_faden_run(int (*fn)(void *arg), void *arg, const faden_config *config, int *result);

enum { KERNEL_STACK_SIZE = 12288 };
unsigned kernel_default_cpus;

int __wrap_faden_run(int (*fn)(void *arg), void *arg, const faden_config *config, int *result)
{
    faden_config own = {.stack_size = 0};
    if (config)
        own = *config;
    if (!own.cpus)
        own.cpus = kernel_default_cpus;
    if (own.cpus > processors_count)
        own.cpus = processors_count;
    if (!own.stack_size)
        own.stack_size = KERNEL_STACK_SIZE;
    return __real_faden_run(fn, arg, &own, result);
}
