/* SPDX-License-Identifier: MIT */
/*
 * faden/signal.h: signals as something to wait for.
 *
 *      static void *stop_when_told(void *arg)
 *      {
 *          const int which[] = {SIGINT, SIGTERM};
 *          faden_signals s;
 *          if (faden_signals_open(&s, which, 2) < 0)
 *              return NULL;
 *          if (faden_signals_wait(&s, NULL) > 0)
 *              faden_scope_cancel(faden_root());
 *          faden_signals_close(&s);
 *          return NULL;
 *      }
 *
 * From open to close the signals named do nothing of what they did before, in the whole process:
 * each is kept until somebody waits for it. The last close puts back what was there. Masks are left
 * alone: the signals need not be blocked, as for sigwait(3), and do not come while every thread
 * blocks them.
 */
#ifndef FADEN_SIGNAL_H
#define FADEN_SIGNAL_H

#include <faden/base.h>

#include <signal.h>

FADEN_BEGIN

/* In place; it must not move while it is open. Members are private. */
typedef struct faden_signals {
    int ends[2];
    int slot;
} faden_signals;

/* What came. */
typedef struct faden_signal_info {
    int signal; /* its number */
    int code;   /* why, as si_code in sigaction(2): SI_USER, SI_QUEUE, CLD_EXITED, … */
    int pid;    /* of the sender, or of the child (SIGCHLD) */
    int uid;    /* likewise */
    int value;  /* what sigqueue(3) sent; for SIGCHLD the exit status */
    int reserved[3];
} faden_signal_info;

/*
 * Begin to keep these `n` signals for faden_signals_wait. Several objects may ask for the same
 * signal: each gets it. Gives 0; -EINVAL for a signal that cannot be kept (SIGKILL, SIGSTOP, and
 * those that tell of a fault: SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP); -EAGAIN if 32 are open
 * already; -EMFILE, -ENFILE, -ENOMEM. Does not wait. Tasks and plain threads.
 */
FADEN_API FADEN_CHECK int faden_signals_open(faden_signals *s, const int *signals, size_t n);

/*
 * Wait for the next signal; gives its number (> 0) and, if `info` is not NULL, what is known about
 * it. Each goes to one of those that wait on `s`. -ECANCELED, -ETIMEDOUT; -EBADF once it is closed.
 * At least 128 are kept, more are lost. Waits. Tasks and plain threads.
 */
FADEN_API FADEN_CHECK int faden_signals_wait(faden_signals *s, faden_signal_info *info);

/* Put back what the signals did before, unless another object still keeps them or somebody has
   installed another handler meanwhile; what was kept is dropped, who waits gets -EBADF. Tasks and
   plain threads. Gives 0. */
FADEN_API int faden_signals_close(faden_signals *s);

FADEN_END

#endif
