/* SPDX-License-Identifier: MIT */
/* Pages for records, when they are touched. */
#ifndef KERNEL_STACKS_H
#define KERNEL_STACKS_H

#include <stdbool.h>
#include <stdint.h>

/* The kernel has faulted at `at`: if that was the first touch of a record, it has its page now. */
bool stacks_touch(uintptr_t at);

#endif
