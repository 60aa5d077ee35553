/* SPDX-License-Identifier: MIT */
/* Where failures are reported: the error stream, unbuffered. */
#include "base/report.h"

#include <io.h>
#include <stdlib.h>

void platform_report(const char *text, size_t n, bool fatal)
{
    while (n) {
        int written = _write(2, text, (unsigned)n);
        if (written <= 0)
            break; /* nobody listens */
        text += written;
        n -= (size_t)written;
    }
    if (fatal)
        abort();
}
