/* SPDX-License-Identifier: MIT */
/* Where failures are reported: the error stream, unbuffered. Async-signal-safe. */
#include "base/report.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

void platform_report(const char *text, size_t n, bool fatal)
{
    int saved = errno;
    while (n) {
        ssize_t written = write(STDERR_FILENO, text, n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            break; /* nobody listens */
        text += written;
        n -= (size_t)written;
    }
    errno = saved;
    if (fatal)
        abort();
}
