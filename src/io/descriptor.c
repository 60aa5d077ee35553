/* SPDX-License-Identifier: MIT */
/* The table of descriptors, and the lives of a number. */
#include "io/descriptor.h"

#include "io/system.h"

struct descriptor *faden__descriptors[CHUNKS];

/* ---- the table --------------------------------------------------------------------------- */

int descriptor_make(int fd, struct descriptor **d)
{
    uint32_t n = (uint32_t)fd + (1u << CHUNK_FIRST_SHIFT);
    unsigned shift = 31 - (unsigned)__builtin_clz(n);
    struct descriptor **place = &faden__descriptors[shift - CHUNK_FIRST_SHIFT];
    struct descriptor *none = NULL;
    size_t size = sizeof(struct descriptor) << shift, align = _Alignof(struct descriptor);
    char *chunk;
    if (fd < 0 || SYSTEM(fcntl(fd, F_GETFD)) < 0) /* keeps nonsense from costing memory */
        return -EBADF;
    if (!load_acquire(place)) {
        chunk = quiet_alloc(1, size + align);
        if (!chunk)
            return -ENOMEM;
        if (!cas_seq_cst(place, &none, (void *)(((uintptr_t)chunk + align - 1) & -align)))
            free(chunk);
    }
    *d = descriptor_find(fd);
    return 0;
}

/* ---- lives ------------------------------------------------------------------------------- */

void wake_all(struct cpu *cpu, struct descriptor *d, enum direction dir, int code)
{
    struct faden__waiter *w;
    while ((w = waitlist_take(&d->waiters[dir])))
        wake(cpu, w->wait, code);
}

void descriptor_renew(struct cpu *cpu, struct descriptor *d, int code)
{
    enum direction dir;
    d->life++;
    store_relaxed(&d->poller, NULL);
    store_relaxed(&d->interest, 0);
    store_relaxed(&d->hung, 0);
    store_relaxed(&d->what, 0);
    for (dir = READING; dir <= WRITING; dir++) {
        store_relaxed(&d->edges[dir], d->edges[dir] + 1);
        wake_all(cpu, d, dir, code);
    }
}

/* No call is in flight, so nobody waits; and nobody watches it. */
static bool is_clean(struct descriptor *d)
{
    return !load_acquire(&d->calls) && !load_relaxed(&d->poller);
}

/* Nobody else can rightly know the number yet, so a clean record needs no lock. What is not clean
   is left from a life that ended behind our back. */
void descriptor_born(struct cpu *cpu, int fd, uint32_t what)
{
    struct descriptor *d = descriptor_find(fd);
    if (unlikely(!d) && descriptor_make(fd, &d) < 0)
        return; /* it will be found out when it is used */
    if (unlikely(!is_clean(d))) {
        lock_acquire(cpu, &d->lock);
        descriptor_renew(cpu, d, -EBADF);
        lock_release(cpu, &d->lock);
    }
    store_relaxed(&d->what, what);
}
