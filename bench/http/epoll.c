/* SPDX-License-Identifier: MIT */
/*
 * The baseline: what one would write by hand. Edge-triggered, so that a descriptor is registered
 * once; accept4; one write for what one read brought; a read that did not fill the buffer has
 * emptied the socket, so there is none to be told so (epoll(7) allows that for streams, with
 * EPOLLRDHUP for the end).
 */
#define _GNU_SOURCE
#include "answer.h"
#include "listen.h"
#include <sys/epoll.h>
#include <unistd.h>

struct conn {
    int fd;
    int blocked; /* the socket took less than we had: EPOLLOUT is asked for */
    struct exchange x;
};

static int epoll_fd;

static void watch(int how, struct conn *c, uint32_t events)
{
    struct epoll_event event = {.events = events | EPOLLET, .data.ptr = c};
    bench_check(epoll_ctl(epoll_fd, how, c->fd, &event) == 0, "epoll_ctl: %s", strerror(errno));
}

static void drop(struct conn *c)
{
    close(c->fd);
    free(c);
}

/* Sends what is pending. Gives 0, or -1 if the connection is over. */
static int flush(struct conn *c)
{
    ssize_t n = send(c->fd, c->x.out, c->x.pending, 0);
    if (n < 0 && errno != EAGAIN)
        return -1;
    size_t sent = n < 0 ? 0 : (size_t)n;
    c->x.pending -= sent;
    if (c->x.pending) {
        memmove(c->x.out, c->x.out + sent, c->x.pending);
        if (!c->blocked)
            watch(EPOLL_CTL_MOD, c, EPOLLIN | EPOLLRDHUP | EPOLLOUT);
        c->blocked = 1;
    }
    return 0;
}

/* Answers all that has come. Gives 0, or -1 if the connection is over. */
static int answer(struct conn *c)
{
    while (exchange_answer(&c->x) > 0) {
        if (flush(c) < 0)
            return -1;
        if (c->blocked)
            return 0; /* answer the rest when this is out */
    }
    return c->x.closing ? -1 : 0;
}

/* Gives 0, or -1 if the connection is over. */
static int serve(struct conn *c, uint32_t events)
{
    if (c->blocked && (events & EPOLLOUT)) {
        c->blocked = 0;
        if (flush(c) < 0)
            return -1;
        if (!c->blocked)
            watch(EPOLL_CTL_MOD, c, EPOLLIN | EPOLLRDHUP);
    }
    while (!c->blocked) {
        size_t room = sizeof c->x.in - c->x.have;
        ssize_t n = recv(c->fd, c->x.in + c->x.have, room, 0);
        if (n == 0)
            return -1;
        if (n < 0)
            return errno == EAGAIN ? 0 : -1;
        c->x.have += (size_t)n;
        if (answer(c) < 0)
            return -1;
        if ((size_t)n < room && !(events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)))
            return 0;
    }
    return 0;
}

static void accept_all(int listener)
{
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0)
            return;
        no_delay(fd);
        struct conn *c = calloc(1, sizeof *c);
        bench_check(c, "out of memory");
        c->fd = fd;
        watch(EPOLL_CTL_ADD, c, EPOLLIN | EPOLLRDHUP);
    }
}

int main(int argc, char **argv)
{
    struct epoll_event events[256];
    struct conn listener = {.fd = listen_at_port(argc, argv)};
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    bench_check(epoll_fd >= 0, "epoll_create1: %s", strerror(errno));
    watch(EPOLL_CTL_ADD, &listener, EPOLLIN);
    for (;;) {
        int n = epoll_wait(epoll_fd, events, 256, -1);
        for (int i = 0; i < n; i++) {
            struct conn *c = events[i].data.ptr;
            if (c == &listener)
                accept_all(c->fd);
            else if (serve(c, events[i].events) < 0)
                drop(c);
        }
    }
}
