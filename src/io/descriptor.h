/* SPDX-License-Identifier: MIT */
/*
 * What is known about a descriptor: one record for each number, in a table of the whole process.
 * Records are found by number, never move and are never freed.
 *
 * A number lives many lives. One begins when a call of this layer makes the descriptor, or is first
 * used on one that came from elsewhere; it ends with faden_close. Descriptors may also vanish
 * behind our back, with close(2), and the number come back as something else; how that is noticed
 * stands in ready.c.
 *
 * Invariants:
 *  1. A call in flight is counted in `calls`; while it is, faden_close does not close the number.
 *  2. Whoever waits is counted, and on one of the two lists, or has been woken.
 *  3. poller != NULL: each edge in a direction of `interest` raises `edges`, then wakes all of that
 *     direction who only look, and one who takes (io.h). Who was told EAGAIN after it had read
 *     `edges` waits only if that has not changed.
 *  4. A poller outlives the registrations with it: when its cpu ends, all records let go of it.
 */
#ifndef FADEN_IO_DESCRIPTOR_H
#define FADEN_IO_DESCRIPTOR_H

#include "platform/poller.h"
#include "sched/park.h"

enum direction { READING, WRITING };
_Static_assert(1 << READING == POLLER_IN && 1 << WRITING == POLLER_OUT, "a direction is a bit");

/* What a descriptor is, as far as that is known. Only a hint: the number may have come back as
   something else, so a call must find out by itself when the hint is wrong. */
enum what {
    IS_SOCKET = 1,
    IS_STREAM = 2, /* no socket, no file: pipe, terminal, eventfd, … */
    IS_FILE = 3,   /* regular file or block device */
    IS_KIND = 3,   /* mask; 0: not known */
    IS_OURS = 4,   /* made by this layer: non-blocking, and who closes it uses faden_close */
    IS_TCP = 8,    /* a read that gets less than it asked for has emptied it */
};

#define CALLS_CLOSING 0x80000000u

/* Two cache lines; a call that reads needs the first only. */
struct descriptor {
    /* anyone, any time */
    _Alignas(64) uint32_t calls; /* in flight; and CALLS_CLOSING */
    uint32_t what;               /* enum what */
    uint32_t edges[2];
    uint32_t dry[2]; /* 1 + edges[] before a try that left nothing; 0: none did */

    /* written with the lock held, read any time */
    uint32_t interest; /* what it is watched for: POLLER_IN, POLLER_OUT */
    uint32_t hung;     /* it has seen more than data: an end, an error, urgent data */

    /* guarded by the lock */
    uint32_t lock;
    uint32_t life;    /* tells events of this life from older ones */
    uint32_t suspect; /* it is in a list of suspects (suspect.c) */
    struct faden__waitlist waiters[2];
    struct platform_cpu *poller; /* who watches it, or NULL */
    struct closer *closer;       /* waits until the calls in flight have left */
    struct descriptor *next_suspect;
    int number; /* set when it becomes a suspect */
};
_Static_assert(sizeof(struct descriptor) == 128, "two cache lines");
_Static_assert(offsetof(struct descriptor, waiters[WRITING]) <= 64, "the first is for reading");

static inline uint32_t what_of(const struct descriptor *d)
{
    return load_relaxed(&d->what);
}

/* Chunk k of the table holds the records of 256 << k numbers: no limit, and nothing moves. */
enum { CHUNK_FIRST_SHIFT = 8, CHUNKS = 32 - CHUNK_FIRST_SHIFT };
extern struct descriptor *faden__descriptors[CHUNKS];

/* The record of a number >= 0; NULL: it has none yet. */
static inline struct descriptor *descriptor_find(int fd)
{
    uint32_t n = (uint32_t)fd + (1u << CHUNK_FIRST_SHIFT);
    unsigned shift = 31 - (unsigned)__builtin_clz(n);
    struct descriptor *chunk = load_acquire(&faden__descriptors[shift - CHUNK_FIRST_SHIFT]);
    return likely(chunk != NULL) ? &chunk[n - (1u << shift)] : NULL;
}

/* The same, made if there is none. 0, -EBADF (no such descriptor), -ENOMEM. */
int descriptor_make(int fd, struct descriptor **d);

/* The kernel has just given out `fd` for a descriptor that this layer made. */
void descriptor_born(struct cpu *cpu, int fd, uint32_t what);

/* End this life of the number: forget all that is known, and send the waiters away with `code`.
   Its lock must be held. */
void descriptor_renew(struct cpu *cpu, struct descriptor *d, int code);

/* Wake all who wait in this direction. The lock must be held. */
void wake_all(struct cpu *cpu, struct descriptor *d, enum direction dir, int code);

/* ---- calls in flight --------------------------------------------------------------------- */

bool faden__enter_closing(struct cpu *cpu, struct descriptor *d);
void faden__leave_last(struct cpu *cpu, struct descriptor *d);

/* A call begins. false: the descriptor is being closed. While the cpu is alone nobody else is at
   the count (lock.h has the argument). */
static inline bool descriptor_enter(struct cpu *cpu, struct descriptor *d)
{
    if (alone_begin(cpu)) {
        bool open = !(d->calls & CALLS_CLOSING);
        d->calls += open;
        alone_end(cpu);
        return open;
    }
    if (likely(!(fetch_add_acq_rel(&d->calls, 1) & CALLS_CLOSING)))
        return true;
    return faden__enter_closing(cpu, d);
}

static inline void descriptor_leave(struct cpu *cpu, struct descriptor *d)
{
    uint32_t left;
    if (alone_begin(cpu)) {
        left = --d->calls;
        alone_end(cpu);
    } else {
        left = fetch_add_acq_rel(&d->calls, (uint32_t)-1) - 1;
    }
    if (unlikely(left == CALLS_CLOSING))
        faden__leave_last(cpu, d);
}

#endif
