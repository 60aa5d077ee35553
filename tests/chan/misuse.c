/* SPDX-License-Identifier: MIT */
/* Deleting a channel on which somebody waits panics; NULL may be deleted. */
#include "../sync/test.h"

static faden_chan *c;

static void *recv_it(void *arg)
{
    (void)arg;
    return gives(faden_chan_recv(c, NULL));
}

static void *send_it(void *arg)
{
    (void)arg;
    return gives(faden_chan_send(c, NULL));
}

static void *select_it(void *arg)
{
    faden_select_case s[2] = {{c, FADEN_SELECT_SEND, NULL, 0}, {c, FADEN_SELECT_RECV, NULL, 0}};
    (void)arg;
    return gives(faden_select(s, 2));
}

static int delete_under(void *(*fn)(void *))
{
    EQ(faden_chan_new(&c, 0, 0), 0);
    spawn(fn, NULL);
    settle();
    faden_chan_delete(c);
    return 0;
}

static int under_receiver(void *arg)
{
    (void)arg;
    return delete_under(recv_it);
}

static int under_sender(void *arg)
{
    (void)arg;
    return delete_under(send_it);
}

static int under_select(void *arg)
{
    (void)arg;
    return delete_under(select_it);
}

static int recv_disabled(void *arg)
{
    (void)arg;
    EQ(faden_chan_new(&c, 0, 1), 0);
    faden_preempt_disable();
    EQ(faden_chan_try_recv(c, NULL), -EAGAIN);
    EQ(faden_chan_try_send(c, NULL), 0);
    faden_select_case s = {c, FADEN_SELECT_SEND, NULL, 0};
    EQ(faden_try_select(&s, 1), -EAGAIN);
    return faden_select(&s, 1);
}

int main(void)
{
    limit_seconds(30);
    faden_chan_delete(NULL);
    expect_panic(under_receiver,
                 "faden: faden_chan_delete: somebody still waits on the object at ");
    expect_panic(under_sender, "faden: faden_chan_delete: somebody still waits on the object at ");
    expect_panic(under_select, "faden: faden_chan_delete: somebody still waits on the object at ");
    expect_panic(recv_disabled,
                 "faden: task 'main' waits while it has preemption disabled (since ");
    return 0;
}
