/* SPDX-License-Identifier: MIT */
/*
 * What the core asks of the world it runs in: 15 functions. Nothing in here waits but
 * platform_idle, platform_run and platform_thread_wait, and nothing switches contexts.
 */
#ifndef FADEN_PLATFORM_H
#define FADEN_PLATFORM_H

#include <faden/base.h>

#include "base/report.h" /* platform_report */

/* ---- memory ----------------------------------------------------------------------------- */

/* `size` bytes, aligned for anything, or NULL. The size is told again when they are freed. */
void *platform_alloc(size_t size);
void platform_free(void *p, size_t size);

/* `size` bytes of address space for stacks and records, readable and writable, zero-filled when
   first touched, aligned to `align` (a power of two). It is never given back. NULL: none left. */
char *platform_stack_chunk(size_t size, size_t align);

/* Make [low, low + size) fault on every access from now on. 0, -ENOMEM (no more mappings),
   -EINVAL (not whole pages). */
int platform_stack_guard(char *low, size_t size);

/* The contents of [low, low + size) are not needed: give the memory back. What is read there later
   is zero; guards within stay. */
void platform_stack_discard(char *low, size_t size);

/* The lowest address in [low, high) whose page was touched since the last discard; `high` if none.
 */
char *platform_stack_touched(char *low, char *high);

/* ---- time ------------------------------------------------------------------------------- */

int64_t platform_now(void); /* ns, monotonic, > 0 */

/* ---- cpus ------------------------------------------------------------------------------- */

/* The C++ runtime's per-thread exception state (Itanium ABI, __cxa_eh_globals). */
struct eh_globals {
    void *caught;
    unsigned uncaught;
};

/* One cpu as its world sees it; filled by platform_run, read by the core. */
struct platform_cpu {
    void *world;                  /* the world's own record */
    int *error;                   /* &errno of this thread, or a word that stands for it */
    struct eh_globals *eh;        /* likewise */
    char *stack_low, *stack_high; /* of the thread that became the cpu; for sanitizers */
    /* How many threads the program has, 0: unknown; NULL: there are none but cpus. */
    unsigned (*threads)(void);
};

/* How many cpus this world offers (the affinity mask; the processors found): >= 1. */
unsigned platform_cpus(void);

/*
 * Become `n` cpus: the calling thread is number 0, each other one gets a thread (a processor, a
 * virtual cpu) of its own. *cpus[i] is filled in its own thread, then fn(i, arg) runs there.
 * Returns when all of them have returned: 0; or -ENOMEM, -EAGAIN, -EMFILE, …: some cpu could not be
 * had, and fn was not called at all.
 */
int platform_run(unsigned n, struct platform_cpu *const *cpus,
                 void (*fn)(unsigned index, void *arg), void *arg);

/*
 * Sleep until platform_kick(cpu), an event of the world (descriptor ready, interrupt), or the time
 * `deadline` (FADEN_FOREVER: none; one that has passed: do not sleep, only look). Events are
 * delivered before it returns, by calling who asked for them. A kick that comes before the sleep
 * ends the sleep at once: none is lost. May return early for no reason.
 * Gives how many events were delivered. Only the cpu itself calls it.
 */
int platform_idle(struct platform_cpu *cpu, int64_t deadline);

/* End the sleep of a cpu. Any thread; also from within a signal handler. */
void platform_kick(struct platform_cpu *cpu);

/*
 * Every thread of this program has, when this returns true, executed a full memory barrier after
 * the call began. false: the world cannot do that.
 */
bool platform_barrier(void);

/* ---- plain threads ---------------------------------------------------------------------- */

/* Sleep while *word == value, until a wake or the deadline. May return early for no reason.
   word == NULL: only let other threads run for a moment. */
void platform_thread_wait(uint32_t *word, uint32_t value, int64_t deadline);
/* Wake the thread that sleeps on `word`. The memory of `word` is not touched. */
void platform_thread_wake(uint32_t *word);

#endif
