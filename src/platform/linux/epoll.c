/* SPDX-License-Identifier: MIT */
/* The poller on epoll(7), and the sleep of a cpu, which is a wait for its epoll. */
#define _GNU_SOURCE
#include <errno.h>
#include <limits.h>
#include <linux/time_types.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "platform/linux/world.h"

enum { EVENTS = 128 };
static const uint64_t kick_tag = UINT64_MAX;

void (*poller_sink)(uint64_t tag, unsigned events);
void (*poller_gone)(const void *world, bool forked);
static _Thread_local struct world *here; /* of the cpu that this thread is */

static int make(struct world *w)
{
    struct epoll_event ev = {.events = EPOLLIN, .data.u64 = kick_tag};
    w->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (w->epoll < 0)
        return -errno;
    w->kick = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (w->kick >= 0 && epoll_ctl(w->epoll, EPOLL_CTL_ADD, w->kick, &ev) == 0)
        return 0;
    int err = -errno;
    if (w->kick >= 0)
        close(w->kick);
    close(w->epoll);
    return err;
}

static void tell_gone(const struct world *w, bool forked)
{
    void (*gone)(const void *, bool) = __atomic_load_n(&poller_gone, __ATOMIC_RELAXED);
    if (gone)
        gone(w, forked);
}

/*
 * A child shares the epoll with its parent, and either would take the other's events. So the child
 * gets one of its own; what waits in it registers its descriptors again.
 */
void poller_after_fork(void)
{
    struct world *w = here;
    int saved = errno;
    if (w) {
        close(w->kick);
        close(w->epoll);
        if (make(w) < 0)
            w->epoll = w->kick = -1; /* it may only want to exec: platform_idle tells */
    }
    errno = saved;
    tell_gone(w, true);
}

int poller_open(struct world *w)
{
    int err = make(w);
    if (err < 0)
        return err;
    here = w;
    return 0;
}

void poller_close(struct world *w)
{
    tell_gone(w, false);
    here = NULL;
    close(w->kick);
    close(w->epoll);
}

static uint32_t asked(unsigned events)
{
    uint32_t e = EPOLLET;
    if (events & POLLER_IN)
        e |= EPOLLIN | EPOLLPRI | EPOLLRDHUP;
    if (events & POLLER_OUT)
        e |= EPOLLOUT;
    return e;
}

/* EINTR is none of its errors, but signal handlers leave it in errno. */
static int control(struct platform_cpu *cpu, int op, int fd, struct epoll_event *ev)
{
    struct world *w = cpu->world;
    int err, saved = errno;
    do
        err = epoll_ctl(w->epoll, op, fd, ev) == 0 ? 0 : -errno;
    while (err == -EINTR);
    errno = saved;
    return err;
}

int poller_watch(struct platform_cpu *cpu, int fd, uint64_t tag, unsigned events)
{
    struct epoll_event ev = {.events = asked(events), .data.u64 = tag};
    return control(cpu, EPOLL_CTL_ADD, fd, &ev);
}

int poller_change(struct platform_cpu *cpu, int fd, uint64_t tag, unsigned events)
{
    struct epoll_event ev = {.events = asked(events), .data.u64 = tag};
    return control(cpu, EPOLL_CTL_MOD, fd, &ev);
}

void poller_forget(struct platform_cpu *cpu, int fd)
{
    control(cpu, EPOLL_CTL_DEL, fd, NULL); /* fails if the descriptor is closed: as good */
}

void platform_kick(struct platform_cpu *cpu)
{
    struct world *w = cpu->world;
    int saved = errno; /* also called from signal handlers */
    uint64_t one = 1;
    ssize_t n = write(w->kick, &one, sizeof one); /* EAGAIN: it is kicked already */
    (void)n;
    errno = saved;
}

/* epoll_pwait2 takes nanoseconds; kernels before 5.11 have only milliseconds, rounded up here so
   that a sleep is not too short. */
static int wait_events(int epoll, struct epoll_event *events, int64_t ns)
{
    static int no_pwait2;
    struct __kernel_timespec ts = {.tv_sec = ns / FADEN_SEC, .tv_nsec = ns % FADEN_SEC};
    if (ns == 0)
        return epoll_wait(epoll, events, EVENTS, 0);
    if (ns == FADEN_FOREVER)
        return epoll_wait(epoll, events, EVENTS, -1);
    if (!__atomic_load_n(&no_pwait2, __ATOMIC_RELAXED)) {
        long n = syscall(SYS_epoll_pwait2, epoll, events, EVENTS, &ts, NULL, (size_t)0);
        if (n >= 0 || errno != ENOSYS)
            return (int)n;
        __atomic_store_n(&no_pwait2, 1, __ATOMIC_RELAXED);
    }
    int64_t ms = (ns + FADEN_MSEC - 1) / FADEN_MSEC;
    return epoll_wait(epoll, events, EVENTS, ms > INT_MAX ? INT_MAX : (int)ms);
}

static unsigned told(uint32_t events)
{
    unsigned e = 0;
    if (events & EPOLLIN)
        e |= POLLER_IN;
    if (events & EPOLLOUT)
        e |= POLLER_OUT;
    if (events & (EPOLLPRI | EPOLLRDHUP))
        e |= POLLER_IN | POLLER_HUNG;
    if (events & (EPOLLHUP | EPOLLERR))
        e |= POLLER_IN | POLLER_OUT | POLLER_HUNG;
    return e;
}

int platform_idle(struct platform_cpu *cpu, int64_t deadline)
{
    static const char failure[] = "faden: no descriptor for a poller in the child of a fork\n";
    struct world *w = cpu->world;
    struct epoll_event events[EVENTS];
    int64_t ns = deadline;
    int n, i, saved = errno;
    if (deadline != FADEN_FOREVER && deadline > 0) {
        ns = deadline - platform_now();
        if (ns < 0)
            ns = 0;
    }
    if (w->epoll < 0)
        platform_report(failure, sizeof failure - 1, true);
    n = wait_events(w->epoll, events, ns);
    for (i = 0; i < n; i++) {
        if (events[i].data.u64 == kick_tag) {
            uint64_t count;
            ssize_t got = read(w->kick, &count, sizeof count);
            (void)got;
        } else {
            void (*sink)(uint64_t, unsigned) = __atomic_load_n(&poller_sink, __ATOMIC_RELAXED);
            sink(events[i].data.u64, told(events[i].events));
        }
    }
    errno = saved;
    return n > 0 ? n : 0;
}
