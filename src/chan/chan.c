/* SPDX-License-Identifier: MIT */
/* Channels: make, send, receive, close. chan.h has the invariants, select.c the choice. */
#include "chan/chan.h"

#include "sync/owner.h"

int faden_chan_new(faden_chan **out, size_t elem_size, size_t capacity)
{
    size_t bytes;
    faden_chan *c;
    if (__builtin_mul_overflow(elem_size, capacity, &bytes) ||
        __builtin_add_overflow(bytes, sizeof *c, &bytes) || bytes > PTRDIFF_MAX)
        return -EINVAL;
    c = platform_alloc(bytes);
    if (!c)
        return -ENOMEM;
    *c = (faden_chan){.elem_size = elem_size, .capacity = capacity};
    *out = c;
    return 0;
}

void faden_chan_delete(faden_chan *c)
{
    if (!c)
        return;
    check_no_waiters(&c->senders, "faden_chan_delete", c);
    check_no_waiters(&c->receivers, "faden_chan_delete", c);
    platform_free(c, sizeof *c + c->elem_size * c->capacity);
}

static const struct reason sending = {"room in a channel (send)", NULL};
static const struct reason receiving = {"an element from a channel (recv)", NULL};

int faden_chan_send(faden_chan *c, const void *elem)
{
    struct cpu *cpu = mycpu();
    struct faden__waiter *peer, me;
    struct faden__wait w;
    int result = ended(cpu);
    if (unlikely(result))
        return result;
    lock_acquire(cpu, &c->lock);
    result = chan_send_now(c, elem, &peer);
    if (result != -EAGAIN) {
        lock_release(cpu, &c->lock);
        if (peer)
            wake(cpu, peer->wait, 0);
        return result;
    }
    wait_init(cpu, &w, &sending, c);
    me.wait = &w;
    me.elem = (void *)(uintptr_t)elem;
    return wait_in(cpu, &me, &c->senders, &c->lock);
}

int faden_chan_recv(faden_chan *c, void *elem)
{
    struct cpu *cpu = mycpu();
    struct faden__waiter *peer, me;
    struct faden__wait w;
    int result = ended(cpu);
    if (unlikely(result))
        return result;
    lock_acquire(cpu, &c->lock);
    result = chan_recv_now(c, elem, &peer);
    if (result != -EAGAIN) {
        lock_release(cpu, &c->lock);
        if (peer)
            wake(cpu, peer->wait, 0);
        return result;
    }
    wait_init(cpu, &w, &receiving, c);
    me.wait = &w;
    me.elem = elem;
    return wait_in(cpu, &me, &c->receivers, &c->lock);
}

int faden_chan_try_send(faden_chan *c, const void *elem)
{
    struct cpu *cpu = mycpu();
    struct faden__waiter *peer;
    int result;
    lock_acquire(cpu, &c->lock);
    result = chan_send_now(c, elem, &peer);
    lock_release(cpu, &c->lock);
    if (peer)
        wake(cpu, peer->wait, 0);
    return result;
}

int faden_chan_try_recv(faden_chan *c, void *elem)
{
    struct cpu *cpu = mycpu();
    struct faden__waiter *peer;
    int result;
    lock_acquire(cpu, &c->lock);
    result = chan_recv_now(c, elem, &peer);
    lock_release(cpu, &c->lock);
    if (peer)
        wake(cpu, peer->wait, 0);
    return result;
}

/* Take all waiters of a list, claimed, into one chain by next. */
static struct faden__waiter **take_all(struct faden__waitlist *list, struct faden__waiter **last)
{
    struct faden__waiter *w;
    while ((w = chan_take(list))) {
        w->next = NULL;
        *last = w;
        last = &w->next;
    }
    return last;
}

int faden_chan_close(faden_chan *c)
{
    struct cpu *cpu = mycpu();
    struct faden__waiter *w, *all = NULL, **last = &all;
    lock_acquire(cpu, &c->lock);
    if (c->closed) {
        lock_release(cpu, &c->lock);
        return -EPIPE;
    }
    c->closed = 1;
    last = take_all(&c->senders, last);
    take_all(&c->receivers, last);
    lock_release(cpu, &c->lock);
    while ((w = all)) {
        all = w->next;
        wake(cpu, w->wait, -EPIPE);
    }
    return 0;
}

size_t faden_chan_len(faden_chan *c)
{
    return load_relaxed(&c->count);
}

size_t faden_chan_capacity(const faden_chan *c)
{
    return c->capacity;
}
