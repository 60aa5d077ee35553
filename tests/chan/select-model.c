/* SPDX-License-Identifier: MIT */
/*
 * Random operations on a few channels against a model, with the invariants of chan.h looked at
 * after each step. The model knows who waits where and in which order; it predicts every result
 * that does not hang on a draw, and follows the draw where one was made.
 */
#include "model.h"

enum { STEPS = 3000 };

/* Somebody selects: at once if the model says that it can, else it waits. */
static void step_select(uint64_t *seed)
{
    struct waiter *w = &waiters[below(seed, WAITERS)];
    bool can = false;
    if (w->waiting)
        return;
    w->n = 1 + (int)below(seed, CASES);
    for (int j = 0; j < w->n; j++) {
        uint32_t k = below(seed, CHANNELS + 1);
        w->elem[j] = ++serial;
        w->s[j] = (faden_select_case){k < CHANNELS ? c[k] : NULL, (faden_select_op)below(seed, 2),
                                      &w->elem[j], 99};
        can |= k < CHANNELS && model_can((int)k, w->s[j].op);
    }
    w->t = spawn(select_it, w);
    settle();
    w->arrival = ++clock_;
    w->waiting = !can;
    if (!can)
        return;
    join(w->t);
    EXPECT(w->result >= 0 && w->result < w->n && w->s[w->result].chan);
    faden_select_case *s = &w->s[w->result];
    if (s->op == FADEN_SELECT_SEND)
        model_send(index_of(s->chan), w->elem[w->result], s->result);
    else
        model_recv(index_of(s->chan), w->elem[w->result], s->result);
}

static void step(uint64_t *seed)
{
    int k = (int)below(seed, CHANNELS);
    struct waiter *w = &waiters[below(seed, WAITERS)];
    uint64_t v = ++serial;
    switch (below(seed, 8)) {
    case 0:
    case 1: model_send(k, v, faden_chan_try_send(c[k], &v)); break;
    case 2:
    case 3: {
        int err = faden_chan_try_recv(c[k], &v);
        model_recv(k, v, err);
        break;
    }
    case 4:
        if (!w->waiting)
            break;
        faden_cancel(w->t);
        join(w->t);
        EQ(w->result, -ECANCELED);
        w->waiting = false;
        break;
    case 5:
        if (below(seed, 20) == 0)
            model_close(k, faden_chan_close(c[k]));
        if (closed[k] && !queued[k] && below(seed, 8) == 0) {
            faden_chan_delete(c[k]);
            EQ(faden_chan_new(&c[k], sizeof(uint64_t), below(seed, 5)), 0);
            closed[k] = false;
        }
        break;
    default: step_select(seed);
    }
    check_invariants();
}

static int start(void *arg)
{
    uint64_t seed = *(uint64_t *)arg;
    for (int k = 0; k < CHANNELS; k++) {
        EQ(faden_chan_new(&c[k], sizeof(uint64_t), below(&seed, 5)), 0);
        closed[k] = false;
        queued[k] = 0;
    }
    for (int i = 0; i < STEPS; i++)
        step(&seed);
    for (int k = 0; k < CHANNELS; k++)
        model_close(k, faden_chan_close(c[k]));
    for (int i = 0; i < WAITERS; i++)
        if (waiters[i].waiting) { /* on NULL channels only */
            faden_cancel(waiters[i].t);
            join(waiters[i].t);
            waiters[i].waiting = false;
        }
    for (int k = 0; k < CHANNELS; k++)
        faden_chan_delete(c[k]);
    return 0;
}

int main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
    uint64_t last = argc > 1 ? seed : (uint64_t)rounds(40);
    limit_seconds(60);
    for (; seed <= last; seed++) {
        test_seed = seed;
        run_as(start, &seed, (faden_config){.route = (faden_route)(seed % 2)});
    }
    return 0;
}
