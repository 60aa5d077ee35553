/* SPDX-License-Identifier: MIT */
/* Tasks that never let go, one and two, and a sleeper beside them. */
#include "test.h"

static bool stop;
static uint64_t turns[2];

static void *spins(void *arg)
{
    uint64_t *n = arg;
    while (!LOAD(stop))
        ADD(*n, 1);
    return NULL;
}

static int beside_one(void *arg)
{
    faden_task *t = spawn_preemptible(spins, &turns[0]);
    for (int i = 0; i < 5; i++)
        EQUAL(faden_sleep(FADEN_MSEC), 0);
    EXPECT(turns[0] > 0, "it never ran");
    STORE(stop, true);
    join(t);
    return 0;
}

/* Both go on while neither lets go: each sees the other's number grow. */
static void *watches(void *arg)
{
    uint64_t *own = arg, *other = own == turns ? &turns[1] : &turns[0], seen = 0;
    for (int changes = 0; changes < 10; ADD(*own, 1)) {
        uint64_t now = LOAD(*other);
        changes += now != seen;
        seen = now;
    }
    while (!LOAD(stop))
        ADD(*own, 1);
    return NULL;
}

static int each_other(void *arg)
{
    faden_task *a, *b;
    STORE(stop, false);
    a = spawn_preemptible(watches, &turns[0]);
    b = spawn_preemptible(watches, &turns[1]);
    EQUAL(faden_sleep(20 * FADEN_MSEC), 0);
    STORE(stop, true);
    join(a);
    join(b);
    return 0;
}

int main(void)
{
    require_preemption();
    limit_seconds(20);
    run_as(beside_one, NULL, slices(SLICE));
    run_as(each_other, NULL, slices(SLICE));
    return 0;
}
