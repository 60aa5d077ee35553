/* SPDX-License-Identifier: MIT */
/* The listening socket, and what to do when there is none to be had. */
#include "server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BACKLOG 4096 /* the kernel cuts it to net.core.somaxconn */

static int complain(const struct options *o, int error)
{
    const char *a = o->address;
    unsigned p = o->port;
    switch (error) {
    case EADDRINUSE:
        fprintf(stderr,
                "httpd: port %u on %s is taken by another program. Choose another with -p, or any "
                "free one with -p 0;\nhttpd: to see who has it: ss -ltnp 'sport = :%u'\n",
                p, a, p);
        break;
    case EACCES:
        fprintf(stderr,
                "httpd: port %u may not be used by this user. Choose one from 1024 on with -p\n",
                p);
        break;
    case EADDRNOTAVAIL:
        fprintf(stderr,
                "httpd: %s is not an address of this machine. Choose another with -a: 127.0.0.1 "
                "for this machine only, 0.0.0.0 or :: for all\n",
                a);
        break;
    default: fprintf(stderr, "httpd: cannot listen on %s, port %u: %s\n", a, p, strerror(error));
    }
    return -1;
}

static int listen_at(const struct addrinfo *at)
{
    int on = 1;
    int fd = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    /* Linux hands TCP_NODELAY on to the accepted sockets: one call here saves one for each. */
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0 &&
        bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

static uint16_t port_of(int fd)
{
    struct sockaddr_storage a;
    socklen_t len = sizeof a;
    if (getsockname(fd, (struct sockaddr *)&a, &len) < 0)
        return 0;
    return ntohs(a.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&a)->sin6_port
                                         : ((struct sockaddr_in *)&a)->sin_port);
}

int listen_on(const struct options *o, uint16_t *port)
{
    char service[8];
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM}, *found;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV;
    snprintf(service, sizeof service, "%u", o->port);
    int err = getaddrinfo(o->address, service, &hints, &found);
    if (err != 0) {
        fprintf(stderr, "httpd: \"%s\" is no address to listen on: %s\n", o->address,
                gai_strerror(err));
        return -1;
    }
    int fd = listen_at(found), error = errno;
    freeaddrinfo(found);
    if (fd < 0)
        return complain(o, error);
    *port = port_of(fd);
    return fd;
}

void listen_url(const struct options *o, uint16_t port, char *url, size_t size)
{
    bool v6 = strchr(o->address, ':') != NULL;
    snprintf(url, size, v6 ? "http://[%s]:%u/" : "http://%s:%u/", o->address, port);
}
