/* SPDX-License-Identifier: MIT */
/*
 * Select: one of several sends and receives.
 *
 * The cases are tried in random order. If none can happen now, a waiter is put on every channel's
 * list, all of the same wait: whoever claims the wait serves exactly one. Each channel is locked
 * alone, never two at a time, so there is no lock order to keep; in return a case may become
 * possible between the try and the join of its channel, so each is tried again when its lock is
 * held for the join:
 *
 *      select                                  sender
 *      lock c; try: empty; join; unlock
 *                                              lock c; take waiter; claim; unlock; wake
 *      lock d; possible: claim own wait
 *        lost -> park: the wake is on its way
 *        won  -> do it, leave all; if the peer's wait was ended just now, begin again: others
 *                may have dropped us from their lists while the claim was ours
 */
#include "chan/chan.h"

static const struct reason selecting = {"one of several channels (select)", NULL};

static int try_case(faden_select_case *s, struct faden__waiter **peer)
{
    if (s->op == FADEN_SELECT_SEND)
        return chan_send_now(s->chan, s->elem, peer);
    return chan_recv_now(s->chan, s->elem, peer);
}

/* Is there somebody else whose wait can still be ended? */
static bool has_peer(const struct faden__waitlist *list, const struct faden__wait *self)
{
    const struct faden__waiter *w;
    for (w = list->first; w; w = w->next)
        if (w->wait != self && !load_relaxed(&w->wait->claimed))
            return true;
    return false;
}

/* Could it happen now? Lock held; nothing is changed. */
static bool can_happen(const faden_select_case *s, const struct faden__wait *self)
{
    const faden_chan *c = s->chan;
    if (s->op == FADEN_SELECT_SEND)
        return c->closed || c->count < c->capacity || has_peer(&c->receivers, self);
    return c->closed || c->count > 0 || has_peer(&c->senders, self);
}

/*
 * The cases in random order, each drawn when it is its turn, so that of those that can happen every
 * one is as likely to come first as the others. (To begin at a random one and go round would favour
 * those that lie behind ones that cannot happen.)
 */
struct order {
    uint32_t random;
    uint32_t left; /* how many are not drawn yet */
    unsigned char rest[FADEN_SELECT_MAX];
};

static uint32_t random_state = 0x9e3779b9;

/* A small generator is enough: fairness does not need secrecy. */
static inline uint32_t random_below(struct order *o, uint32_t n)
{
    o->random = o->random * 1664525 + 1013904223; /* of Numerical Recipes; its high bits count */
    return (uint32_t)(((uint64_t)o->random * n) >> 32);
}

/* All but the one drawn first, which did not need the table. */
static inline void make_rest(struct order *o, uint32_t n, uint32_t first)
{
#define EIGHT(i) i, i + 1, i + 2, i + 3, i + 4, i + 5, i + 6, i + 7
    static const unsigned char all[FADEN_SELECT_MAX] = {EIGHT(0),  EIGHT(8),  EIGHT(16), EIGHT(24),
                                                        EIGHT(32), EIGHT(40), EIGHT(48), EIGHT(56)};
    __builtin_memcpy(o->rest, all, sizeof all);
    o->rest[first] = (unsigned char)(n - 1);
    o->left = n - 1;
}

static inline uint32_t draw(struct order *o)
{
    uint32_t at = random_below(o, o->left);
    uint32_t i = o->rest[at];
    o->rest[at] = o->rest[--o->left];
    return i;
}

/* Do case `s` if it can happen: 0, -EPIPE, or -EAGAIN. */
static inline int try_one(struct cpu *cpu, faden_select_case *s)
{
    struct faden__waiter *peer;
    int result;
    if (!s->chan)
        return -EAGAIN;
    lock_acquire(cpu, &s->chan->lock);
    result = try_case(s, &peer);
    lock_release(cpu, &s->chan->lock);
    if (peer)
        hand(cpu, peer->wait, 0);
    if (result != -EAGAIN)
        s->result = result;
    return result;
}

/* Do the first case that can happen. Gives its index or -EAGAIN. */
static int try_all(struct cpu *cpu, faden_select_case *cases, uint32_t n)
{
    struct order o;
    uint32_t i;
    int result;
    o.random = load_relaxed(&random_state);
    i = random_below(&o, n);
    result = try_one(cpu, &cases[i]);
    if (result == -EAGAIN && n > 1) {
        make_rest(&o, n, i);
        do {
            i = draw(&o);
            result = try_one(cpu, &cases[i]);
        } while (result == -EAGAIN && o.left);
    }
    store_relaxed(&random_state, o.random);
    return result == -EAGAIN ? result : (int)i;
}

enum { PARK = -1, AGAIN = -2 }; /* what join_all gives if no case was done */

/*
 * One case: join its channel's list, or do it if it became possible. Gives 1 if it was done, 0 if
 * joined, PARK if somebody else has claimed the wait, AGAIN.
 */
static int join(struct cpu *cpu, faden_select_case *s, struct faden__waiter *me)
{
    faden_chan *c = s->chan;
    struct faden__waiter *peer = NULL;
    int outcome = 0;
    lock_acquire(cpu, &c->lock);
    if (!can_happen(s, me->wait)) {
        waitlist_join(s->op == FADEN_SELECT_SEND ? &c->senders : &c->receivers, me);
    } else if (!claim(me->wait)) {
        outcome = PARK;
    } else {
        s->result = try_case(s, &peer);
        outcome = s->result == -EAGAIN ? AGAIN : 1;
    }
    lock_release(cpu, &c->lock);
    if (peer)
        hand(cpu, peer->wait, 0);
    return outcome;
}

/* Gives the index of a case that was done, PARK or AGAIN. */
static int join_all(struct cpu *cpu, faden_select_case *cases, size_t n, struct faden__waiter *me,
                    struct faden__wait *w)
{
    size_t i;
    for (i = 0; i < n; i++)
        me[i] = (struct faden__waiter){.wait = w, .elem = cases[i].elem};
    for (i = 0; i < n; i++) {
        int outcome = cases[i].chan ? join(cpu, &cases[i], &me[i]) : 0;
        if (outcome)
            return outcome == 1 ? (int)i : outcome;
    }
    return PARK;
}

static void leave_all(struct cpu *cpu, faden_select_case *cases, size_t n, struct faden__waiter *me)
{
    size_t i;
    for (i = 0; i < n; i++) {
        if (!cases[i].chan)
            continue;
        lock_acquire(cpu, &cases[i].chan->lock);
        waitlist_leave(&me[i]);
        lock_release(cpu, &cases[i].chan->lock);
    }
}

/* Gives the index or a negative errno value; *again: neither, nothing was done. */
static int select_wait(struct cpu *cpu, faden_select_case *cases, size_t n, bool *again)
{
    struct faden__waiter me[FADEN_SELECT_MAX];
    struct faden__wait w;
    int index;
    wait_init(cpu, &w, &selecting, NULL);
    index = join_all(cpu, cases, n, me, &w);
    *again = index == AGAIN;
    if (index == PARK) {
        index = park(cpu, &w, NULL);
        cpu = mycpu_after_wait();
        if (w.which) {
            int served = (int)((struct faden__waiter *)w.which - me);
            cases[served].result = index;
            index = served;
        }
    }
    leave_all(cpu, cases, n, me);
    return index;
}

int faden_select(faden_select_case *cases, size_t n)
{
    struct cpu *cpu = mycpu();
    int index;
    bool again;
    if (n == 0 || n > FADEN_SELECT_MAX)
        return -EINVAL;
    index = ended(cpu);
    if (index)
        return index;
    index = try_all(cpu, cases, (uint32_t)n);
    if (index != -EAGAIN)
        return index;
    do
        index = select_wait(cpu, cases, n, &again);
    while (again);
    return index;
}

int faden_try_select(faden_select_case *cases, size_t n)
{
    if (n == 0 || n > FADEN_SELECT_MAX)
        return -EINVAL;
    return try_all(mycpu(), cases, (uint32_t)n);
}
