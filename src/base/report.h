/* SPDX-License-Identifier: MIT */
/* The one thing even the lowest layer asks of the world under it. */
#ifndef FADEN_BASE_REPORT_H
#define FADEN_BASE_REPORT_H

#include <stdbool.h>
#include <stddef.h>

/* Write `n` bytes where failures are reported. `fatal`: and stop the program; does not return. */
void platform_report(const char *text, size_t n, bool fatal);

#endif
