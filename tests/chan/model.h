/* SPDX-License-Identifier: MIT */
/* Channels and who waits on them, as chan.h promises them: select-model.c compares. */
#ifndef TESTS_CHAN_MODEL_H
#define TESTS_CHAN_MODEL_H

#include "../sync/test.h"

#include "chan/chan.h"

enum { CHANNELS = 3, WAITERS = 6, CASES = 4 };

/* A task that selects; the order of its arrival is the order in every list. */
struct waiter {
    faden_task *t;
    faden_select_case s[CASES];
    uint64_t elem[CASES], arrival;
    int n, result; /* result: what select gave, once it is no more waiting */
    bool waiting;  /* in the model */
};

static faden_chan *c[CHANNELS];
static struct waiter waiters[WAITERS];
static uint64_t queue[CHANNELS][8], clock_, serial;
static size_t queued[CHANNELS];
static bool closed[CHANNELS];

static void *select_it(void *arg)
{
    struct waiter *w = arg;
    w->result = faden_select(w->s, (size_t)w->n);
    return NULL;
}

static int index_of(const faden_chan *ch)
{
    for (int i = 0; i < CHANNELS; i++)
        if (c[i] == ch)
            return i;
    return -1;
}

/* In the model: the longest waiter for `op` on channel k, and which of its cases. */
static struct waiter *model_waiter(int k, faden_select_op op, int *which)
{
    struct waiter *found = NULL;
    for (int i = 0; i < WAITERS; i++) {
        struct waiter *w = &waiters[i];
        for (int j = 0; j < w->n && w->waiting; j++)
            if (w->s[j].chan == c[k] && w->s[j].op == op &&
                (!found || w->arrival < found->arrival)) {
                found = w;
                *which = j;
            }
    }
    return found;
}

/* The waiter's case happened in the model: so it must have. */
static void model_served(struct waiter *w, int which, int result)
{
    join(w->t);
    EQ(w->result, which);
    EQ(w->s[which].result, result);
    w->waiting = false;
}

static bool model_can(int k, faden_select_op op)
{
    int which = -1;
    if (closed[k])
        return true;
    if (op == FADEN_SELECT_SEND)
        return queued[k] < c[k]->capacity || model_waiter(k, FADEN_SELECT_RECV, &which);
    return queued[k] || model_waiter(k, FADEN_SELECT_SEND, &which);
}

/* A send of `v` on k that gave `err`. */
static void model_send(int k, uint64_t v, int err)
{
    int which = -1;
    struct waiter *w;
    EQ(err, closed[k] ? -EPIPE : model_can(k, FADEN_SELECT_SEND) ? 0 : -EAGAIN);
    if (err)
        return;
    w = model_waiter(k, FADEN_SELECT_RECV, &which);
    if (w) {
        model_served(w, which, 0);
        EXPECT(w->elem[which] == v);
    } else {
        queue[k][queued[k]++] = v;
    }
}

/* A receive of `v` from k that gave `err`. */
static void model_recv(int k, uint64_t v, int err)
{
    int which = -1;
    struct waiter *w = closed[k] ? NULL : model_waiter(k, FADEN_SELECT_SEND, &which);
    EQ(err, queued[k] || w ? 0 : closed[k] ? -EPIPE : -EAGAIN);
    if (err)
        return;
    if (queued[k]) {
        EXPECT(v == queue[k][0]);
        memmove(queue[k], queue[k] + 1, --queued[k] * sizeof v);
        if (w)
            queue[k][queued[k]++] = w->elem[which];
    } else {
        EXPECT(v == w->elem[which]);
    }
    if (w)
        model_served(w, which, 0);
}

static void model_close(int k, int err)
{
    struct waiter *w;
    int which = -1;
    EQ(err, closed[k] ? -EPIPE : 0);
    closed[k] = true;
    while ((w = model_waiter(k, FADEN_SELECT_SEND, &which)) ||
           (w = model_waiter(k, FADEN_SELECT_RECV, &which)))
        model_served(w, which,
                     -EPIPE); /* senders first: one that is in both lists is served there */
}

static void check_invariants(void)
{
    for (int k = 0; k < CHANNELS; k++) {
        size_t senders = 0, receivers = 0;
        for (struct faden__waiter *w = c[k]->senders.first; w; w = w->next, senders++)
            EXPECT(w->list == &c[k]->senders && !w->wait->claimed);
        for (struct faden__waiter *w = c[k]->receivers.first; w; w = w->next, receivers++) {
            EXPECT(w->list == &c[k]->receivers && !w->wait->claimed);
            for (struct faden__waiter *x = c[k]->senders.first; x; x = x->next)
                EXPECT(x->wait == w->wait); /* nobody waits for somebody who waits, but himself */
        }
        EXPECT(!closed[k] || !(senders + receivers));
        EXPECT(!senders || c[k]->count == c[k]->capacity);
        EXPECT(!receivers || !c[k]->count);
        EQ(c[k]->count, queued[k]);
        EQ(c[k]->lock, 0);
    }
}

#endif
