/* SPDX-License-Identifier: MIT */
#include "server.h"
#include "conn.h"
#include "self_test.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>

#define PAUSE_MIN (10 * FADEN_MSEC) /* after accept(2) found no descriptor or no memory */
#define PAUSE_MAX FADEN_SEC
#define FRESH_NS \
    (200 * FADEN_MSEC) /* for the request of a connection accepted just before the end */

/* Wait until one more connection may be accepted. */
static int take_slot(struct server *s)
{
    struct pollfd p = {s->listener, POLLIN, 0};
    if (faden_sem_try_wait(&s->slots) == 0)
        return 0;
    int err = faden_poll(&p, 1, -1); /* nobody is hurried until somebody waits outside */
    if (err < 0)
        return err;
    atomic_store(&s->crowded, true);
    idle_close_oldest(&s->idle);
    err = faden_sem_wait(&s->slots);
    atomic_store(&s->crowded, false);
    return err;
}

/* Accept failed. Gives 0 to go on, or the error if there is no point. */
static int recover(struct server *s, int err, int64_t *pause)
{
    switch (err) {
    case -ECONNABORTED: /* it was gone before we took it */
    case -EPERM: /* a firewall said no; what follows are its network's errors, see accept(2) */
    case -EPROTO:
    case -ENOPROTOOPT:
    case -ENETDOWN:
    case -EHOSTDOWN:
    case -EHOSTUNREACH:
    case -ENETUNREACH: return 0;
    case -EMFILE:
    case -ENFILE:
    case -ENOBUFS:
    case -ENOMEM:
        if (*pause == 0)
            fprintf(stderr, "httpd: cannot accept: %s; trying again until it can\n",
                    strerror(-err));
        *pause = *pause ? *pause * 2 : PAUSE_MIN;
        *pause = *pause < PAUSE_MAX ? *pause : PAUSE_MAX;
        idle_close_oldest(&s->idle);
        return faden_sleep(*pause);
    default: return err;
    }
}

static int accept_one(struct server *s, int64_t *pause)
{
    struct sockaddr_storage peer;
    socklen_t len = sizeof peer;
    int err = take_slot(s);
    if (err < 0)
        return err;
    int fd = faden_accept(s->listener, (struct sockaddr *)&peer, &len);
    if (fd < 0) {
        faden_sem_post(&s->slots);
        return recover(s, fd, pause);
    }
    *pause = 0;
    err = conn_start(s, fd, (struct sockaddr *)&peer, len);
    return err == -ENOMEM ? recover(s, err, pause) : err;
}

static void *acceptor(void *arg)
{
    struct server *s = arg;
    int64_t pause = 0;
    int err = 0;
    for (unsigned n = 1; err == 0; n++) {
        err = accept_one(s, &pause);
        if (n % 16 == 0)
            faden_yield(); /* in a flood, those who are in get their turns */
    }
    if (err != -ECANCELED) {
        atomic_store(&s->failed, err);
        faden_scope_fail(&s->scope, err);
    }
    return NULL;
}

/* Wait for SIGINT or SIGTERM. Gives its number or a negative errno value. */
static int wait_signal(struct server *s)
{
    struct signalfd_siginfo info;
    ssize_t n = faden_read(s->signals, &info, sizeof info);
    return n < 0 ? (int)n : (int)info.ssi_signo;
}

/* Whoever sends a second signal does not want to wait. */
static void *impatience(void *arg)
{
    struct server *s = arg;
    if (wait_signal(s) > 0)
        faden_scope_cancel(&s->scope);
    return NULL;
}

/* Wait until no connection is left, for ns nanoseconds at most. */
static int wait_all(struct server *s, int64_t ns)
{
    faden_timeout t;
    faden_timeout_begin(&t, ns);
    int err = faden_waitgroup_wait(&s->live);
    faden_timeout_end(&t);
    return err;
}

/* Finish what is under way, for stop_timeout at most. Gives how many connections are left. */
static uint64_t drain(struct server *s, faden_task *accepting)
{
    faden_task_attr attr = {.name = "impatience"};
    int64_t ns = s->options->stop_timeout, fresh = ns < FRESH_NS ? ns : FRESH_NS;
    atomic_store(&s->stopping, true);
    faden_cancel(accepting);
    int err = faden_join(accepting, NULL);
    faden_close(s->listener); /* from here on, connecting is refused */
    if (err == 0)
        err = faden_scope_spawn(&s->scope, NULL, impatience, s, &attr);
    idle_close_all(&s->idle, false);
    if (err == 0)
        err = wait_all(s, fresh);
    idle_close_all(&s->idle, true);
    if (err == -ETIMEDOUT)
        err = wait_all(s, ns - fresh);
    return err < 0 ? atomic_load(&s->open) : 0;
}

static void say_stopped(const struct server *s, int signal, uint64_t left)
{
    printf("httpd: stopped by %s: %llu requests on %llu connections, %llu bytes sent",
           signal == SIGTERM ? "SIGTERM" : "SIGINT", (unsigned long long)s->requests,
           (unsigned long long)s->accepted, (unsigned long long)s->bytes);
    if (left > 0)
        printf("; %llu connections cut off", (unsigned long long)left);
    putchar('\n');
    fflush(stdout);
}

/* Serve until a signal; gives its number, or a negative errno value. */
static int serve(struct server *s, uint64_t *left)
{
    faden_task_attr attr = {.name = "acceptor"};
    faden_task *accepting;
    faden_scope_open(&s->scope);
    int err = faden_scope_spawn(&s->scope, &accepting, acceptor, s, &attr);
    int signal = err < 0 ? err : wait_signal(s);
    *left = signal > 0 ? drain(s, accepting) : 0;
    faden_scope_cancel(&s->scope);
    faden_scope_close(&s->scope);
    return signal;
}

int server_main(void *server)
{
    struct server *s = server;
    uint64_t left = 0;
    faden_sem_init(&s->slots, s->options->connections);
    int err = log_open(&s->log);
    if (err < 0) {
        fprintf(stderr, "httpd: cannot start: %s\n", strerror(-err));
        return 1;
    }
    if (s->options->self_test)
        err = self_test_start(s);
    int signal = err < 0 ? err : serve(s, &left);
    log_close(&s->log);
    if (signal > 0) {
        say_stopped(s, signal, left);
        return 0;
    }
    err = atomic_load(&s->failed) ? atomic_load(&s->failed) : signal;
    fprintf(stderr, "httpd: cannot go on: %s\n", strerror(-err));
    return 1;
}
