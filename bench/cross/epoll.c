/* SPDX-License-Identifier: MIT */
/* An event loop in each of two threads: a number in memory, and an eventfd that wakes the other. */
#include "shape.h"
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

struct end {
    int event, epoll;
    long value;
};
static struct end there, back;

static void end_init(struct end *e)
{
    struct epoll_event want = {.events = EPOLLIN};
    e->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    e->epoll = epoll_create1(EPOLL_CLOEXEC);
    bench_check(e->event >= 0 && e->epoll >= 0, "eventfd or epoll_create1 failed");
    bench_check(!epoll_ctl(e->epoll, EPOLL_CTL_ADD, e->event, &want), "epoll_ctl failed");
}

static void put(struct end *e, long value)
{
    uint64_t one = 1;
    e->value = value;
    bench_check(write(e->event, &one, sizeof one) == sizeof one, "write failed");
}

static long get(struct end *e)
{
    struct epoll_event got;
    uint64_t n;
    bench_check(epoll_wait(e->epoll, &got, 1, -1) == 1, "epoll_wait failed");
    bench_check(read(e->event, &n, sizeof n) == sizeof n, "read failed");
    return e->value;
}

static void *echo(void *arg)
{
    shape_take_processor(1);
    for (long i = 0; i < shape_ops; i++) {
        long value = get(&there);
        shape_arrived();
        put(&back, value + 1);
    }
    return arg;
}

int main(int argc, char **argv)
{
    const struct timespec pause = {0, PAUSE};
    shape_init(argc, argv);
    end_init(&there);
    end_init(&back);
    pthread_t thread;
    bench_check(!pthread_create(&thread, NULL, echo, NULL), "pthread_create failed");
    shape_take_processor(0);
    long value = 0;
    for (long i = 0; i < shape_ops; i++) {
        if (shape_wake)
            nanosleep(&pause, NULL);
        shape_send(i);
        put(&there, value);
        value = get(&back);
    }
    pthread_join(thread, NULL);
    shape_report(value);
    return 0;
}
