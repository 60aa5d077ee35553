/* SPDX-License-Identifier: MIT */
/*
 * Senders and receivers in random numbers on channels of random capacity, tasks and plain threads,
 * by send, try_send and select, with random timeouts and cancellations: what a sender counts as
 * sent is received exactly once, whole; what it counts as not sent, never.
 */
#include "../sync/test.h"

enum { ACTORS_MAX = 12, EACH = 400, CHANNELS = 3 };

struct message {
    uint32_t sender, number;
    uint64_t check;
};

struct actor {
    uint32_t id;
    uint64_t seed;
    bool thread, cancellable;
    faden_task *t;
    pthread_t p;
};

static faden_chan *c[CHANNELS];
static struct actor senders[ACTORS_MAX], receivers[ACTORS_MAX];
static uint32_t n_senders, n_receivers, sending, receiving;
static unsigned char sent[ACTORS_MAX][EACH], received[ACTORS_MAX][EACH];

static uint64_t check_of(const struct message *m)
{
    return (m->sender * 0x9e3779b97f4a7c15u) ^ (m->number * 0xc2b2ae3d27d4eb4fu);
}

/* One try, in one of the ways there are. `m` is sent, or received into. */
static int one_try(struct actor *a, struct message *m, bool send)
{
    faden_select_case s[CHANNELS + 1];
    uint32_t way = below(&a->seed, 4), k = below(&a->seed, CHANNELS);
    if (way == 0)
        return send ? faden_chan_try_send(c[k], m) : faden_chan_try_recv(c[k], m);
    if (way == 1 && send)
        return faden_chan_send(c[k], m);
    for (int i = 0; i < CHANNELS; i++)
        s[i] = (faden_select_case){c[i], send ? FADEN_SELECT_SEND : FADEN_SELECT_RECV, m, 1};
    s[CHANNELS] = s[k];
    if (below(&a->seed, 4) == 0)
        s[k].chan = NULL;
    int i = way == 3 ? faden_try_select(s, CHANNELS + 1) : faden_select(s, CHANNELS + 1);
    return i < 0 ? i : s[i].result;
}

static int some_try(struct actor *a, struct message *m, bool send)
{
    faden_timeout t;
    if (a->thread || below(&a->seed, 2))
        return one_try(a, m, send);
    faden_timeout_begin(&t, below(&a->seed, 50) * FADEN_USEC);
    int err = one_try(a, m, send);
    EXPECT(faden_timeout_end(&t) == 0 || err == -ETIMEDOUT || err == -ECANCELED);
    return err;
}

static void *sender(void *arg)
{
    struct actor *a = arg;
    for (uint32_t n = 0; n < EACH; n++) {
        struct message m = {a->id, n, 0};
        m.check = check_of(&m);
        int err = some_try(a, &m, true);
        sent[a->id][n] = err == 0;
        EXPECT(err == 0 || err == -EAGAIN || err == -ETIMEDOUT || err == -ECANCELED);
        EXPECT(err != -ECANCELED || a->cancellable);
        memset(&m, 0xee, sizeof m);
    }
    __atomic_fetch_sub(&sending, 1, __ATOMIC_SEQ_CST);
    return NULL;
}

static int recv_one(struct message *m, int err)
{
    if (err)
        return err;
    EXPECT(m->check == check_of(m));
    __atomic_fetch_add(&received[m->sender][m->number], 1, __ATOMIC_SEQ_CST);
    return 0;
}

/* Those that are cancelled stop; the others go on until the channels are closed, and drain them. */
static void *receiver(void *arg)
{
    struct actor *a = arg;
    struct message m = {0};
    int err;
    do {
        err = recv_one(&m, some_try(a, &m, false));
        if (!a->thread && err == -EAGAIN)
            faden_yield();
        EXPECT(err != -ECANCELED || a->cancellable);
    } while (err != -ECANCELED && err != -EPIPE);
    for (int i = 0; i < CHANNELS && err != -ECANCELED; i++)
        while (recv_one(&m, faden_chan_try_recv(c[i], &m)) == 0)
            ;
    __atomic_fetch_sub(&receiving, 1, __ATOMIC_SEQ_CST);
    return NULL;
}

static void begin(struct actor *actors, uint32_t n, void *(*fn)(void *), uint64_t *seed)
{
    for (uint32_t i = 0; i < n; i++) {
        struct actor *a = &actors[i];
        *a = (struct actor){.id = i, .seed = random_of(seed), .thread = below(seed, 3) == 0};
        a->cancellable = i > 0 && !a->thread && below(seed, 3) == 0;
        if (a->thread)
            a->p = thread(fn, a);
        else
            a->t = spawn(fn, a);
    }
}

static void cancel_some(struct actor *actors, uint32_t n, uint64_t *seed)
{
    for (uint32_t i = 0; i < n; i++)
        if (actors[i].cancellable && below(seed, 2))
            faden_cancel(actors[i].t);
}

static void end(struct actor *actors, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (actors[i].thread)
            thread_end(actors[i].p);
        else
            join(actors[i].t);
}

static int start(void *arg)
{
    uint64_t seed = *(uint64_t *)arg;
    n_senders = 1 + below(&seed, ACTORS_MAX);
    n_receivers = 1 + below(&seed, ACTORS_MAX);
    sending = n_senders;
    receiving = n_receivers;
    memset(received, 0, sizeof received);
    for (int i = 0; i < CHANNELS; i++)
        EQ(faden_chan_new(&c[i], sizeof(struct message), below(&seed, 2) * below(&seed, 9)), 0);
    begin(senders, n_senders, sender, &seed);
    begin(receivers, n_receivers, receiver, &seed);
    EQ(faden_sleep(below(&seed, 300) * FADEN_USEC), 0);
    cancel_some(senders, n_senders, &seed);
    cancel_some(receivers, n_receivers, &seed);
    UNTIL(!__atomic_load_n(&sending, __ATOMIC_SEQ_CST));
    for (int i = 0; i < CHANNELS; i++)
        EQ(faden_chan_close(c[i]), 0);
    UNTIL(!__atomic_load_n(&receiving, __ATOMIC_SEQ_CST));
    end(senders, n_senders);
    end(receivers, n_receivers);
    for (uint32_t i = 0; i < n_senders; i++)
        for (uint32_t n = 0; n < EACH; n++)
            EQ(received[i][n], sent[i][n]);
    for (int i = 0; i < CHANNELS; i++) {
        EQ(faden_chan_len(c[i]), 0);
        faden_chan_delete(c[i]);
    }
    return 0;
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 0;
    uint64_t last = argc > 1 ? seed : (uint64_t)rounds(60);
    limit_seconds(100);
    for (; seed <= last; seed++) {
        faden_config config = {.route = (faden_route)(seed % 2)};
        test_seed = seed;
        run_as(start, &seed, config);
    }
    return 0;
}
