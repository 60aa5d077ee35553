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

static inline char *slot(faden_chan *c, size_t i)
{
    i += c->first;
    return c->buffer + (i < c->capacity ? i : i - c->capacity) * c->elem_size;
}

static inline struct faden__waiter *take(struct faden__waitlist *list)
{
    struct faden__waiter *w = waitlist_take(list);
    if (w)
        w->wait->which = w;
    return w;
}

int chan_send_now(faden_chan *c, const void *elem, struct faden__waiter **peer)
{
    *peer = NULL;
    if (unlikely(c->closed))
        return -EPIPE;
    *peer = take(&c->receivers);
    if (*peer) {
        copy_elem(c, (*peer)->elem, elem);
        return 0;
    }
    if (c->count == c->capacity)
        return -EAGAIN;
    copy_elem(c, slot(c, c->count++), elem);
    return 0;
}

int chan_recv_now(faden_chan *c, void *elem, struct faden__waiter **peer)
{
    *peer = NULL;
    if (c->count) {
        copy_elem(c, elem, slot(c, 0));
        c->first = c->first + 1 < c->capacity ? c->first + 1 : 0;
        c->count--;
        *peer = take(&c->senders);
        if (*peer)
            copy_elem(c, slot(c, c->count++), (*peer)->elem);
        return 0;
    }
    *peer = take(&c->senders);
    if (*peer) {
        copy_elem(c, elem, (*peer)->elem);
        return 0;
    }
    return c->closed ? -EPIPE : -EAGAIN;
}

static const struct reason sending = {"room in a channel (send)", NULL};
static const struct reason receiving = {"an element from a channel (recv)", NULL};

int faden_chan_send(faden_chan *c, const void *elem)
{
    struct cpu *cpu = mycpu();
    struct faden__wait w;
    struct faden__waiter me = {.wait = &w, .elem = (void *)(uintptr_t)elem}, *peer;
    int result = ended(cpu);
    if (unlikely(result))
        return result;
    lock_acquire(cpu, &c->lock);
    result = chan_send_now(c, elem, &peer);
    if (result != -EAGAIN) {
        lock_release(cpu, &c->lock);
        if (peer)
            chan_wake(cpu, peer);
        return result;
    }
    wait_init(&w, &sending, c);
    return wait_in(cpu, &me, &c->senders, &c->lock);
}

int faden_chan_recv(faden_chan *c, void *elem)
{
    struct cpu *cpu = mycpu();
    struct faden__wait w;
    struct faden__waiter me = {.wait = &w, .elem = elem}, *peer;
    int result = ended(cpu);
    if (unlikely(result))
        return result;
    lock_acquire(cpu, &c->lock);
    result = chan_recv_now(c, elem, &peer);
    if (result != -EAGAIN) {
        lock_release(cpu, &c->lock);
        if (peer)
            chan_wake(cpu, peer);
        return result;
    }
    wait_init(&w, &receiving, c);
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
        chan_wake(cpu, peer);
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
        chan_wake(cpu, peer);
    return result;
}

/* Take all waiters of a list, claimed, into one chain by next. */
static struct faden__waiter **take_all(struct faden__waitlist *list, struct faden__waiter **last)
{
    struct faden__waiter *w;
    while ((w = take(list))) {
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
