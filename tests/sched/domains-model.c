/* SPDX-License-Identifier: MIT */
/*
 * Seeded random trees of tasks that open scopes, timeouts and shields within each other, while
 * what they opened is ended in random order. A model says which code each wait must return (the
 * outermost one that ended, up to the first shield), and what closing gives.
 */
#include "test.h"

#include "sched/domain.h"
#include "sched/lock.h"

enum { NODES = 40, DEPTH = 4, ROUNDS = 400 };
enum kind { SCOPE, TIMEOUT, SHIELD };

struct level {
    enum kind kind;
    int ended;    /* the code */
    bool decided; /* a wait returned because of it */
    union {
        faden_scope scope;
        faden_timeout timeout;
        faden_shield shield;
    };
};

static struct node {
    struct node *parent;
    int at; /* which of the parent's levels it was spawned into */
    struct level level[DEPTH];
    int open; /* levels open now, outermost first */
    bool cancelled, done, begun;
    bool parked;  /* in its wait, which nothing has ended yet */
    int expected; /* what ended it */
    faden_sem sem;
    faden_task *task;
} nodes[NODES];
static int made;
static uint64_t seed;

/* ---- the model --------------------------------------------------------------------------- */

static int model(const struct node *n, int open, struct level **decider)
{
    int code = 0;
    for (; n; open = n->at + 1, n = n->parent) {
        for (int i = open - 1; i >= 0; i--) {
            struct level *l = (struct level *)&n->level[i];
            if (l->kind == SHIELD)
                return code;
            if (l->ended) {
                code = l->ended;
                *decider = l;
            }
        }
        if (n->cancelled) {
            code = -ECANCELED;
            *decider = NULL;
        }
    }
    return code;
}

/* The code that a wait of `n` returns now. */
static int decide(struct node *n)
{
    struct level *decider = NULL;
    int code = model(n, n->open, &decider);
    if (code && decider)
        decider->decided = true;
    return code;
}

static void something_ended(void)
{
    for (int i = 0; i < made; i++) {
        struct node *n = &nodes[i];
        if (!n->parked)
            continue;
        n->expected = decide(n);
        n->parked = !n->expected;
    }
}

/* ---- the tasks --------------------------------------------------------------------------- */

static void *node_task(void *arg);

static void make_child(struct node *parent)
{
    struct level *decider;
    int at = (int)(random_of(&seed) % (unsigned)parent->open);
    if (made == NODES || parent->level[at].kind != SCOPE)
        return;
    struct node *n = &nodes[made];
    *n = (struct node){.parent = parent, .at = at};
    int code = model(parent, at + 1, &decider);
    /* of the opener's own end only what lies around the scope counts: it is around all of them */
    EQUAL(faden_scope_spawn(&parent->level[at].scope, &n->task, node_task, n, NULL), code);
    if (!code)
        made++;
}

static void open_levels(struct node *n)
{
    int levels = (int)(random_of(&seed) % (DEPTH + 1));
    for (int i = 0; i < levels; i++) {
        struct level *l = &n->level[i];
        l->kind = (enum kind)(random_of(&seed) % 5 % 3);
        if (l->kind == SCOPE)
            faden_scope_open(&l->scope);
        else if (l->kind == TIMEOUT)
            faden_timeout_begin(&l->timeout, FADEN_FOREVER);
        else
            faden_shield_begin(&l->shield);
        n->open++;
    }
}

static void close_level(struct node *n)
{
    struct level *l = &n->level[n->open - 1];
    if (l->kind == SCOPE) {
        int err = faden_scope_close(&l->scope);
        EQUAL(err, l->ended);
    } else if (l->kind == TIMEOUT) {
        EQUAL(faden_timeout_end(&l->timeout), l->decided ? -ETIMEDOUT : 0);
    } else {
        faden_shield_end(&l->shield);
    }
    n->open--;
}

static void wait_once(struct node *n)
{
    int code = decide(n), result;
    if (code) {
        EQUAL(faden_sem_wait(&n->sem), code);
        EQUAL(faden_sleep(1), code);
        EQUAL(faden_cancelled(), code);
        return;
    }
    EQUAL(faden_cancelled(), 0);
    n->expected = 0;
    n->parked = true;
    result = faden_sem_wait(&n->sem);
    n->parked = false;
    EQUAL(result, n->expected);
}

static void *node_task(void *arg)
{
    struct node *n = arg;
    n->begun = true;
    open_levels(n);
    if (n->open)
        for (int i = 0; i < 3; i++)
            make_child(n);
    wait_once(n);
    while (n->open) {
        close_level(n);
        wait_once(n);
    }
    n->done = true;
    return NULL;
}

/* ---- the one who ends things ------------------------------------------------------------- */

static void end_timeout(struct level *l)
{
    struct cpu *cpu = mycpu();
    domain_end(cpu, &l->timeout.domain, -ETIMEDOUT);
}

static void end_something(void)
{
    struct node *n = &nodes[random_of(&seed) % (unsigned)made];
    unsigned what = random_of(&seed) % 6;
    struct level *l = n->open ? &n->level[random_of(&seed) % (unsigned)n->open] : NULL;
    if (n->done)
        return;
    if (what == 0) {
        faden_cancel(n->task);
        n->cancelled = true;
    } else if (what < 4 && l && l->kind == SCOPE) {
        faden_scope_cancel(&l->scope);
        l->ended = l->ended ? l->ended : -ECANCELED;
    } else if (what < 4 && l && l->kind == TIMEOUT) {
        end_timeout(l);
        l->ended = -ETIMEDOUT;
    } else if (what >= 4 && n->parked) {
        faden_sem_post(&n->sem);
        n->parked = false;
    }
    something_ended();
}

static int one_tree(void *arg)
{
    bool all_done = false;
    seed = (uintptr_t)arg;
    memset(nodes, 0, sizeof nodes);
    made = 2;
    for (int i = 0; i < 2; i++)
        nodes[i].task = spawn(node_task, &nodes[i]);
    for (int i = 0; i < 3000 && !all_done; i++) {
        if (random_of(&seed) % 2)
            faden_yield();
        if (i < 1500)
            end_something();
        all_done = true;
        for (int k = 0; k < made; k++) {
            all_done &= nodes[k].done;
            if (i >= 1500 && nodes[k].parked) {
                nodes[k].parked = false;
                faden_sem_post(&nodes[k].sem);
            }
        }
    }
    EXPECT(all_done, "seed %llu: some task does not end", (unsigned long long)(uintptr_t)arg);
    for (int i = 0; i < 2; i++)
        join(nodes[i].task);
    return 0;
}

int main(int argc, char **argv)
{
    limit_seconds(50);
    if (argc > 1) {
        run(one_tree, (void *)strtoul(argv[1], NULL, 0));
        return 0;
    }
    for (uintptr_t i = 1; i <= ROUNDS; i++)
        run_both(one_tree, (void *)i);
    return 0;
}
