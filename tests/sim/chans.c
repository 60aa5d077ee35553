/* SPDX-License-Identifier: MIT */
/* Channels and select: every element arrives once and in order; close wakes all. */
#include "scenario.h"

static faden_chan *c, *d;

static void make(size_t capacity)
{
    SAME(faden_chan_new(&c, sizeof(int), capacity), 0);
    SAME(faden_chan_new(&d, sizeof(int), capacity), 0);
}

enum { EACH = 3 };

/* EACH numbers, marked with who sends them. */
static void *send_some(void *who)
{
    for (int i = 0; i < EACH; i++) {
        int v = 16 * (int)(intptr_t)who + i;
        SAME(faden_chan_send(c, &v), 0);
    }
    return NULL;
}

static void recv_all(int senders)
{
    int next[4] = {0};
    for (int i = 0; i < senders * EACH; i++) {
        int v = -1;
        SAME(faden_chan_recv(c, &v), 0);
        faden_sim_check(v >= 0 && v / 16 < 4, "received %d", v);
        SAME(v % 16, next[v / 16]++);
    }
}

static int two_senders(size_t capacity)
{
    faden_task *t[2];
    make(capacity);
    for (int i = 0; i < 2; i++)
        t[i] = spawn(send_some, (void *)(intptr_t)i);
    sim_thread(send_some, (void *)2);
    recv_all(3);
    for (int i = 0; i < 2; i++)
        join(t[i]);
    SAME(faden_chan_len(c), 0);
    return 0;
}

static int unbuffered(void *arg)
{
    (void)arg;
    return two_senders(0);
}

static int buffered(void *arg)
{
    (void)arg;
    return two_senders(2);
}

static void *echo(void *arg)
{
    int v;
    while (faden_chan_recv(c, &v) == 0)
        SAME(faden_chan_send(d, &v), 0);
    return arg;
}

static int ping_pong(void *arg)
{
    faden_task *t;
    make(0);
    t = spawn(echo, arg);
    for (int i = 0; i < 4; i++) {
        int v = -1;
        SAME(faden_chan_send(c, &i), 0);
        SAME(faden_chan_recv(d, &v), 0);
        SAME(v, i);
    }
    SAME(faden_chan_close(c), 0);
    join(t);
    faden_chan_delete(c);
    faden_chan_delete(d);
    return 0;
}

static void *recv_until_closed(void *sum)
{
    int v, err;
    while ((err = faden_chan_recv(c, &v)) == 0)
        *(int *)sum += v;
    SAME(err, -EPIPE);
    return NULL;
}

static int close_wakes(void *arg)
{
    int sum[2] = {0, 0};
    faden_task *t[2];
    (void)arg;
    make(1);
    for (int i = 0; i < 2; i++)
        t[i] = spawn(recv_until_closed, &sum[i]);
    for (int i = 1; i <= 4; i++)
        SAME(faden_chan_send(c, &i), 0);
    SAME(faden_chan_close(c), 0);
    for (int i = 0; i < 2; i++)
        join(t[i]);
    SAME(sum[0] + sum[1], 10);
    faden_chan_delete(c);
    return 0;
}

/* ---- select ------------------------------------------------------------------------------- */

static void *send_to(void *chan)
{
    for (int i = 0; i < EACH; i++)
        SAME(faden_chan_send(chan, &i), 0);
    return NULL;
}

static int select_recv(void *arg)
{
    int v[2], next[2] = {0, 0};
    faden_select_case cases[2];
    (void)arg;
    make(0);
    faden_task *t[2] = {spawn(send_to, c), spawn(send_to, d)};
    for (int i = 0; i < 2 * EACH; i++) {
        int index;
        cases[0] = (faden_select_case){.chan = c, .op = FADEN_SELECT_RECV, .elem = &v[0]};
        cases[1] = (faden_select_case){.chan = d, .op = FADEN_SELECT_RECV, .elem = &v[1]};
        index = faden_select(cases, 2);
        faden_sim_check(index == 0 || index == 1, "select gave %d", index);
        SAME(cases[index].result, 0);
        SAME(v[index], next[index]++);
    }
    for (int i = 0; i < 2; i++)
        join(t[i]);
    return 0;
}

/* Two that select on both ends of the same channels: each send meets one receive. */
static int sent, received;

static void *select_both(void *arg)
{
    for (int i = 0; i < 2; i++) {
        int in = 0, out = 1;
        faden_select_case cases[2] = {{.chan = c, .op = FADEN_SELECT_SEND, .elem = &out},
                                      {.chan = c, .op = FADEN_SELECT_RECV, .elem = &in}};
        int index = faden_select(cases, 2);
        faden_sim_check(index == 0 || index == 1, "select gave %d", index);
        SAME(in, index);
        sent += !index;
        received += index;
    }
    return arg;
}

static int select_cross(void *arg)
{
    faden_task *t[2];
    make(0);
    for (int i = 0; i < 2; i++)
        t[i] = spawn(select_both, arg);
    for (int i = 0; i < 2; i++)
        join(t[i]);
    SAME(sent, 2);
    SAME(received, 2);
    return 0;
}

static int select_and_close(void *arg)
{
    int v;
    faden_select_case cases[2];
    (void)arg;
    make(0);
    faden_task *t = spawn(send_to, c);
    for (int i = 0; i < EACH; i++) {
        cases[0] = (faden_select_case){.chan = c, .op = FADEN_SELECT_RECV, .elem = &v};
        cases[1] = (faden_select_case){.chan = d, .op = FADEN_SELECT_RECV, .elem = &v};
        SAME(faden_select(cases, 2), 0);
        SAME(v, i);
    }
    sim_thread((void *(*)(void *))(void (*)(void))faden_chan_close, d);
    cases[0].chan = NULL;
    cases[1] = (faden_select_case){.chan = d, .op = FADEN_SELECT_RECV, .elem = &v};
    SAME(faden_select(cases, 2), 1);
    SAME(cases[1].result, -EPIPE);
    join(t);
    return 0;
}

/* ---- movable ones that are woken all at once, and given to cpus that sleep ----------------- */

enum { ROAMERS = 5 };
static faden_event start;
static int roamed;

static void *roams(void *never)
{
    unsigned at;
    int err = faden_event_wait(&start);
    faden_sim_check(err == 0 || err == -ECANCELED, "the wait gave %d", err);
    at = faden_cpu();
    faden_yield();
    SAME(faden_cpu(), at); /* it moves when it is woken, not when it yields */
    if (never)
        SAME(faden_sem_wait(never), -ECANCELED); /* the news has reached it, or will */
    __atomic_add_fetch(&roamed, 1, __ATOMIC_RELAXED);
    return NULL;
}

static void *sets(void *arg)
{
    faden_event_set(&start);
    return arg;
}

static void roam(bool ended)
{
    faden_task_attr movable = {.movable = true}, pinned = {.cpu = 1};
    faden_scope scope;
    faden_task *setter;
    faden_sem never = {0};
    faden_scope_open(&scope);
    for (int i = 0; i < ROAMERS; i++)
        SAME(faden_scope_spawn(&scope, NULL, roams, ended ? &never : NULL, &movable), 0);
    faden_yield();
    SAME(faden_spawn(&setter, sets, NULL, &pinned), 0);
    for (int i = 0; ended && i < 3; i++)
        faden_yield();
    if (ended)
        faden_scope_cancel(&scope);
    SAME(faden_scope_close(&scope), ended ? -ECANCELED : 0);
    join(setter);
    faden_sim_check(ended || roamed == ROAMERS, "%d of them went on", roamed);
}

static int roaming(void *arg)
{
    roam(false);
    return arg != NULL;
}

static int roaming_ended(void *arg)
{
    roam(true);
    return arg != NULL;
}

static const struct scenario all[] = {
    {"unbuffered", unbuffered},
    {"buffered", buffered},
    {"ping-pong", ping_pong},
    {"close", close_wakes},
    {"select", select_recv},
    {"select-cross", select_cross},
    {"select-close", select_and_close},
    {"roaming", roaming},
    {"roaming-ended", roaming_ended},
};

int main(int argc, char **argv)
{
    return EXPLORE(all, argc, argv);
}
