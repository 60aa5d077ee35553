/* SPDX-License-Identifier: MIT */
/*
 * sendfile(2) never waits for room if `out` is non-blocking, but always for the disk. So a piece
 * whose ends are in the page cache is sent directly (read-ahead brings neighbours along; where the
 * middle is missing after all, the cpu waits for that page), another one from the pool. To an `out`
 * in blocking mode the bytes are copied through a buffer instead.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/sendfile.h>
#include <time.h>

#include "io/io.h"
#include "io/system.h"

enum { PIECE = 256 * 1024, BUFFER = 64 * 1024 };

struct sending {
    int out, in;
    off_t *offset;
    size_t n;
    ssize_t result;
};

/* Unlike send, sendfile cannot be told not to raise SIGPIPE, which would end the program when a
   client has gone. It comes to the calling thread, and is taken away there unless the thread
   itself has it blocked. */
static void *send_piece(void *arg)
{
    static const struct timespec at_once = {0, 0};
    struct sending *s = arg;
    sigset_t pipe, before;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, &before);
    s->result = SYSTEM(sendfile(s->out, s->in, s->offset, s->n));
    if (s->result == -EPIPE && !sigismember(&before, SIGPIPE))
        (void)SYSTEM(sigtimedwait(&pipe, NULL, &at_once)); /* nothing, where it is ignored */
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return NULL;
}

static bool byte_is_cached(int fd, off_t at)
{
    char byte;
    struct iovec iov = {&byte, 1};
    return SYSTEM(preadv2(fd, &iov, 1, at, RWF_NOWAIT)) >= 0;
}

static ssize_t send_now(struct sending *s)
{
    int err;
    if (byte_is_cached(s->in, *s->offset) &&
        byte_is_cached(s->in, *s->offset + (off_t)s->n - 1)) {
        send_piece(s);
        return s->result;
    }
    err = faden_blocking(send_piece, s, NULL);
    if (err < 0)
        return err == -EAGAIN ? -ENOMEM : err;
    return s->result;
}

static ssize_t send_waiting(struct call *c, struct sending *s)
{
    static const struct reason to_send = {"room for a file (faden_sendfile) on descriptor", NULL};
    for (;;) {
        uint32_t seen = load_acquire(&c->d->edges[WRITING]);
        ssize_t n = send_now(s);
        int err;
        if (n != -EAGAIN)
            return n;
        err = call_wait(c, WRITING, seen, &to_send);
        if (err < 0)
            return err;
    }
}

static ssize_t copy(int out, int in, off_t *offset, size_t n)
{
    size_t size = n < BUFFER ? n : BUFFER;
    char *buf = quiet_alloc(1, size);
    ssize_t got;
    if (!buf)
        return -ENOMEM;
    got = faden_pread(in, buf, size, *offset);
    if (got > 0)
        got = faden_write(out, buf, (size_t)got);
    if (got > 0)
        *offset += got;
    free(buf);
    return got;
}

static ssize_t send_in_task(struct cpu *cpu, struct sending *s)
{
    struct call out, in;
    ssize_t result = call_begin(&out, cpu, s->out);
    if (result < 0)
        return result;
    result = call_begin(&in, cpu, s->in);
    if (result == 0) {
        if (what_of(out.d) & IS_OURS || is_nonblocking(s->out))
            result = send_waiting(&out, s);
        else
            result = copy(s->out, s->in, s->offset, s->n);
        call_end(&in, READING);
    }
    call_end(&out, WRITING);
    return result;
}

ssize_t faden_sendfile(int out, int in, off_t *offset, size_t n)
{
    struct sending s = {.out = out, .in = in, .offset = offset, .n = n < PIECE ? n : PIECE};
    struct cpu *cpu = mycpu();
    if (!n)
        return 0;
    if (cpu)
        return send_in_task(cpu, &s);
    do
        send_piece(&s);
    while (s.result == -EAGAIN && thread_wait(out, WRITING) == 0);
    return s.result;
}
