/* SPDX-License-Identifier: MIT */
/* The console's input. */
#ifndef KERNEL_CONSOLE_H
#define KERNEL_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

/* Wait for a character and give it. Tasks. */
int console_get(void);
/* The same, but -1 once the clock has reached `deadline`. */
int console_get_until(int64_t deadline);

/* For platform_idle: has a character come, and wake who waits for it; gives how many. */
bool console_has_event(void);
int console_deliver(void);

#endif
