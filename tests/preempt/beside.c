/* SPDX-License-Identifier: MIT */
/*
 * usage: preempt-beside [--verbose] [KIND...]
 * Tasks that never let go, of each kind one and a thousand, beside sleepers that keep their
 * deadlines: the tasks end only when the sleepers have slept, so without preemption nothing ends.
 * --verbose shows how late the sleepers woke.
 */
#include "test.h"

enum { SLEEPERS = 4, SLEEPS = 5, MANY = 1000, BYTES = 1 << 20 };

static bool stop;
static char *from, *to;
static faden_mutex mutex;
static int64_t late[SLEEPERS * SLEEPS];
static int lates;

/* ---- kinds -------------------------------------------------------------------------------- */

static void *spins(void *arg)
{
    volatile uint64_t n = 0;
    while (!LOAD(stop))
        n++;
    return arg;
}

static void *copies(void *arg)
{
    while (!LOAD(stop))
        memcpy(to, from, BYTES);
    return arg;
}

static void *allocates(void *arg)
{
    uint64_t seed = (uintptr_t)arg;
    while (!LOAD(stop)) {
        size_t n = 16 + random_of(&seed) % 5000;
        unsigned char *p = malloc(n);
        EXPECT(p, "no memory");
        p[0] = p[n - 1] = (unsigned char)n;
        EXPECT(p[0] == (unsigned char)n, "somebody else's memory");
        free(p);
    }
    return NULL;
}

/* What it reads back is its own code: without that, one moment in 200 would be. */
static void *prints(void *arg)
{
    char text[32];
    while (!LOAD(stop)) {
        snprintf(text, sizeof text, "%d %s", (int)(uintptr_t)arg, "a text");
        for (volatile int again = 0; again < 40; again++) {
            int n = 0;
            for (const char *p = text; *p >= '0' && *p <= '9'; p++)
                n = 10 * n + *p - '0';
            EQUAL(n, (int)(uintptr_t)arg);
        }
    }
    return NULL;
}

/* No other sort begins or goes on between two calls of a sort's callback. */
static uint64_t sorting;

static int compares(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    uint64_t sort = *x >> 32;
    if (sorting != sort) {
        EXPECT(sorting == 0, "sort %lu goes on within sort %lu", (long)sort, (long)sorting);
        sorting = sort;
    }
    return (*x > *y) - (*x < *y);
}

static void *sorts(void *arg)
{
    enum { N = 300 };
    static uint64_t sorts_made;
    uint64_t seed = (uintptr_t)arg, values[N + 1];
    while (!LOAD(stop)) {
        uint64_t sort;
        faden_preempt_disable();
        sort = ++sorts_made;
        faden_preempt_enable();
        for (int i = 0; i < N; i++)
            values[i] = sort << 32 | random_of(&seed);
        qsort(values, N, sizeof *values, compares);
        /* Preempted here, the next one would see our number: so its last call takes it away. */
        sorting = 0;
    }
    return NULL;
}

static void *holds(void *arg)
{
    while (!LOAD(stop)) {
        faden_mutex_lock(&mutex);
        for (volatile int i = 0; i < 100000; i++)
            if (LOAD(stop))
                break;
        faden_mutex_unlock(&mutex);
    }
    return arg;
}

static const struct kind {
    const char *name;
    void *(*fn)(void *);
} kinds[] = {
    {"spin", spins},    {"memcpy", copies}, {"malloc", allocates},
    {"printf", prints}, {"mutex", holds},   {"qsort", sorts},
};

/* ---- sleepers ----------------------------------------------------------------------------- */

static void *sleeps(void *arg)
{
    for (int i = 0; i < SLEEPS; i++) {
        int64_t at = faden_now() + FADEN_MSEC;
        EQUAL(faden_sleep_until(at), 0);
        late[lates++] = faden_now() - at;
    }
    return arg;
}

static int compare_late(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

struct scene {
    const struct kind *kind;
    int n;
};

static int play(void *arg)
{
    const struct scene *s = arg;
    faden_task *sleeper[SLEEPERS];
    faden_scope scope;
    STORE(stop, false);
    faden_mutex_init(&mutex);
    lates = 0;
    sorting = 0;
    EQUAL(faden_scope_open(&scope), 0);
    for (int i = 0; i < s->n; i++)
        EQUAL(
            faden_scope_spawn(&scope, NULL, s->kind->fn, (void *)(uintptr_t)(i + 1), &preemptible),
            0);
    for (int i = 0; i < SLEEPERS; i++)
        sleeper[i] = spawn(sleeps, NULL);
    for (int i = 0; i < SLEEPERS; i++)
        join(sleeper[i]);
    STORE(stop, true);
    return faden_scope_close(&scope);
}

static void scene(const struct kind *kind, int n, bool verbose)
{
    struct scene s = {kind, n};
    limit_seconds(100);
    run_as(play, &s, slices(SLICE));
    if (!verbose)
        return;
    qsort(late, (size_t)lates, sizeof *late, compare_late);
    printf("%4d x %-8s late by (us): median %ld, 90 %% %ld, most %ld\n", n, kind->name,
           (long)(late[lates / 2] / 1000), (long)(late[lates * 9 / 10] / 1000),
           (long)(late[lates - 1] / 1000));
    fflush(stdout);
}

static bool wanted(const char *name, int argc, char **argv)
{
    bool any = false;
    for (int i = 1; i < argc; i++) {
        any |= argv[i][0] != '-';
        if (!strcmp(argv[i], name))
            return true;
    }
    return !any;
}

int main(int argc, char **argv)
{
    bool verbose = argc > 1 && !strcmp(argv[1], "--verbose");
    require_preemption();
    from = calloc(1, BYTES);
    to = malloc(BYTES);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!wanted(kinds[i].name, argc, argv))
            continue;
        scene(&kinds[i], 1, verbose);
        scene(&kinds[i], MANY, verbose);
    }
    free(from);
    free(to);
    return 0;
}
