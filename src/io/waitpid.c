/* SPDX-License-Identifier: MIT */
/*
 * waitpid(2). The end of one child makes its pidfd readable. For what no descriptor tells of (any
 * child, a stop, an old kernel) the task looks again and again, at growing intervals: a thread of
 * the pool would be at once, but could not be called back when the task is ended.
 */
#define _GNU_SOURCE
#include <faden/time.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "io/io.h"
#include "io/system.h"

static pid_t look(pid_t pid, int *status, int options)
{
    return (pid_t)SYSTEM(waitpid(pid, status, options | WNOHANG));
}

static int open_pidfd(pid_t pid)
{
    int fd = (int)SYSTEM(syscall(SYS_pidfd_open, pid, 0));
    if (fd >= 0) /* close-on-exec by itself */
        descriptor_born(mycpu(), fd, IS_STREAM | IS_OURS);
    return fd;
}

static pid_t keep_looking(pid_t pid, int *status, int options)
{
    int64_t pause = FADEN_MSEC / 4;
    for (;;) {
        pid_t found = look(pid, status, options);
        int err;
        if (found)
            return found;
        err = faden_sleep(pause);
        if (err < 0)
            return err;
        if (pause < 32 * FADEN_MSEC)
            pause *= 2;
    }
}

pid_t faden_waitpid(pid_t pid, int *status, int options)
{
    struct pollfd p = {.events = POLLIN};
    pid_t found;
    int err;
    if (!mycpu())
        return (pid_t)SYSTEM(waitpid(pid, status, options));
    err = ended(mycpu());
    if (err < 0)
        return err;
    found = look(pid, status, options);
    if (found || options & WNOHANG)
        return found;
    p.fd = pid > 0 && !(options & (WUNTRACED | WCONTINUED)) ? open_pidfd(pid) : -1;
    if (p.fd < 0)
        return keep_looking(pid, status, options);
    err = faden_poll(&p, 1, -1);
    faden_close(p.fd);
    return err < 0 ? err : keep_looking(pid, status, options);
}
