/* SPDX-License-Identifier: MIT */
/* Channels: make, send, receive, close. chan.h has the invariants, select.c the choice. */
#include "chan/chan.h"

#include "context/hooks.h"

#include "sync/waiters.h"

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

/* In a plain thread: the wait in its own frame, the thread asleep. */
static int send_in_thread(faden_chan *c, void *elem)
{
    struct faden__wait w;
    struct faden__waiter me = {.wait = &w, .elem = elem}, *peer;
    int result;
    lock_acquire(NULL, &c->lock);
    result = chan_send_now(c, elem, &peer);
    if (result == -EAGAIN) {
        wait_init(NULL, &w, &sending, c);
        return wait_in(NULL, &me, &c->senders, &c->lock);
    }
    lock_release(NULL, &c->lock);
    if (peer)
        wake(NULL, peer->wait, 0);
    return result;
}

static int recv_in_thread(faden_chan *c, void *elem)
{
    struct faden__wait w;
    struct faden__waiter me = {.wait = &w, .elem = elem}, *peer;
    int result;
    lock_acquire(NULL, &c->lock);
    result = chan_recv_now(c, elem, &peer);
    if (result == -EAGAIN) {
        wait_init(NULL, &w, &receiving, c);
        return wait_in(NULL, &me, &c->receivers, &c->lock);
    }
    lock_release(NULL, &c->lock);
    if (peer)
        wake(NULL, peer->wait, 0);
    return result;
}

static struct faden__next pick_send(void *a, void *elem, void *own_sp,
                                    struct faden__switch_ops *ops)
{
    faden_chan *c = a;
    struct cpu *cpu = mycpu();
    struct faden__waiter *peer;
    int result = ended_now(cpu);
    (void)ops;
    if (unlikely(!cpu || result))
        return room_result(own_sp, cpu ? result : send_in_thread(c, elem));
    lock_acquire(cpu, &c->lock);
    result = chan_send_now(c, elem, &peer);
    if (unlikely(result == -EAGAIN))
        return room_wait(cpu, own_sp, &sending, c, &c->senders, &c->lock, elem);
    lock_release(cpu, &c->lock);
    if (peer)
        hand(cpu, peer->wait, 0);
    return room_result(own_sp, result);
}

static struct faden__next pick_recv(void *a, void *elem, void *own_sp,
                                    struct faden__switch_ops *ops)
{
    faden_chan *c = a;
    struct cpu *cpu = mycpu();
    struct faden__waiter *peer;
    int result = ended_now(cpu);
    (void)ops;
    if (unlikely(!cpu || result))
        return room_result(own_sp, cpu ? result : recv_in_thread(c, elem));
    lock_acquire(cpu, &c->lock);
    result = chan_recv_now(c, elem, &peer);
    if (result == -EAGAIN)
        return room_wait(cpu, own_sp, &receiving, c, &c->receivers, &c->lock, elem);
    lock_release(cpu, &c->lock);
    if (peer)
        hand(cpu, peer->wait, 0);
    return room_result(own_sp, result);
}

struct faden__switch_ops faden__chan_send_ops = {.pick = pick_send, .finish = faden__finish_switch};
struct faden__switch_ops faden__chan_recv_ops = {.pick = pick_recv, .finish = faden__finish_switch};

/* Sanitizers are told about these switches as well (sched_hooks does it for the others). */
__attribute__((constructor)) static void install_hooks(void)
{
    static struct faden__switch_ops *const all[] = {&faden__chan_send_ops, &faden__chan_recv_ops};
    hooks_install(all, sizeof all / sizeof *all);
}

int(faden_chan_send)(faden_chan *c, const void *elem)
{
    return faden__chan_send(c, elem);
}

int(faden_chan_recv)(faden_chan *c, void *elem)
{
    return faden__chan_recv(c, elem);
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
        hand(cpu, peer->wait, 0);
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
        hand(cpu, peer->wait, 0);
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
