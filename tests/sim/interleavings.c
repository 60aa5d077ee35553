/* SPDX-License-Identifier: MIT */
/*
 * The exhaustive search finds every schedule there is: two threads of three steps each have
 * 6! / (3! 3!) = 20, and each of them is run once.
 */
#include "test.h"

static char order[8];
static int length;

static void *three_steps(void *name)
{
    for (int i = 0; i < 3; i++) {
        faden_sim_point("step");
        order[length++] = *(const char *)name;
    }
    return NULL;
}

static int two_threads(void *arg)
{
    faden_sim_thread *a = sim_thread(three_steps, "a"), *b = sim_thread(three_steps, "b");
    faden_sim_thread_join(a);
    faden_sim_thread_join(b);
    faden_sim_outcome_set("%s", order);
    return 0;
}

/* As many of each, and how many orders there are of the rest. */
static void every_order(char *text, int a, int b, const faden_sim_result *r, int *found)
{
    int n = 6 - a - b;
    if (!a && !b) {
        for (unsigned i = 0; i < r->outcomes; i++)
            if (!strcmp(r->outcome[i].text, text)) {
                EQUAL(r->outcome[i].runs, 1);
                ++*found;
                return;
            }
        EXPECT(0, "%s was not found", text);
    }
    text[n] = 'a';
    if (a)
        every_order(text, a - 1, b, r, found);
    text[n] = 'b';
    if (b)
        every_order(text, a, b - 1, r, found);
}

int main(void)
{
    static faden_sim_result r;
    char text[8] = "";
    int found = 0;
    faden_sim_config config = {.strategy = FADEN_SIM_EXHAUSTIVE, .memory = FADEN_SIM_SC};
    EQUAL(faden_sim_explore(&config, two_threads, NULL, &r), 0);
    EXPECT(r.complete, "after %llu runs", (unsigned long long)r.runs);
    EQUAL(r.runs, 20);
    EQUAL(r.outcomes, 20);
    every_order(text, 3, 3, &r, &found);
    EQUAL(found, 20);
    return 0;
}
