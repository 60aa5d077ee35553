/* SPDX-License-Identifier: MIT */
/* Where failures are reported: the error stream, unbuffered. Async-signal-safe. */
#include "base/report.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/*
 * The error stream may be a full pipe in non-blocking mode: its reader gets so long to make room
 * before we give up, and so many looks: where the machine is busy, or stands still, we do not look
 * often either. Looks alone would not do: signals end them early.
 */
enum { PATIENCE_S = 1, PATIENCE_LOOKS = 100, WAIT_MS = 10 };

struct patience {
    time_t until; /* a second that has begun counts in full */
    int looks;
};

static time_t seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

static struct patience fresh(void)
{
    return (struct patience){seconds() + 1 + PATIENCE_S, PATIENCE_LOOKS};
}

static bool is_over(const struct patience *p)
{
    return p->looks <= 0 && seconds() >= p->until;
}

void platform_report(const char *text, size_t n, bool fatal)
{
    struct pollfd room = {.fd = STDERR_FILENO, .events = POLLOUT};
    int saved = errno;
    struct patience patience = fresh();
    while (n && !is_over(&patience)) {
        ssize_t written = write(STDERR_FILENO, text, n);
        if (written > 0) {
            text += written;
            n -= (size_t)written;
            patience = fresh();
        } else if (written < 0 && errno == EAGAIN) {
            poll(&room, 1, WAIT_MS);
            patience.looks--;
        } else if (written == 0 || errno != EINTR) {
            break; /* nobody listens */
        }
    }
    errno = saved;
    if (fatal)
        abort();
}
