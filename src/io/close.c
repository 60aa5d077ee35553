/* SPDX-License-Identifier: MIT */
/*
 * Closing waits for the calls in flight; who drops the count to CALLS_CLOSING alone does the
 * close(2), under the lock. A call that comes in meanwhile and has to leave again may see the count
 * fall there a second time, so it looks again under the lock:
 *
 *      closer                      call in flight            newcomer
 *      lock
 *      calls += CLOSING   (1)
 *      wake the waiters
 *      park, lock opens
 *                                  leave: calls == CLOSING   (2)
 *                                                            enter: sees CLOSING
 *                                  lock
 *                                  close(2), renew
 *                                  calls -= CLOSING (3)
 *                                  unlock, wake the closer
 *                                                            leave
 *                                                            lock: not closing, so begin again: the
 *                                                            kernel has the answer now
 *
 * Until (3) the number can belong to nobody else here, although the kernel may give it out before:
 * who gets it so early waits for the lock.
 */
#include "io/io.h"
#include "io/system.h"

struct closer {
    struct faden__wait wait;
};

bool faden__enter_closing(struct cpu *cpu, struct descriptor *d)
{
    bool closing;
    descriptor_leave(cpu, d);
    lock_acquire(cpu, &d->lock);
    closing = load_relaxed(&d->calls) & CALLS_CLOSING;
    lock_release(cpu, &d->lock);
    return !closing && descriptor_enter(cpu, d);
}

/* close(2), and the end of this life. The lock is held; no call is in flight. */
static int finish(struct cpu *cpu, struct descriptor *d, int fd)
{
    int saved = errno, result = 0;
    if (d->poller && !(what_of(d) & IS_OURS)) /* others may have it: be told no more */
        poller_forget(d->poller, fd);
    if (close(fd) < 0 && errno != EINTR) /* Linux has closed it then, too */
        result = -errno;
    errno = saved;
    descriptor_renew(cpu, d, -EBADF);
    fetch_add_acq_rel(&d->calls, -CALLS_CLOSING);
    return result;
}

void faden__leave_last(struct cpu *cpu, struct descriptor *d)
{
    struct closer *closer = NULL;
    int result = 0;
    lock_acquire(cpu, &d->lock);
    if (load_relaxed(&d->calls) == CALLS_CLOSING) {
        closer = d->closer;
        d->closer = NULL;
        result = finish(cpu, d, (int)(intptr_t)closer->wait.object);
    }
    lock_release(cpu, &d->lock);
    if (closer)
        wake(cpu, &closer->wait, result);
}

int faden_close(int fd)
{
    static const struct reason closing = {"calls in flight (faden_close), descriptor", NULL};
    struct cpu *cpu = mycpu();
    struct descriptor *d;
    struct closer me;
    int result;
    if (fd < 0)
        return -EBADF;
    d = descriptor_find(fd);
    if (!d || (!cpu && !load_acquire(&faden__runtimes))) {
        if (d)
            store_relaxed(&d->what, 0);
        result = (int)SYSTEM(close(fd));
        return result;
    }
    lock_acquire(cpu, &d->lock);
    if (load_relaxed(&d->calls) & CALLS_CLOSING) {
        lock_release(cpu, &d->lock);
        return -EBADF;
    }
    if (!fetch_add_acq_rel(&d->calls, CALLS_CLOSING)) {
        result = finish(cpu, d, fd);
        lock_release(cpu, &d->lock);
        return result;
    }
    wake_all(cpu, d, READING, -EBADF);
    wake_all(cpu, d, WRITING, -EBADF);
    wait_init(cpu, &me.wait, &closing, (void *)(intptr_t)fd);
    me.wait.sticky = 1;
    me.wait.outside = 1;
    d->closer = &me;
    return park(cpu, &me.wait, &d->lock);
}
