/* SPDX-License-Identifier: MIT */
/* A token goes round a ring of 10,000 tasks; then the ring is cut and all of them end. */
#include "../sync/test.h"

enum { TASKS = 10000, LAPS = 5 };

static faden_chan **link_;
static int n_tasks;

static void *relay(void *arg)
{
    intptr_t i = (intptr_t)arg;
    uint64_t token;
    while (faden_chan_recv(link_[i], &token) == 0) {
        token++;
        EQ(faden_chan_send(link_[(i + 1) % n_tasks], &token), 0);
    }
    faden_chan_close(link_[(i + 1) % n_tasks]);
    return NULL;
}

static int start(void *arg)
{
    static const faden_task_attr small = {.stack_size = 48 << 10}; /* 2 GiB hold all of them */
    uint64_t token = 0;
    faden_scope s;
    n_tasks = rounds(TASKS);
    link_ = malloc((size_t)n_tasks * sizeof *link_);
    for (int i = 0; i < n_tasks; i++)
        EQ(faden_chan_new(&link_[i], sizeof token, *(size_t *)arg), 0);
    faden_scope_open(&s);
    for (intptr_t i = 1; i < n_tasks; i++)
        EQ(faden_scope_spawn(&s, NULL, relay, (void *)i, &small), 0);
    for (int lap = 1; lap <= LAPS; lap++) {
        EQ(faden_chan_send(link_[1], &token), 0);
        EQ(faden_chan_recv(link_[0], &token), 0);
        EQ(token, (uint64_t)lap * (uint64_t)(n_tasks - 1));
    }
    EQ(faden_chan_close(link_[1]), 0);
    EQ(faden_chan_recv(link_[0], &token), -EPIPE);
    EQ(faden_scope_close(&s), 0);
    for (int i = 0; i < n_tasks; i++)
        faden_chan_delete(link_[i]);
    free(link_);
    return 0;
}

int main(void)
{
    static size_t capacities[] = {0, 1};
    limit_seconds(60);
    for (int i = 0; i < 2; i++)
        run_both(start, &capacities[i]);
    return 0;
}
