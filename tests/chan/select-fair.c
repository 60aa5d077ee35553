/* SPDX-License-Identifier: MIT */
/* If several cases can happen, each is as likely as the others, whichever ones they are. */
#include "../sync/test.h"

enum { CASES = 8, DRAWS = 20000 };

static faden_chan *c[CASES];

/* Cases in `set` can happen. The sum of the squared deviations, in units of the expectation, has k
   - 1 degrees of freedom; 60 is far out for 7 of them. */
static void draw(unsigned set)
{
    faden_select_case cases[CASES];
    unsigned count[CASES] = {0}, k = (unsigned)__builtin_popcount(set);
    double expected = (double)DRAWS / k, chi = 0;
    int v = 0, out[CASES];
    for (int i = 0; i < CASES; i++) {
        cases[i] = (faden_select_case){c[i], FADEN_SELECT_RECV, &out[i], 1};
        if (set >> i & 1)
            EQ(faden_chan_send(c[i], &v), 0);
    }
    for (int n = 0; n < DRAWS; n++) {
        int i = n % 2 ? faden_select(cases, CASES) : faden_try_select(cases, CASES);
        EXPECT(i >= 0 && (set >> i & 1) && cases[i].result == 0);
        count[i]++;
        EQ(faden_chan_send(c[i], &v), 0);
    }
    for (int i = 0; i < CASES; i++) {
        if (!(set >> i & 1))
            continue;
        chi += (count[i] - expected) * (count[i] - expected) / expected;
        EQ(faden_chan_recv(c[i], &v), 0);
    }
    if (chi > 60) {
        fprintf(stderr, "set %#x: not alike, chi square %.1f:", set, chi);
        for (int i = 0; i < CASES; i++)
            fprintf(stderr, " %u", count[i]);
        fprintf(stderr, "\n");
        _exit(1);
    }
}

static int start(void *arg)
{
    static const unsigned sets[] = {0xff, 0x03, 0x81, 0x07, 0x23, 0x83, 0x0f, 0xf1, 0x11, 0x7e};
    (void)arg;
    for (int i = 0; i < CASES; i++)
        EQ(faden_chan_new(&c[i], sizeof(int), 1), 0);
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        draw(sets[i]);
    for (int i = 0; i < CASES; i++)
        faden_chan_delete(c[i]);
    return 0;
}

int main(void)
{
    limit_seconds(60);
    run_both(start, NULL);
    return 0;
}
