/* SPDX-License-Identifier: MIT */
/*
 * Selects against selects on the same channels in opposite order, each with sends and receives,
 * from tasks, plain threads and two runs: all go on, and sends and receives balance.
 */
#include "../sync/test.h"

#include "chan/chan.h"

enum { PLAYERS = 6, ROUNDS = 4000 };

static faden_chan *c, *d;
static uint64_t sent, got, sent_sum, got_sum;
static uint32_t playing;

static void *player(void *arg)
{
    uintptr_t me = (uintptr_t)arg;
    faden_chan *first = me % 2 ? c : d, *second = me % 2 ? d : c;
    for (uint64_t i = 0; i < (uint64_t)rounds(ROUNDS); i++) {
        uint64_t out = (uint64_t)me << 32 | i, in = 0;
        faden_select_case s[4] = {{first, FADEN_SELECT_SEND, &out, 1},
                                  {second, FADEN_SELECT_RECV, &in, 1},
                                  {second, FADEN_SELECT_SEND, &out, 1},
                                  {first, FADEN_SELECT_RECV, &in, 1}};
        int k = faden_select(s, 4);
        EXPECT(k >= 0);
        if (s[k].result == -EPIPE)
            break;
        EQ(s[k].result, 0);
        if (k % 2 == 0) {
            __atomic_fetch_add(&sent, 1, __ATOMIC_RELAXED);
            __atomic_fetch_add(&sent_sum, out, __ATOMIC_RELAXED);
        } else {
            __atomic_fetch_add(&got, 1, __ATOMIC_RELAXED);
            __atomic_fetch_add(&got_sum, in, __ATOMIC_RELAXED);
        }
    }
    /* the last one must not wait for a partner for ever */
    if (__atomic_sub_fetch(&playing, 1, __ATOMIC_SEQ_CST) == 1) {
        faden_chan_close(c);
        faden_chan_close(d);
    }
    return NULL;
}

static int a_run(void *arg)
{
    player(arg);
    return 0;
}

static void *other_run(void *arg)
{
    run_as(a_run, arg, (faden_config){0});
    return NULL;
}

/* Of PLAYERS, those in `threads` are plain threads, those in `runs` runs of their own. */
static int play(void *arg)
{
    const unsigned *sets = arg;
    pthread_t t[PLAYERS];
    playing = PLAYERS;
    sent = got = sent_sum = got_sum = 0;
    EQ(faden_chan_new(&c, sizeof(uint64_t), 0), 0);
    EQ(faden_chan_new(&d, sizeof(uint64_t), 0), 0);
    for (uintptr_t i = 0; i < PLAYERS; i++)
        if (sets[0] >> i & 1)
            t[i] = thread(player, (void *)i);
        else if (sets[1] >> i & 1)
            t[i] = thread(other_run, (void *)i);
        else
            EQ(faden_go(player, (void *)i), 0);
    UNTIL(!__atomic_load_n(&playing, __ATOMIC_SEQ_CST));
    for (int i = 0; i < PLAYERS; i++)
        if ((sets[0] | sets[1]) >> i & 1)
            thread_end(t[i]);
    EQ(sent, got);
    EQ(sent_sum, got_sum);
    EXPECT(sent > (uint64_t)rounds(ROUNDS) / 4);
    EXPECT(!c->senders.first && !c->receivers.first && !d->senders.first && !d->receivers.first);
    faden_chan_delete(c);
    faden_chan_delete(d);
    return 0;
}

int main(void)
{
    static unsigned sets[][2] = {{0, 0}, {0x3f, 0}, {0x15, 0}, {0, 0x2a}, {0x09, 0x12}};
    limit_seconds(60);
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        run_both(play, sets[i]);
    return 0;
}
