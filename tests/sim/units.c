/* SPDX-License-Identifier: MIT */
/* Parts of the scheduler by themselves, between plain threads: the deque of new tasks. */
#include "scenario.h"

#include "base/assert.h"
#include "base/atomic.h"
#include "sched/deque.h"

static struct deque d;
static faden_task *element(intptr_t i)
{
    return (faden_task *)(i * 4096 + 4096);
}

static int taken[64];

static void take(faden_task *t)
{
    intptr_t i = (intptr_t)t / 4096 - 1;
    faden_sim_check(i >= 0 && i < 64 && t == element(i), "%p was never pushed", (void *)t);
    SAME(taken[i]++, 0);
}

static void *thief(void *times)
{
    for (intptr_t i = 0; i < (intptr_t)times; i++) {
        faden_task *t = deque_steal(&d);
        if (t)
            take(t);
    }
    return NULL;
}

static void owner(int pushes, int takes)
{
    static intptr_t pushed;
    for (int i = 0; i < pushes; i++)
        deque_push(&d, element(pushed++));
    for (int i = 0; i < takes; i++) {
        faden_task *t = deque_take(&d);
        if (t)
            take(t);
    }
}

static void all_taken(int pushed)
{
    faden_task *t;
    while ((t = deque_take(&d)))
        take(t);
    for (int i = 0; i < pushed; i++)
        SAME(taken[i], 1);
}

/* The last element, wanted by both. */
static int last_one(void *arg)
{
    faden_sim_thread *t = sim_thread(thief, (void *)1);
    (void)arg;
    owner(1, 1);
    owner(1, 1);
    faden_sim_thread_join(t);
    all_taken(2);
    return 0;
}

static int two_thieves(void *arg)
{
    faden_sim_thread *t[2] = {sim_thread(thief, (void *)2), sim_thread(thief, (void *)2)};
    (void)arg;
    owner(2, 1);
    owner(2, 2);
    owner(1, 1);
    for (int i = 0; i < 2; i++)
        faden_sim_thread_join(t[i]);
    all_taken(5);
    return 0;
}

/* The indices wrap. */
static int wrapped(void *arg)
{
    d.top = d.bottom = (uint32_t)-2;
    return two_thieves(arg);
}

/* An offer is pushed before its owner looks who sleeps; who sleeps has announced it before looking
   for offers: one of them sees the other. */
static uint32_t idlers;
static bool seen_sleeper, seen_offer;

static void *go_to_sleep(void *arg)
{
    fetch_add_seq_cst(&idlers, 1);
    seen_offer = deque_offers(&d);
    return arg;
}

static int offer_and_sleep(void *arg)
{
    faden_sim_thread *t = sim_thread(go_to_sleep, arg);
    deque_push(&d, element(0));
    seen_sleeper = load_seq_cst(&idlers);
    faden_sim_thread_join(t);
    faden_sim_check(seen_sleeper || seen_offer, "the offer was missed");
    return 0;
}

static const struct scenario all[] = {
    {"last-one", last_one},
    {"two-thieves", two_thieves},
    {"wrapped", wrapped},
    {"offer-and-sleep", offer_and_sleep},
};

/* Every schedule of the smallest ones, or every one with so many preemptions. */
static void exhaustive(int (*main)(void *), unsigned preemptions)
{
    static faden_sim_result r;
    for (int m = FADEN_SIM_TSO; m <= FADEN_SIM_PSO; m++) {
        faden_sim_config config = {.strategy = FADEN_SIM_EXHAUSTIVE,
                                   .preemptions = preemptions,
                                   .memory = (faden_sim_memory)m};
        EQUAL(faden_sim_explore(&config, main, NULL, &r), 0);
        EXPECT(r.complete, "%llu schedules", (unsigned long long)r.runs);
    }
}

int main(int argc, char **argv)
{
    scenario_main = scenario_in_thread;
    if (argc == 1) {
        exhaustive(offer_and_sleep, 0);
        exhaustive(last_one, 2);
    }
    return EXPLORE(all, argc, argv);
}
