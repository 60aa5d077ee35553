/* SPDX-License-Identifier: MIT */
/* attr.urgent: who goes first, and that nobody waits for ever because of it. */
#include "test.h"

enum { EACH = 20 };

static const faden_task_attr urgent = {.urgent = true};

/* ---- order, on one cpu ------------------------------------------------------------------- */

static char order[3 * EACH];
static int length;
static faden_event gate;

static void *writes(void *arg)
{
    order[length++] = *(const char *)arg;
    return NULL;
}

static void *waits_and_writes(void *arg)
{
    EQUAL(faden_event_wait(&gate), 0);
    return writes(arg);
}

/* The first six are all urgent; of the others the urgent ones are done before the plain ones that
   their turns leave. */
static void urgent_first(void)
{
    int plain = 0;
    EQUAL(length, 2 * EACH);
    for (int i = 0; i < length; i++) {
        EXPECT(i >= 6 || order[i] == 'u', "%.*s", length, order);
        plain += order[i] == 'p';
        if (order[i] == 'u')
            EXPECT(plain <= EACH / 8 + 1, "%.*s", length, order);
    }
}

static int begin_first(void *arg)
{
    length = 0;
    for (int i = 0; i < EACH; i++) {
        EQUAL(faden_spawn(NULL, writes, "p", NULL), 0);
        EQUAL(faden_spawn(NULL, writes, "u", &urgent), 0);
    }
    while (length < 2 * EACH)
        faden_yield();
    urgent_first();
    return arg != NULL;
}

static int go_on_first(void *arg)
{
    length = 0;
    gate = (faden_event){0};
    for (int i = 0; i < EACH; i++) {
        EQUAL(faden_spawn(NULL, waits_and_writes, "p", NULL), 0);
        EQUAL(faden_spawn(NULL, waits_and_writes, "u", &urgent), 0);
    }
    EQUAL(faden_sleep(FADEN_MSEC), 0); /* all of them wait */
    EQUAL(length, 0);
    faden_event_set(&gate);
    while (length < 2 * EACH)
        faden_yield();
    urgent_first();
    return arg != NULL;
}

/* ---- nobody waits for ever --------------------------------------------------------------- */

static bool over;
static long turns_urgent, turns_plain, born_plain;

static void *yields(void *arg)
{
    long *turns = arg;
    while (!over) {
        ++*turns;
        faden_yield();
    }
    return NULL;
}

static faden_chan *there, *back;

static void *plays(void *arg)
{
    long value = 0;
    bool first = arg != NULL;
    while (!over) {
        if (first && faden_chan_send(there, &value) < 0)
            break;
        if (faden_chan_recv(first ? back : there, &value) < 0)
            break;
        turns_urgent++;
        if (!first && faden_chan_send(back, &value) < 0)
            break;
    }
    faden_chan_close(there);
    faden_chan_close(back);
    return NULL;
}

static void *begins(void *arg)
{
    born_plain++;
    return arg;
}

/* Main is a plain task, too. Its turns and those of another plain one come, and new ones begin. */
static void share(void *(*fn)(void *), void *a, void *b)
{
    over = false;
    turns_urgent = turns_plain = born_plain = 0;
    EQUAL(faden_spawn(NULL, fn, a, &urgent), 0);
    EQUAL(faden_spawn(NULL, fn, b, &urgent), 0);
    EQUAL(faden_spawn(NULL, yields, &turns_plain, NULL), 0);
    for (int i = 0; i < 200; i++) {
        EQUAL(faden_spawn(NULL, begins, NULL, NULL), 0);
        faden_yield();
    }
    EXPECT(turns_plain > 20 && born_plain > 20, "%ld turns, %ld births", turns_plain, born_plain);
    EXPECT(turns_urgent > 600, "%ld turns of urgent ones", turns_urgent);
    EXPECT(turns_urgent < 40 * 200, "%ld turns of urgent ones", turns_urgent);
    over = true;
}

static void *ends_it(void *arg)
{
    over = true;
    return arg;
}

/* All that is not urgent has not begun. */
static int begins_beside(void *arg)
{
    faden_task *t;
    over = false;
    EQUAL(faden_spawn(NULL, yields, &turns_urgent, &urgent), 0);
    EQUAL(faden_spawn(&t, ends_it, NULL, NULL), 0);
    EQUAL(faden_join(t, NULL), 0);
    return arg != NULL;
}

static int beside_yielders(void *arg)
{
    share(yields, &turns_urgent, &turns_urgent);
    return arg != NULL;
}

static int beside_players(void *arg)
{
    EQUAL(faden_chan_new(&there, sizeof(long), 0), 0);
    EQUAL(faden_chan_new(&back, sizeof(long), 0), 0);
    share(plays, NULL, &over);
    return arg != NULL;
}

static void after_players(void)
{
    faden_chan_delete(there);
    faden_chan_delete(back);
}

/* ---- from everywhere --------------------------------------------------------------------- */

static faden_chan *ring[16];

/* Passes on what comes until -1 does. */
static void *passes(void *arg)
{
    intptr_t i = (intptr_t)arg;
    long value = 0;
    while (value >= 0) {
        EQUAL(faden_chan_recv(ring[i], &value), 0);
        if (value > 0)
            value--;
        else if (value == 0)
            value = -1;
        if (i % 3 == 0)
            faden_yield();
        EQUAL(faden_chan_send(ring[(i + 1) % 16], &value), 0);
    }
    return NULL;
}

static int round_and_round(void *arg)
{
    long value = 3000;
    for (int i = 0; i < 16; i++)
        EQUAL(faden_chan_new(&ring[i], sizeof(long), 1), 0);
    for (intptr_t i = 0; i < 16; i++) {
        faden_task_attr attr = {.urgent = i % 2, .cpu = (unsigned)(i / 2 % 4) + 1};
        EQUAL(faden_spawn(NULL, passes, (void *)i, &attr), 0);
    }
    EQUAL(faden_chan_send(ring[0], &value), 0);
    return arg != NULL;
}

int main(void)
{
    limit_seconds(50);
    for (test_route = 0; test_route <= FADEN_ROUTE_SCHEDULER; test_route++) {
        run(begin_first, NULL);
        run(go_on_first, NULL);
        run(begins_beside, NULL);
        run(beside_yielders, NULL);
        run(beside_players, NULL);
        after_players();
        run_as(round_and_round, NULL, (faden_config){.cpus = 4});
        for (int i = 0; i < 16; i++)
            faden_chan_delete(ring[i]);
    }
    return 0;
}
