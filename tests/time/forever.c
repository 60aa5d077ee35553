/* SPDX-License-Identifier: MIT */
/* FADEN_FOREVER and times near it do not overflow: nobody who sleeps that long wakes by the clock;
   a cancellation wakes him. */
#include "../sync/test.h"

static int woken;

static void *sleep_for(void *ns)
{
    int err = faden_sleep(*(int64_t *)ns);
    woken++;
    return gives(err);
}

static void *sleep_until(void *t)
{
    int err = faden_sleep_until(*(int64_t *)t);
    woken++;
    return gives(err);
}

static int start(void *arg)
{
    static int64_t times[] = {FADEN_FOREVER,
                              FADEN_FOREVER - 1,
                              FADEN_FOREVER - FADEN_SEC,
                              FADEN_FOREVER / 2,
                              (int64_t)1 << 62,
                              ((int64_t)1 << 62) - 1,
                              (int64_t)200 * 366 * 86400 * FADEN_SEC};
    enum { N = sizeof times / sizeof *times };
    faden_task *t[2 * N];
    faden_timeout limit;
    faden_stats stats;
    woken = 0;
    for (int i = 0; i < N; i++) {
        t[i] = spawn(sleep_for, &times[i]);
        t[N + i] = spawn(sleep_until, &times[i]);
    }
    for (int i = 0; i < 20; i++)
        EQ(faden_sleep(FADEN_MSEC), 0);
    EQ(woken, 0);
    for (int i = 0; i < 2 * N; i++) {
        faden_cancel(t[i]);
        EQ(join(t[i]), -ECANCELED);
        EQ(woken, i + 1);
    }
    for (int i = 0; i < N; i++) {
        faden_timeout_begin(&limit, times[i]);
        EQ(faden_sleep(FADEN_USEC), 0);
        EQ(faden_timeout_end(&limit), 0);
    }
    EQ(faden_stats_get(&stats), 0);
    EQ(stats.timers, 0);
    return arg != NULL;
}

/* One that sleeps for ever does not keep the others' deadlock from being found, nor does it seem to
   be woken. */
static int all_wait(void *arg)
{
    static int64_t forever = FADEN_FOREVER;
    (void)arg;
    spawn(sleep_for, &forever);
    faden_chan *c;
    EQ(faden_chan_new(&c, 0, 0), 0);
    return faden_chan_recv(c, NULL);
}

int main(void)
{
    limit_seconds(30);
    expect_panic(all_wait, "faden: deadlock: every task waits, and nothing can end a wait");
    run_both(start, NULL);
    return 0;
}
