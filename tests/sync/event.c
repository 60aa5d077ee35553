/* SPDX-License-Identifier: MIT */
/* Events: a manual one lets all pass until it is cleared, an automatic one so many as it is set. */
#include "test.h"

static faden_event e;
static int passed;

static void *waits(void *arg)
{
    EQ(faden_event_wait(&e), 0);
    passed++;
    return arg;
}

/* The first one waits longest. */
static void spawn_waiters(faden_task **t, int n)
{
    passed = 0;
    for (int i = 0; i < n; i++) {
        t[i] = spawn(waits, NULL);
        settle();
    }
}

static void manual(void)
{
    faden_task *t[5];
    faden_event_init(&e, FADEN_EVENT_MANUAL);
    EXPECT(!faden_event_is_set(&e));
    spawn_waiters(t, 5);
    EQ(passed, 0);
    faden_event_set(&e);
    faden_event_clear(&e); /* who waited passes all the same */
    for (int i = 0; i < 5; i++)
        join(t[i]);
    EQ(passed, 5);
    EXPECT(!faden_event_is_set(&e));
    faden_event_set(&e);
    faden_event_set(&e);
    for (int i = 0; i < 3; i++) {
        EXPECT(faden_event_is_set(&e));
        EQ(faden_event_wait(&e), 0);
    }
    faden_event_clear(&e);
    EXPECT(!faden_event_is_set(&e));
    faden_event_destroy(&e);
}

static void automatic(void)
{
    faden_task *t[5];
    faden_event_init(&e, FADEN_EVENT_AUTO);
    spawn_waiters(t, 5);
    for (int i = 1; i <= 5; i++) {
        faden_event_set(&e);
        EXPECT(!faden_event_is_set(&e));
        settle();
        EQ(passed, i);
        join(t[i - 1]); /* the longest waiter */
    }
    faden_event_set(&e);
    faden_event_set(&e); /* set twice is set once */
    EXPECT(faden_event_is_set(&e));
    spawn_waiters(t, 2);
    EQ(passed, 1);
    EXPECT(!faden_event_is_set(&e));
    faden_event_set(&e);
    faden_event_clear(&e);
    join(t[0]);
    join(t[1]);
    faden_event_set(&e);
    faden_event_clear(&e);
    EXPECT(!faden_event_is_set(&e));
    faden_event_destroy(&e);
}

static int start(void *arg)
{
    (void)arg;
    manual();
    automatic();
    return 0;
}

/* ---- threads and tasks hand a baton round: no set is lost, none counts twice ----------------- */

enum { RUNNERS = 4, LAPS = 500 };
static faden_event baton[RUNNERS];
static int laps; /* guarded by having the baton */

static void *runner(void *arg)
{
    int i = (int)(intptr_t)arg, n = rounds(LAPS);
    for (int lap = 0; lap < n; lap++) {
        EQ(faden_event_wait(&baton[i]), 0);
        EQ(laps, lap * RUNNERS + i);
        laps++;
        faden_event_set(&baton[(i + 1) % RUNNERS]);
    }
    return NULL;
}

static int relay(void *arg)
{
    unsigned threads = *(unsigned *)arg;
    faden_task *t[RUNNERS];
    pthread_t p[RUNNERS];
    laps = 0;
    for (int i = 0; i < RUNNERS; i++)
        faden_event_init(&baton[i], FADEN_EVENT_AUTO);
    for (intptr_t i = 0; i < RUNNERS; i++)
        if (threads >> i & 1)
            p[i] = thread(runner, (void *)i);
        else
            t[i] = spawn(runner, (void *)i);
    faden_event_set(&baton[0]);
    for (int i = 0; i < RUNNERS; i++)
        if (!(threads >> i & 1))
            join(t[i]);
    for (int i = 0; i < RUNNERS; i++)
        if (threads >> i & 1)
            thread_end(p[i]);
    EQ(laps, RUNNERS * rounds(LAPS));
    return 0;
}

int main(void)
{
    static unsigned sets[] = {0, 0xf, 0x5, 0x3};
    limit_seconds(60);
    run_both(start, NULL);
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        run_both(relay, &sets[i]);
    return 0;
}
