/* SPDX-License-Identifier: MIT */
/* Select at its edges: how many cases, NULL channels, closed ones, the same channel several times,
   cancellation and timeout, waiting in one of many lists. */
#include "../sync/test.h"

#include "chan/chan.h"

static faden_chan *c, *d;
static int v, w;

static void numbers(void)
{
    faden_select_case s[FADEN_SELECT_MAX + 1];
    faden_timeout t;
    for (int i = 0; i <= FADEN_SELECT_MAX; i++)
        s[i] = (faden_select_case){NULL, FADEN_SELECT_RECV, &v, 77};
    EQ(faden_select(s, 0), -EINVAL);
    EQ(faden_try_select(s, 0), -EINVAL);
    EQ(faden_select(s, FADEN_SELECT_MAX + 1), -EINVAL);
    EQ(faden_try_select(s, FADEN_SELECT_MAX + 1), -EINVAL);
    EQ(faden_select(s, SIZE_MAX), -EINVAL);
    EQ(faden_try_select(s, SIZE_MAX / 2 + 1), -EINVAL);
    EQ(faden_try_select(s, FADEN_SELECT_MAX), -EAGAIN); /* NULL: never */
    faden_timeout_begin(&t, FADEN_MSEC);
    EQ(faden_select(s, FADEN_SELECT_MAX), -ETIMEDOUT);
    EQ(faden_timeout_end(&t), -ETIMEDOUT);
    faden_timeout_begin(&t, 0);
    EQ(faden_select(s, 0), -EINVAL);
    EQ(faden_timeout_end(&t), 0); /* no wait returned because of it */
    s[FADEN_SELECT_MAX - 1].chan = c;
    EQ(faden_chan_send(c, &(int){5}), 0);
    EQ(faden_select(s, FADEN_SELECT_MAX), FADEN_SELECT_MAX - 1);
    EQ(v, 5);
    for (int i = 0; i < FADEN_SELECT_MAX - 1; i++)
        EQ(s[i].result, 77); /* only that of the case that happened is set */
}

static void *select_two(void *arg)
{
    return gives(faden_select(arg, 2));
}

/* c has room for one, d for none. */
static void same_channel(void)
{
    faden_select_case both[2] = {{d, FADEN_SELECT_SEND, &v, 7}, {d, FADEN_SELECT_RECV, &w, 7}};
    faden_select_case twice[2] = {{d, FADEN_SELECT_RECV, &v, 7}, {d, FADEN_SELECT_RECV, &w, 7}};
    v = 1;
    EQ(faden_try_select(both, 2), -EAGAIN); /* not with itself */
    faden_task *t = spawn(select_two, both);
    settle();
    EQ(faden_chan_recv(d, &w), 0);
    EQ(w, 1);
    EQ(join(t), 0);
    EXPECT(both[0].result == 0 && both[1].result == 7);
    t = spawn(select_two, both);
    settle();
    EQ(faden_chan_send(d, &(int){8}), 0);
    EQ(join(t), 1);
    EXPECT(both[1].result == 0 && w == 8);
    EXPECT(!d->senders.first && !d->receivers.first);

    faden_select_case others[2] = {{d, FADEN_SELECT_SEND, &v, 7}, {d, FADEN_SELECT_RECV, &w, 7}};
    int x = -1, y = -1;
    both[0].elem = &(int){21}, both[1].elem = &x;
    others[0].elem = &(int){22}, others[1].elem = &y;
    t = spawn(select_two, both);
    settle();
    faden_task *u = spawn(select_two, others); /* the two serve each other */
    EQ(join(t) + join(u), 1);
    EXPECT((x == 22 && y == -1) || (y == 21 && x == -1));

    t = spawn(select_two, twice);
    settle();
    EQ(faden_chan_try_send(d, &(int){3}), 0);
    EQ(faden_chan_try_send(d, &(int){4}), -EAGAIN); /* one of them, not both */
    EQ(join(t), 0);
    t = spawn(select_two, twice);
    settle();
    EQ(faden_chan_close(d), 0);
    EQ(join(t), 0);
    EQ(twice[0].result, -EPIPE);
    EXPECT(!d->senders.first && !d->receivers.first);
}

/* d is closed. */
static void closed(void)
{
    faden_select_case s[2] = {{c, FADEN_SELECT_RECV, &v, 7}, {d, FADEN_SELECT_SEND, &w, 7}};
    EQ(faden_select(s, 2), 1);
    EQ(s[1].result, -EPIPE);
    s[1].op = FADEN_SELECT_RECV;
    EQ(faden_try_select(s, 2), 1);
    EQ(s[1].result, -EPIPE);
    EQ(s[0].result, 7);
    int of[2] = {0, 0};
    for (int i = 0; i < 400; i++) {
        EXPECT(faden_chan_try_send(c, &i) != -EPIPE);
        of[faden_select(s, 2)]++;
    }
    EXPECT(of[0] > 100 && of[1] > 100); /* a closed one is as likely as the others */
    (void)!faden_chan_try_recv(c, &v);
}

static void cut_short(void)
{
    faden_chan *e;
    EQ(faden_chan_new(&e, sizeof(int), 0), 0);
    faden_select_case s[2] = {{c, FADEN_SELECT_RECV, &v, 7}, {e, FADEN_SELECT_SEND, &w, 7}};
    faden_task *t = spawn(select_two, s);
    settle();
    faden_cancel(t);
    EQ(faden_chan_try_send(c, &(int){6}), 0);
    EQ(faden_chan_try_recv(e, &w), -EAGAIN);
    EQ(join(t), -ECANCELED);
    EXPECT(s[0].result == 7 && s[1].result == 7);
    EQ(faden_chan_len(c), 1);
    EQ(faden_chan_recv(c, &v), 0);
    t = spawn(select_two, s);
    settle();
    EQ(faden_chan_try_send(c, &(int){6}), 0);
    faden_cancel(t); /* too late */
    EQ(faden_chan_try_recv(e, &w), -EAGAIN);
    EQ(join(t), 0);
    EQ(v, 6);
    EXPECT(!e->senders.first && !c->receivers.first);
    faden_chan_delete(e);
}

static int start(void *arg)
{
    (void)arg;
    EQ(faden_chan_new(&c, sizeof(int), 1), 0);
    EQ(faden_chan_new(&d, sizeof(int), 0), 0);
    numbers();
    same_channel();
    closed();
    cut_short();
    faden_chan_delete(c);
    faden_chan_delete(d);
    return 0;
}

int main(void)
{
    limit_seconds(30);
    run_both(start, NULL);
    return 0;
}
