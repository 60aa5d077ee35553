/* SPDX-License-Identifier: MIT */
/*
 * The litmus tests of the literature, all schedules of each (of IRIW those with few preemptions):
 * what the memory models allow is seen, and what they forbid is not.
 *
 *                                            SC    TSO   PSO   C11
 *   SB    both loads miss the stores         no    yes   yes   yes
 *   SB    with seq_cst, or fences            no    no    no    no
 *   SB    with acquire swaps between         no    no    yes   yes
 *   MP    flag seen, data not, relaxed       no    no    yes   yes
 *   MP    with a release store only          no    no    no    yes
 *   MP    with an acquire load, too          no    no    no    no
 *   LB    both loads see the later stores    no    no    no    no
 *   CoRR  the later load sees the older one  no    no    no    no
 *   IRIW  two readers, two orders            no    no    no    yes
 *   WRC   what was seen is handed on         no    no    no    no
 *   S, R, 2+2W
 */
#include "test.h"

#define R __ATOMIC_RELAXED
#define REL __ATOMIC_RELEASE
#define ACQ __ATOMIC_ACQUIRE
#define SC __ATOMIC_SEQ_CST

static uint32_t x, y;
static unsigned seen[6];

#define THREAD(name, ...)        \
    static void *name(void *arg) \
    {                            \
        __VA_ARGS__;             \
        return arg;              \
    }
#define ST(p, v, o) faden_sim_store(&(p), (v), (o))
#define LD(i, p, o) seen[i] = faden_sim_load(&(p), (o))

THREAD(sb0, ST(x, 1, R), LD(0, y, R))
THREAD(sb1, ST(y, 1, R), LD(1, x, R))
THREAD(sb_rel0, ST(x, 1, REL), LD(0, y, SC))
THREAD(sb_sc0, ST(x, 1, SC), LD(0, y, SC))
THREAD(sb_sc1, ST(y, 1, SC), LD(1, x, SC))
THREAD(sb_weak1, ST(y, 1, SC), LD(1, x, ACQ))
THREAD(sb_fence0, ST(x, 1, R), faden_sim_fence(SC), LD(0, y, R))
THREAD(sb_fence1, ST(y, 1, R), faden_sim_fence(SC), LD(1, x, R))
THREAD(sb_rmw0, ST(x, 1, R), (void)faden_sim_exchange(&seen[4], 1, ACQ), LD(0, y, R))
THREAD(sb_rmw1, ST(y, 1, R), (void)faden_sim_exchange(&seen[5], 1, ACQ), LD(1, x, R))
THREAD(mp0, ST(x, 1, R), ST(y, 1, R))
THREAD(mp_rel0, ST(x, 1, R), ST(y, 1, REL))
THREAD(mp1, LD(0, y, ACQ), LD(1, x, R))
THREAD(mp_weak1, LD(0, y, R), LD(1, x, R))
/* A relaxed read-modify-write of the flag continues what the release store began. */
THREAD(mp_rmw2, (void)faden_sim_fetch_add(&y, 2, R))
THREAD(mp_two1, seen[0] = LD(5, y, ACQ) == 3, LD(1, x, R))
THREAD(wrc1, LD(0, x, R), ST(y, 1, REL))
THREAD(wrc_weak1, LD(0, x, R), ST(y, 1, R))
THREAD(wrc2, LD(1, y, ACQ), LD(2, x, R))
THREAD(lb0, LD(0, x, R), ST(y, 1, R))
THREAD(lb1, LD(1, y, R), ST(x, 1, R))
THREAD(corr0, ST(x, 1, R), ST(x, 2, R))
THREAD(corr1, LD(0, x, R), LD(1, x, R))
THREAD(iriw0, ST(x, 1, R))
THREAD(iriw1, ST(y, 1, R))
THREAD(iriw2, LD(0, x, ACQ), LD(1, y, ACQ))
THREAD(iriw3, LD(2, y, ACQ), LD(3, x, ACQ))
THREAD(w0, ST(x, 1, R), ST(y, 2, R))
THREAD(w1, ST(y, 1, R), ST(x, 2, R))
THREAD(own0, ST(x, 1, R), ST(x, 2, R), LD(0, x, R))
/* Its own plain accesses see its own stores, and a plain store is newer than they are. */
THREAD(plain0, ST(x, 1, R), x++, LD(0, x, R), ST(y, 1, R))
THREAD(plain1, LD(1, y, R), LD(2, x, R))

struct litmus {
    const char *name, *weak;      /* the outcome in question */
    const char *(*outcome)(void); /* NULL: the first two loads */
    void *(*thread[4])(void *);
    bool allowed[4]; /* TSO, PSO, SC, C11 */
    unsigned bound;  /* preemptions at most; 0: all schedules */
};

static char text[32];

static const char *two_loads(void)
{
    snprintf(text, sizeof text, "%u%u", seen[0], seen[1]);
    return text;
}
static const char *three_loads(void)
{
    snprintf(text, sizeof text, "%u%u%u", seen[0], seen[1], seen[2]);
    return text;
}
static const char *four_loads(void)
{
    snprintf(text, sizeof text, "%u%u%u%u", seen[0], seen[1], seen[2], seen[3]);
    return text;
}
static const char *memory(void)
{
    snprintf(text, sizeof text, "%u%u", x, y);
    return text;
}

static const struct litmus all[] = {
    {"SB", "00", two_loads, {sb0, sb1}, {true, true, false, true}},
    {"SB+seq_cst", "00", two_loads, {sb_sc0, sb_sc1}, {false, false, false, false}},
    {"SB+release store", "00", two_loads, {sb_rel0, sb_sc1}, {true, true, false, true}},
    {"SB+acquire load", "00", two_loads, {sb_sc0, sb_weak1}, {false, true, false, true}},
    {"SB+fences", "00", two_loads, {sb_fence0, sb_fence1}, {false, false, false, false}},
    {"SB+one fence", "00", two_loads, {sb_fence0, sb1}, {true, true, false, true}},
    {"SB+read-modify-write", "00", two_loads, {sb_rmw0, sb_rmw1}, {false, true, false, true}},
    {"MP", "10", two_loads, {mp0, mp1}, {false, true, false, true}},
    {"MP+release", "10", two_loads, {mp_rel0, mp1}, {false, false, false, false}},
    {"MP+relaxed load", "10", two_loads, {mp_rel0, mp_weak1}, {false, false, false, true}},
    {"MP+release sequence",
     "10",
     two_loads,
     {mp_rel0, mp_rmw2, mp_two1},
     {false, false, false, false}},
    {"WRC", "110", three_loads, {iriw0, wrc1, wrc2}, {false, false, false, false}},
    {"WRC+relaxed", "110", three_loads, {iriw0, wrc_weak1, wrc2}, {false, false, false, true}},
    {"LB", "11", two_loads, {lb0, lb1}, {false, false, false, false}},
    {"CoRR", "10", two_loads, {corr0, corr1}, {false, false, false, false}},
    {"CoRR (2 before 1)", "21", two_loads, {corr0, corr1}, {false, false, false, false}},
    {"CoRR (in order)", "12", two_loads, {corr0, corr1}, {true, true, true, true}},
    {"IRIW", "1010", four_loads, {iriw0, iriw1, iriw2, iriw3}, {false, false, false, true}, 3},
    {"2+2W", "11", memory, {w0, w1}, {false, true, false, true}},
    {"own stores", "20", two_loads, {own0}, {true, true, true, true}},
    {"plain stores", "2120", four_loads, {plain0, plain1}, {true, true, true, true}},
    {"plain stores (lost)", "1120", four_loads, {plain0, plain1}, {false, false, false, false}},
};

static int run_litmus(void *arg)
{
    const struct litmus *l = arg;
    faden_sim_thread *t[4];
    int n;
    for (n = 0; n < 4 && l->thread[n]; n++)
        t[n] = sim_thread(l->thread[n], NULL);
    for (int i = 0; i < n; i++)
        faden_sim_thread_join(t[i]);
    faden_sim_outcome_set("%s", l->outcome());
    return 0;
}

static bool has_outcome(const faden_sim_result *r, const char *outcome)
{
    for (unsigned i = 0; i < r->outcomes; i++)
        if (!strcmp(r->outcome[i].text, outcome))
            return true;
    return false;
}

int main(int argc, char **argv)
{
    static const char *const models[] = {"TSO", "PSO", "SC", "C11"};
    static faden_sim_result r;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        for (int m = FADEN_SIM_TSO; m <= FADEN_SIM_C11; m++) {
            faden_sim_config config = {.strategy = FADEN_SIM_EXHAUSTIVE,
                                       .memory = (faden_sim_memory)m,
                                       .preemptions = all[i].bound};
            EQUAL(faden_sim_explore(&config, run_litmus, (void *)&all[i], &r), 0);
            EXPECT(r.complete, "%s", all[i].name);
            if (argc > 1)
                printf("%-22s %s %6llu schedules %2u outcomes, %s: %s\n", all[i].name, models[m],
                       (unsigned long long)r.runs, r.outcomes, all[i].weak,
                       has_outcome(&r, all[i].weak) ? "yes" : "no");
            EXPECT(has_outcome(&r, all[i].weak) == all[i].allowed[m], "%s under %s: %s is %s",
                   all[i].name, models[m], all[i].weak, all[i].allowed[m] ? "not seen" : "seen");
        }
    (void)argv;
    return 0;
}
