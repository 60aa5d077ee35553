/* SPDX-License-Identifier: MIT */
/*
 * Looking at registrations later: a wait on a descriptor of ours trusts its registration for the
 * moment, and puts the descriptor into a list. What still waits SUSPECT_AFTER later is verified. A
 * busy connection is verified twenty times a second at most, an idle one once in each wait; and a
 * task whose descriptor was replaced behind our back is late by that time, but not for ever.
 */
#include "io/suspect.h"

#include "time/timer.h"

#define SUSPECT_AFTER (50 * FADEN_MSEC)

/* The cpu's list, and the timer that runs while there is something in it. */
struct suspects {
    struct descriptor *first;
    struct faden__timer timer;
};
static _Thread_local struct suspects suspects;

static void look(struct faden__timer *timer)
{
    struct cpu *cpu = mycpu();
    struct descriptor *d = suspects.first;
    (void)timer;
    suspects.first = NULL;
    while (d) {
        struct descriptor *next = d->next_suspect;
        lock_acquire(cpu, &d->lock);
        d->suspect = 0;
        if (d->poller && (d->waiters[READING].first || d->waiters[WRITING].first))
            ready_verify(cpu, d, d->number, 0); /* who waits may well mean the new one */
        lock_release(cpu, &d->lock);
        d = next;
    }
}

void suspect_add(struct cpu *cpu, struct descriptor *d, int fd)
{
    if (d->suspect)
        return;
    d->suspect = 1;
    d->number = fd;
    d->next_suspect = suspects.first;
    if (!suspects.first)
        timer_arm(cpu, &suspects.timer, time_after(SUSPECT_AFTER), look);
    suspects.first = d;
}

void suspects_drop(void)
{
    while (suspects.first) {
        struct descriptor *d = suspects.first;
        suspects.first = d->next_suspect;
        d->suspect = 0;
    }
    suspects.timer.heap = NULL;
}
