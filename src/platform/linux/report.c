/* SPDX-License-Identifier: MIT */
/* Where failures are reported: the error stream, unbuffered. Async-signal-safe. */
#include "base/report.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

/* The error stream may be a full pipe in non-blocking mode: its reader gets so many times to make
   room before we give up. */
enum { PATIENCE = 100, WAIT_MS = 10 };

void platform_report(const char *text, size_t n, bool fatal)
{
    struct pollfd room = {.fd = STDERR_FILENO, .events = POLLOUT};
    int saved = errno;
    for (int patience = PATIENCE; n && patience;) {
        ssize_t written = write(STDERR_FILENO, text, n);
        if (written > 0) {
            text += written;
            n -= (size_t)written;
            patience = PATIENCE;
        } else if (written < 0 && errno == EAGAIN) {
            poll(&room, 1, WAIT_MS);
            patience--;
        } else if (written == 0 || errno != EINTR) {
            break; /* nobody listens */
        }
    }
    errno = saved;
    if (fatal)
        abort();
}
