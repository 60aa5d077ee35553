/* SPDX-License-Identifier: MIT */
/* httpd: a file server, a task per connection. See docs/httpd.md. */
#include "root.h"
#include "self_test.h"
#include "server.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define CONNECTIONS 4096 /* at a time, if the command line does not say */
#define SPARE 32         /* descriptors for everything else */

/* Take as many descriptors as we may, and see that the limit on connections fits: each one needs
   its socket, and while it is served a file. */
static void fit_connections(struct options *o)
{
    struct rlimit r;
    if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
        r.rlim_cur = r.rlim_max;
        setrlimit(RLIMIT_NOFILE, &r);
    }
    if (getrlimit(RLIMIT_NOFILE, &r) < 0 || r.rlim_cur == RLIM_INFINITY)
        r.rlim_cur = 2 * (rlim_t)CONNECTIONS + SPARE;
    rlim_t fit = r.rlim_cur > SPARE + 2 ? (r.rlim_cur - SPARE) / 2 : 1;
    if (o->connections > fit)
        fprintf(
            stderr,
            "httpd: %u connections may need more than the %llu descriptors there are; when they "
            "run out, clients wait (ulimit -n)\n",
            o->connections, (unsigned long long)r.rlim_cur);
    if (o->connections == 0)
        o->connections = fit < CONNECTIONS ? (unsigned)fit : CONNECTIONS;
}

/* SIGINT and SIGTERM are read from a descriptor, by a task; every thread has them blocked. A peer
   that is gone is an error of a send, no signal. */
static int block_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    signal(SIGPIPE, SIG_IGN);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

static int complain(const char *what, int error)
{
    fprintf(stderr, "httpd: %s: %s\n", what, strerror(error));
    return 1;
}

static void announce(const struct server *s)
{
    char url[128];
    listen_url(s->options, s->port, url, sizeof url);
    printf("httpd: serving %s on %s\n", s->options->dir, url);
    fflush(stdout);
}

static int run(struct options *o)
{
    static struct server s;
    int status = 1;
    s.options = o;
    s.root = open(o->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (s.root < 0)
        return complain(o->dir, errno);
    root_probe(s.root);
    fit_connections(o);
    s.signals = block_signals();
    if (s.signals < 0)
        return complain("signalfd", errno);
    s.listener = listen_on(o, &s.port);
    if (s.listener < 0)
        return 1;
    announce(&s);
    int err = faden_run(server_main, &s, NULL, &status);
    return err < 0 ? complain("faden_run", -err) : status;
}

int main(int argc, char **argv)
{
    struct options o;
    int status = options_parse(&o, argc, argv);
    if (status >= 0)
        return status;
    if (!o.self_test)
        return run(&o);
    o.dir = self_test_folder();
    if (!o.dir)
        return 1;
    o.address = "127.0.0.1";
    o.port = 0;
    o.quiet = true;
    status = run(&o);
    return self_test_end() > 0 ? 1 : status;
}
