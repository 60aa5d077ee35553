/* SPDX-License-Identifier: MIT */
/* The listening socket of the C servers: port=N on 127.0.0.1, not blocking. A client that is gone
   is an error of the call, not a signal. */
#ifndef BENCH_LISTEN_H
#define BENCH_LISTEN_H

#include "../common.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>

static int listen_at_port(int argc, char **argv)
{
    long port = bench_arg(argc, argv, "port", 8080);
    struct sockaddr_in addr = {.sin_family = AF_INET,
                               .sin_port = htons((uint16_t)port),
                               .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int yes = 1;
    signal(SIGPIPE, SIG_IGN);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bench_check(fd >= 0, "socket: %s", strerror(errno));
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    bench_check(bind(fd, (struct sockaddr *)&addr, sizeof addr) == 0, "bind to port %ld: %s", port,
                strerror(errno));
    bench_check(listen(fd, 4096) == 0, "listen: %s", strerror(errno));
    return fd;
}

/* A response leaves at once, not with the next one. */
static void no_delay(int fd)
{
    int yes = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

#endif
