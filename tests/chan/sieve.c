/* SPDX-License-Identifier: MIT */
/*
 * The sieve of primes: a chain of filters that grows, and ends when its source is cancelled.
 *
 * How far the source is ahead by then is the scheduler's choice: up to one number in each filter.
 * Most of those are primes, which pass all filters. On one cpu, where who is served is next, there
 * are few; with several the chain is full, and the whole was twice the work. So the source has an
 * end, a few primes behind the last that is wanted, and it waits there.
 */
#include "../sync/test.h"

enum { PRIMES = 300, LAST_PRIME = 1987, NUMBERS_END = 2004 };

struct filter {
    faden_chan *in, *out;
    int prime;
};

static size_t capacity;

static void *numbers(void *arg)
{
    int err = 0;
    for (int i = 2; !err && i < NUMBERS_END; i++)
        err = faden_chan_send(arg, &i);
    if (!err)
        err = faden_sleep(FADEN_FOREVER);
    faden_chan_close(arg);
    return gives(err);
}

static void *filter(void *arg)
{
    struct filter *f = arg;
    int n, err;
    while ((err = faden_chan_recv(f->in, &n)) == 0)
        if (n % f->prime && (err = faden_chan_send(f->out, &n)) < 0)
            break;
    faden_chan_close(f->out);
    return gives(err);
}

static int start(void *arg)
{
    static struct filter filters[PRIMES];
    faden_task *t[PRIMES + 1];
    faden_chan *c;
    int primes = 0, p = 0, rest;
    (void)arg;
    EQ(faden_chan_new(&c, sizeof(int), capacity), 0);
    t[0] = spawn(numbers, c);
    for (int i = 0; i < PRIMES; i++) {
        EQ(faden_chan_recv(c, &p), 0);
        for (int d = 2; d * d <= p; d++)
            EXPECT(p % d);
        primes++;
        filters[i] = (struct filter){.in = c, .prime = p};
        EQ(faden_chan_new(&filters[i].out, sizeof(int), capacity), 0);
        t[i + 1] = spawn(filter, &filters[i]);
        c = filters[i].out;
    }
    EQ(p, LAST_PRIME);
    faden_cancel(t[0]);
    while (faden_chan_recv(c, &rest) == 0)
        EXPECT(rest > p);
    EQ(join(t[0]), -ECANCELED);
    for (int i = 0; i < PRIMES; i++) {
        EQ(join(t[i + 1]), -EPIPE);
        faden_chan_delete(filters[i].in);
    }
    faden_chan_delete(c);
    return 0;
}

int main(void)
{
    limit_seconds(60);
    for (capacity = 0; capacity < 3; capacity += 2)
        run_both(start, NULL);
    return 0;
}
