/* SPDX-License-Identifier: MIT */
/* Dining philosophers: the ordered ones eat all; the greedy ones deadlock, and the report shows the
   ring. Tasks, and plain threads among them. */
#include "test.h"

enum { SEATS = 7, MEALS = 500 };

static faden_mutex fork_of[SEATS];
static int eating[SEATS], meals[SEATS];
static uint32_t finished;

static void *philosopher(void *arg)
{
    int i = (int)(intptr_t)arg, left = i, right = (i + 1) % SEATS;
    faden_mutex *first = &fork_of[left < right ? left : right];
    faden_mutex *second = &fork_of[left < right ? right : left];
    for (int n = 0; n < MEALS; n++) {
        faden_mutex_lock(first);
        if (faden_self())
            faden_yield();
        faden_mutex_lock(second);
        eating[i] = 1;
        EXPECT(!eating[(i + 1) % SEATS] && !eating[(i + SEATS - 1) % SEATS]);
        if (faden_self())
            faden_yield();
        eating[i] = 0;
        meals[i]++;
        faden_mutex_unlock(second);
        faden_mutex_unlock(first);
    }
    __atomic_fetch_add(&finished, 1, __ATOMIC_SEQ_CST);
    return NULL;
}

static int dine(void *arg)
{
    unsigned threads = *(unsigned *)arg;
    pthread_t t[SEATS];
    finished = 0;
    memset(meals, 0, sizeof meals);
    for (intptr_t i = 0; i < SEATS; i++)
        if (threads >> i & 1)
            t[i] = thread(philosopher, (void *)i);
        else
            EQ(faden_go(philosopher, (void *)i), 0);
    UNTIL(__atomic_load_n(&finished, __ATOMIC_SEQ_CST) == SEATS);
    for (int i = 0; i < SEATS; i++) {
        if (threads >> i & 1)
            thread_end(t[i]);
        EQ(meals[i], MEALS);
        faden_mutex_destroy(&fork_of[i]);
    }
    return 0;
}

static void *greedy(void *arg)
{
    int i = (int)(intptr_t)arg;
    faden_mutex_lock(&fork_of[i]);
    settle();
    faden_mutex_lock(&fork_of[(i + 1) % SEATS]);
    return NULL;
}

static int starve(void *arg)
{
    static const char *names[SEATS] = {"Plato", "Kant", "Hegel", "Marx", "Frege", "Mill", "Hume"};
    (void)arg;
    for (intptr_t i = 0; i < SEATS; i++)
        EQ(faden_spawn(NULL, greedy, (void *)i, &(faden_task_attr){.name = names[i]}), 0);
    return 0;
}

int main(void)
{
    static unsigned sets[] = {0, 0x25, 0x7f};
    limit_seconds(60);
    expect_panic(starve, "the ring: ");
    expect_panic(starve, ") waits for Kant");
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        run_both(dine, &sets[i]);
    return 0;
}
