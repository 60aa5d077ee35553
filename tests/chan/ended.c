/* SPDX-License-Identifier: MIT */
/*
 * Cancellation and timeouts against the hand-over, in every order, at both ends: an element is
 * either received by who says 0, or not sent at all. None is lost, none is there twice.
 */
#include "../sync/expire.h"

#include "chan/chan.h"

static faden_chan *c;
static bool by_select;
static faden_timeout limit; /* around the one that is to be ended */

static int wait_send(int v)
{
    faden_select_case s[2] = {{c, FADEN_SELECT_SEND, &v, 1}, {NULL, FADEN_SELECT_RECV, NULL, 1}};
    if (!by_select)
        return faden_chan_send(c, &v);
    int i = faden_select(s, 2);
    return i < 0 ? i : s[0].result;
}

static int wait_recv(int *v)
{
    faden_select_case s[2] = {{NULL, FADEN_SELECT_SEND, NULL, 1}, {c, FADEN_SELECT_RECV, v, 1}};
    if (!by_select)
        return faden_chan_recv(c, v);
    int i = faden_select(s, 2);
    return i < 0 ? i : s[1].result;
}

struct end {
    bool sends;
    int v;
};

static void *one_end(void *arg)
{
    struct end *e = arg;
    return gives(e->sends ? wait_send(e->v) : wait_recv(&e->v));
}

static void *limited_end(void *arg)
{
    faden_timeout_begin(&limit, 1000 * FADEN_SEC);
    void *err = one_end(arg);
    EQ(faden_timeout_end(&limit), err == gives(-ETIMEDOUT) ? -ETIMEDOUT : 0);
    return err;
}

static faden_task *waiting(struct end *e, void *(*fn)(void *))
{
    faden_task *t = spawn(fn, e);
    settle();
    EXPECT(e->sends ? c->senders.last != NULL : c->receivers.last != NULL);
    return t;
}

static void fill(void)
{
    for (int i = 0; i < (int)c->capacity; i++)
        EQ(faden_chan_try_send(c, &i), 0);
}

static void drain(void)
{
    int v;
    for (int i = 0; i < (int)c->capacity; i++) {
        EQ(faden_chan_try_recv(c, &v), 0);
        EQ(v, i);
    }
    EQ(faden_chan_try_recv(c, &v), -EAGAIN);
}

/* An ended receiver, and one behind it; then an element comes. */
static void receivers(int code)
{
    struct end a = {false, -1}, b = {false, -1};
    int v = 9, w = -1;
    faden_task *t = waiting(&a, limited_end), *u;
    end_task(t, &limit, code);
    EQ(faden_chan_try_send(c, &v), c->capacity ? 0 : -EAGAIN);
    EQ(join(t), code);
    EQ(a.v, -1);
    EQ(faden_chan_try_recv(c, &w), c->capacity ? 0 : -EAGAIN);
    EXPECT(!c->capacity || w == 9);

    t = waiting(&a, limited_end);
    u = waiting(&b, one_end);
    end_task(t, &limit, code);
    EQ(faden_chan_try_send(c, &v), 0);
    EQ(join(u), 0);
    EQ(join(t), code);
    EXPECT(a.v == -1 && b.v == 9);

    t = waiting(&a, limited_end); /* served, then ended */
    EQ(faden_chan_send(c, &v), 0);
    end_task(t, &limit, code); /* too late */
    EQ(join(t), 0);
    EQ(a.v, 9);
    EQ(faden_chan_len(c), 0);
}

static void senders(int code)
{
    struct end a = {true, 50}, b = {true, (int)c->capacity};
    int v = -1;
    fill();
    faden_task *t = waiting(&a, limited_end), *u;
    end_task(t, &limit, code);
    drain();
    EQ(join(t), code);

    fill();
    t = waiting(&a, limited_end);
    u = waiting(&b, one_end);
    end_task(t, &limit, code);
    EQ(faden_chan_recv(c, &v), 0);
    EQ(v, 0);
    for (int i = 1; i <= (int)c->capacity; i++) {
        EQ(faden_chan_recv(c, &v), 0);
        EQ(v, i);
    }
    EQ(join(u), 0);
    EQ(join(t), code);

    fill();
    a.v = (int)c->capacity;
    t = waiting(&a, limited_end);
    EQ(faden_chan_recv(c, &v), 0);
    end_task(t, &limit, code); /* too late */
    EQ(join(t), 0);
    for (int i = 1; i <= (int)c->capacity; i++) {
        EQ(faden_chan_recv(c, &v), 0);
        EQ(v, i);
    }
    EQ(faden_chan_len(c), 0);
}

/* Who is ended already sends and receives nothing, though it could; try_ calls do. */
static void *ended_before(void *arg)
{
    int v = arg == NULL;
    faden_cancel(faden_self());
    for (int i = 0; i < 2; i++) {
        EQ(wait_send(1), -ECANCELED);
        EQ(wait_recv(&v), -ECANCELED);
    }
    EQ(faden_chan_len(c), 0);
    EQ(faden_chan_try_send(c, &v), c->capacity ? 0 : -EAGAIN);
    EQ(wait_recv(&v), -ECANCELED);
    EQ(faden_chan_try_recv(c, &v), c->capacity ? 0 : -EAGAIN);
    return NULL;
}

static int start(void *arg)
{
    (void)arg;
    for (int i = 0; i < 8; i++) {
        by_select = i % 2;
        EQ(faden_chan_new(&c, sizeof(int), (size_t)i / 2), 0);
        receivers(-ECANCELED);
        receivers(-ETIMEDOUT);
        senders(-ECANCELED);
        senders(-ETIMEDOUT);
        join(spawn(ended_before, NULL));
        faden_chan_delete(c);
    }
    return 0;
}

int main(void)
{
    limit_seconds(30);
    run_both(start, NULL);
    return 0;
}
