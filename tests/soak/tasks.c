/* SPDX-License-Identifier: MIT */
/* Loads on tasks alone: trees with random cancellation, accounts under locks, sleepers. */
#include "soak.h"

/* ---- trees: every node is counted, however its branch ends -------------------------------- */

struct node {
    struct load *load;
    uint32_t random;
    int depth;
    int64_t *alive; /* atomic: its nodes are on several cpus */
};

static void *grow(void *arg)
{
    struct node self = *(struct node *)arg, children[4];
    faden_scope scope;
    faden_timeout timeout;
    int n = self.depth ? (int)soak_random(&self.random, 5) : 0;
    __atomic_fetch_add(self.alive, 1, __ATOMIC_RELAXED);
    faden_timeout_begin(&timeout, 1 + soak_random(&self.random, 5000000));
    faden_scope_open(&scope);
    for (int i = 0; i < n; i++) {
        children[i] =
            (struct node){self.load, soak_random(&self.random, UINT32_MAX) | 1, self.depth - 1,
                          self.alive};
        int err = faden_scope_spawn(&scope, NULL, grow, &children[i], soak_kind(i));
        soak_check(err == 0 || err == -ECANCELED || err == -ETIMEDOUT, "spawn: %d", err);
    }
    if (soak_random(&self.random, 2))
        faden_sleep(soak_random(&self.random, 2000000));
    if (soak_random(&self.random, 4) == 0)
        faden_scope_cancel(&scope);
    faden_scope_close(&scope);
    faden_timeout_end(&timeout);
    __atomic_fetch_sub(self.alive, 1, __ATOMIC_RELAXED);
    soak_count(self.load);
    return NULL;
}

void *load_tree(void *arg)
{
    struct load *load = arg;
    while (!soak_over()) {
        int64_t alive = 0;
        struct node root = {load, soak_random(&load->random, UINT32_MAX) | 1, 6, &alive};
        faden_task *t;
        soak_check(faden_spawn(&t, grow, &root, NULL) == 0, "spawn");
        soak_check(faden_join(t, NULL) == 0, "join");
        soak_check(alive == 0, "%lld nodes are left", (long long)alive);
    }
    return NULL;
}

/* ---- accounts: transfers under mutexes keep the sum ---------------------------------------- */

enum { ACCOUNTS = 16, CLERKS = 50, TOTAL = 16000 };
static struct {
    faden_mutex lock;
    int64_t money;
} account[ACCOUNTS];
static faden_sem counters;

static void *clerk(void *arg)
{
    struct load *load = arg;
    uint32_t random = load->random + (uint32_t)(uintptr_t)&load;
    while (!soak_over()) {
        uint32_t a = soak_random(&random, ACCOUNTS), b = soak_random(&random, ACCOUNTS);
        int64_t amount = soak_random(&random, 10);
        if (a == b)
            continue;
        soak_check(faden_sem_wait(&counters) == 0, "counter");
        faden_mutex_lock(&account[a < b ? a : b].lock); /* in order: no deadlock */
        faden_mutex_lock(&account[a < b ? b : a].lock);
        account[a].money -= amount;
        if (soak_random(&random, 8) == 0)
            faden_yield();
        account[b].money += amount;
        faden_mutex_unlock(&account[a].lock);
        faden_mutex_unlock(&account[b].lock);
        faden_sem_post(&counters);
        if (soak_random(&random, 64) == 0)
            faden_sleep(100 * FADEN_USEC);
        soak_count(load);
    }
    return NULL;
}

void *load_accounts(void *arg)
{
    faden_scope scope;
    int64_t sum = 0;
    faden_sem_init(&counters, 10);
    for (int i = 0; i < ACCOUNTS; i++)
        account[i].money = TOTAL / ACCOUNTS;
    faden_scope_open(&scope);
    for (int i = 0; i < CLERKS; i++)
        soak_check(faden_scope_spawn(&scope, NULL, clerk, arg, soak_kind(i)) == 0, "spawn");
    faden_scope_close(&scope);
    for (int i = 0; i < ACCOUNTS; i++)
        sum += account[i].money;
    soak_check(sum == TOTAL, "the sum is %lld", (long long)sum);
    soak_check(faden_sem_value(&counters) == 10, "a counter is lost");
    return NULL;
}

/* ---- sleepers: never early ------------------------------------------------------------------ */

static void *sleeper(void *arg)
{
    struct load *load = arg;
    uint32_t random = load->random + (uint32_t)(uintptr_t)&load;
    while (!soak_over()) {
        int64_t ns = soak_random(&random, 20000000), begin = faden_now();
        soak_check(faden_sleep(ns) == 0, "sleep");
        soak_check(faden_now() - begin >= ns, "woke %lld ns early",
                   (long long)(ns - (faden_now() - begin)));
        soak_count(load);
    }
    return NULL;
}

void *load_sleepers(void *arg)
{
    faden_scope scope;
    faden_scope_open(&scope);
    for (int i = 0; i < 1000; i++)
        soak_check(faden_scope_spawn(&scope, NULL, sleeper, arg, soak_kind(i)) == 0, "spawn");
    faden_scope_close(&scope);
    return NULL;
}
