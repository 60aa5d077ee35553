/* SPDX-License-Identifier: MIT */
/* The slot (src/sched/slot.h): who is served by the running task is next, and nobody starves. */
#include "test.h"

enum { CAP = 8 }; /* SLOT_CAP */

static bool stop;
static faden_task_attr attr; /* of who talks */

/* ---- order -------------------------------------------------------------------------------- */

static char order[64];
static faden_sem sems[3];

static void *yields(void *name)
{
    faden_yield();
    strcat(order, name);
    return NULL;
}

static void *is_served(void *name)
{
    EQUAL(faden_sem_wait(&sems[*(char *)name - 'a']), 0);
    strcat(order, name);
    return NULL;
}

/* Two are ready. Of those who are served the first goes before them, the others behind. A yield
   gives the turn to that one, too, and puts the caller at the end. */
static void first_of_those_served(void)
{
    static char *const names[] = {"a", "b", "c"};
    faden_task *t[3];
    order[0] = '\0';
    for (int i = 0; i < 3; i++) {
        faden_sem_init(&sems[i], 0);
        EQUAL(faden_spawn(&t[i], is_served, names[i], &attr), 0);
    }
    go(yields, "2"); /* the newest begins first */
    go(yields, "1");
    faden_yield();
    for (int i = 0; i < 3; i++)
        faden_sem_post(&sems[i]);
    faden_yield();
    strcat(order, ".");
    for (int i = 0; i < 3; i++)
        EQUAL(faden_join(t[i], NULL), 0);
    EXPECT(!strcmp(order, "a12bc."), "%s", order);
}

/* ---- nobody starves ----------------------------------------------------------------------- */

static faden_chan *there, *back;
static long talks;

static void *answers(void *arg)
{
    long v;
    while (faden_chan_recv(there, &v) == 0 && faden_chan_send(back, &v) == 0)
        ;
    return arg;
}

static void *asks(void *arg)
{
    for (long v = 0; !stop; talks++) {
        EQUAL(faden_chan_send(there, &v), 0);
        EQUAL(faden_chan_recv(back, &v), 0);
    }
    faden_chan_close(there);
    return arg;
}

static void *counts(void *turns)
{
    while (!stop) {
        ++*(long *)turns;
        faden_yield();
    }
    return NULL;
}

/* A pair that talks beside n that yield: each of those has as many turns as the others, but for
   one; the pair has CAP turns more than they for each of theirs, and no more than that. */
static void pair_beside(int n)
{
    enum { ROUNDS = 50 };
    long *turns = calloc((size_t)n, sizeof *turns);
    faden_task *pair[2];
    stop = false;
    EQUAL(faden_chan_new(&there, sizeof(long), 0), 0);
    EQUAL(faden_chan_new(&back, sizeof(long), 0), 0);
    for (int i = 0; i < n; i++)
        go(counts, &turns[i]);
    EQUAL(faden_spawn(&pair[0], asks, NULL, &attr), 0);
    EQUAL(faden_spawn(&pair[1], answers, NULL, &attr), 0);
    yield_times(5);
    memset(turns, 0, (size_t)n * sizeof *turns);
    talks = 0;
    yield_times(ROUNDS);
    for (int i = 0; i < n; i++)
        EXPECT(turns[i] >= ROUNDS - 1 && turns[i] <= ROUNDS + 1, "one of %d had %ld turns of %d", n,
               turns[i], ROUNDS);
    EXPECT(talks <= ROUNDS * (CAP + 2) / 2 + 2, "the pair had %ld talks in %d rounds", talks,
           ROUNDS);
    EXPECT(talks >= ROUNDS * CAP / 2 - 2, "the pair had %ld talks in %d rounds", talks, ROUNDS);
    stop = true;
    for (int i = 0; i < 2; i++)
        EQUAL(faden_join(pair[i], NULL), 0);
    yield_times(2);
    faden_chan_delete(there);
    faden_chan_delete(back);
    free(turns);
}

/* All talk, in pairs: each pair gets on as far as the others. */
enum { PAIRS = 20 };
static faden_sem ping[PAIRS], pong[PAIRS];
static long got_on[PAIRS];

static void *pings(void *arg)
{
    for (int i = (int)(intptr_t)arg; !stop; got_on[i]++) {
        faden_sem_post(&ping[i]);
        EQUAL(faden_sem_wait(&pong[i]), 0);
    }
    return NULL;
}

static void *pongs(void *arg)
{
    for (int i = (int)(intptr_t)arg; !stop;) {
        EQUAL(faden_sem_wait(&ping[i]), 0);
        faden_sem_post(&pong[i]);
    }
    return NULL;
}

static void all_talk(void)
{
    faden_scope scope;
    stop = false;
    faden_scope_open(&scope);
    for (intptr_t i = 0; i < PAIRS; i++) {
        faden_sem_init(&ping[i], 0);
        faden_sem_init(&pong[i], 0);
        EQUAL(faden_scope_spawn(&scope, NULL, pongs, (void *)i, &attr), 0);
        EQUAL(faden_scope_spawn(&scope, NULL, pings, (void *)i, &attr), 0);
    }
    yield_times(5);
    memset(got_on, 0, sizeof got_on);
    yield_times(200);
    for (int i = 0; i < PAIRS; i++)
        EXPECT(got_on[i] > 100 && got_on[i] < 200 * (CAP + 1), "pair %d got on by %ld", i,
               got_on[i]);
    stop = true;
    for (int i = 0; i < PAIRS; i++)
        faden_sem_post(&ping[i]);
    EQUAL(faden_scope_close(&scope), 0);
}

/* New tasks, each of which serves the one who spawns them, take all turns but for those of ready
   ones: and those the spawner does not take all. */
static faden_sem served;

static void *serves(void *arg)
{
    faden_sem_post(&served);
    return arg;
}

static void *spawns(void *arg)
{
    while (!stop) {
        go(serves, NULL);
        EQUAL(faden_sem_wait(&served), 0);
        talks++;
    }
    return arg;
}

static void ready_beside_spawner(void)
{
    faden_task *t;
    stop = false;
    talks = 0;
    faden_sem_init(&served, 0);
    EQUAL(faden_spawn(&t, spawns, NULL, &attr), 0);
    yield_times(300);
    EXPECT(talks <= 301 * (CAP + 2), "the spawner had %ld turns while another had 300", talks);
    stop = true;
    EQUAL(faden_join(t, NULL), 0);
}

static int all(void *arg)
{
    first_of_those_served();
    pair_beside(1);
    pair_beside(10);
    pair_beside(rounds(1000));
    all_talk();
    ready_beside_spawner();
    return arg != NULL;
}

int main(void)
{
    limit_seconds(30);
    run_both(all, NULL);
    attr.movable = true; /* by the longer way */
    run_both(all, NULL);
    return 0;
}
