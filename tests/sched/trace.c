/* SPDX-License-Identifier: MIT */
/*
 * Every change of a task's state passes the trace, once, in legal order, with the state it was left
 * in: over a random scenario, on both routes. The events and the statistics agree.
 */
#include <faden/chan.h>

#include "test.h"

enum { TASKS_MOST = 60000 };

static struct {
    uint8_t state, known;
} seen[TASKS_MOST];
static uint64_t events, counts[5];
static uint64_t running; /* the id, or 0 */

static bool legal(faden_task_state from, faden_task_state to)
{
    static const uint8_t next[5] = {
        [FADEN_TASK_NEW] = 1 << FADEN_TASK_RUNNING | 1 << FADEN_TASK_DONE,
        [FADEN_TASK_READY] = 1 << FADEN_TASK_RUNNING,
        [FADEN_TASK_RUNNING] =
            1 << FADEN_TASK_READY | 1 << FADEN_TASK_PARKED | 1 << FADEN_TASK_DONE,
        [FADEN_TASK_PARKED] = 1 << FADEN_TASK_READY,
        [FADEN_TASK_DONE] = 0,
    };
    return next[from] >> to & 1;
}

static void check(const faden_trace_event *e, void *arg)
{
    events++;
    EXPECT(arg == &events, "another argument");
    EXPECT(e->task > 0 && e->task < TASKS_MOST, "task %llu", (unsigned long long)e->task);
    EXPECT(!!e->reason == (e->to == FADEN_TASK_PARKED), "task %llu: %d with the reason %s",
           (unsigned long long)e->task, e->to, e->reason ? e->reason : "none");
    if (!seen[e->task].known) {
        EXPECT(e->from == FADEN_TASK_NEW && e->to == FADEN_TASK_NEW, "born %d as %d", e->from,
               e->to);
        seen[e->task].known = 1;
    } else {
        EXPECT(e->from == seen[e->task].state && legal(e->from, e->to),
               "task %llu: from %d (was %d) to %d", (unsigned long long)e->task, e->from,
               seen[e->task].state, e->to);
        counts[e->from]--;
    }
    if (e->from == FADEN_TASK_RUNNING) {
        EXPECT(running == e->task, "%llu leaves, %llu runs", (unsigned long long)e->task,
               (unsigned long long)running);
        running = 0;
    }
    if (e->to == FADEN_TASK_RUNNING) {
        EXPECT(!running, "two run at once");
        running = e->task;
    }
    seen[e->task].state = (uint8_t)e->to;
    counts[e->to]++;
}

static uint64_t seed;
static faden_sem sem;
static faden_mutex mutex;
static faden_chan *chan;

static void *acts(void *arg)
{
    int depth = (int)(intptr_t)arg, n = 0;
    for (unsigned i = 0; i < 6; i++)
        switch (random_of(&seed) % 8) {
        case 0: faden_yield(); break;
        case 1: faden_sleep(random_of(&seed) % 5000); break;
        case 2: faden_sem_post(&sem); break;
        case 3:
            if (faden_sem_wait(&sem) == 0)
                faden_sem_post(&sem);
            break;
        case 4:
            faden_mutex_lock(&mutex);
            faden_yield();
            faden_mutex_unlock(&mutex);
            break;
        case 5:
            if (faden_chan_try_send(chan, &n) < 0 && faden_chan_try_recv(chan, &n) < 0)
                faden_yield();
            break;
        default:
            if (depth)
                go(acts, (void *)(intptr_t)(depth - 1));
        }
    return NULL;
}

static void agree(void)
{
    faden_stats s;
    EQUAL(faden_stats_get(&s), 0);
    for (int i = 0; i < FADEN_TASK_DONE; i++)
        EQUAL(s.tasks[i], counts[i]);
    EQUAL(s.finished, counts[FADEN_TASK_DONE]);
    EQUAL(s.spawned, counts[0] + counts[1] + counts[2] + counts[3] + counts[4]);
}

static int all(void *arg)
{
    EQUAL(faden_chan_new(&chan, sizeof(int), 3), 0);
    faden_sem_init(&sem, 1);
    for (int i = 0; i < rounds(500); i++) {
        go(acts, (void *)4);
        if (i % 7 == 0)
            faden_yield();
        if (i % 10 == 0)
            agree();
        faden_sem_post(&sem);
    }
    while (counts[0] + counts[1] + counts[2] + counts[3] > 1) {
        EQUAL(faden_sleep(FADEN_USEC), 0);
        agree();
    }
    faden_chan_delete(chan);
    return 0;
}

static int untraced(void *arg)
{
    yield_times(2);
    return faden_sleep(1);
}

int main(void)
{
    limit_seconds(30);
    run(untraced, NULL);
    EQUAL(events, 0);
    faden_trace_set(check, &events);
    for (int i = 0; i < 6; i++) {
        memset(seen, 0, sizeof seen);
        memset(counts, 0, sizeof counts);
        seed = (uint64_t)i;
        test_route = i % 2 ? FADEN_ROUTE_SCHEDULER : FADEN_ROUTE_DIRECT;
        run(all, NULL);
        EQUAL(running, 0);
        EQUAL(counts[0] + counts[1] + counts[2] + counts[3], 0);
        EXPECT(counts[FADEN_TASK_DONE] > (uint64_t)rounds(1000), "only %llu tasks",
               (unsigned long long)counts[FADEN_TASK_DONE]);
    }
    return 0;
}
