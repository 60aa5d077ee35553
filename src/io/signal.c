/* SPDX-License-Identifier: MIT */
/*
 * Signals as something to wait for: a handler writes what came into a pipe for each object that
 * asked for it.
 *
 * A handler, unlike signalfd(2), gets the signal whichever thread the kernel chooses, so no thread
 * has to block it, and threads that others made need not know of us.
 *
 * A handler may run on any thread at any moment, and finds the pipes without a lock:
 *
 *      handler                                 close
 *      running++            (seq_cst)          slot's signals = none     (seq_cst)
 *      slot's signals?      (seq_cst)          until running == 0        (seq_cst)
 *        it is among them: write                 wait
 *      running--                               close the pipe
 *
 * Either the handler sees none, or the close sees it run. (Other handlers may keep `running` above
 * 0 for a while; they are short.)
 *
 * Invariants
 *  1. A slot with signals has a pipe. Only the lock's holder takes slots and gives them back.
 *  2. users[] > 0: our handler is installed, and what was before stands in `before`.
 */
#define _GNU_SOURCE
#include <faden/io.h>
#include <faden/signal.h>

#include <pthread.h>
#include <string.h>

#include "io/io.h"
#include "io/system.h"

enum { SLOTS = 32, WORDS = 2, SIGNALS = 32 * WORDS };

static struct slot {
    uint32_t signals[WORDS]; /* bit n: signal n + 1 */
    int ends[2];             /* of its pipe */
    bool taken;
} slots[SLOTS];
static uint32_t running; /* handlers */

static uint32_t lock; /* guards what follows, and who has which slot */
static unsigned users[SIGNALS];
static struct sigaction before[SIGNALS];

static bool has(const struct slot *s, int sig)
{
    return __atomic_load_n(&s->signals[(sig - 1) / 32], __ATOMIC_SEQ_CST) >> (sig - 1) % 32 & 1;
}

/* ---- the handler --------------------------------------------------------------------------- */

static faden_signal_info describe(int sig, const siginfo_t *from)
{
    faden_signal_info info = {.signal = sig, .code = from->si_code};
    if (sig == SIGCHLD || from->si_code <= 0) { /* by a process; others have no sender */
        info.pid = from->si_pid;
        info.uid = (int)from->si_uid;
    }
    if (sig == SIGCHLD)
        info.value = from->si_status;
    else if (from->si_code == SI_QUEUE)
        info.value = from->si_value.sival_int;
    return info;
}

static void on_signal(int sig, siginfo_t *from, void *context)
{
    int saved = errno;
    faden_signal_info info = describe(sig, from);
    (void)context;
    __atomic_fetch_add(&running, 1, __ATOMIC_SEQ_CST);
    for (int i = 0; i < SLOTS; i++)
        if (has(&slots[i], sig)) {
            ssize_t n =
                write(slots[i].ends[1], &info, sizeof info); /* EAGAIN: as many as it holds */
            (void)n;
        }
    __atomic_fetch_sub(&running, 1, __ATOMIC_SEQ_CST);
    errno = saved;
}

static bool is_ours(int sig)
{
    struct sigaction now;
    return sigaction(sig, NULL, &now) == 0 && now.sa_flags & SA_SIGINFO &&
           now.sa_sigaction == on_signal;
}

/* ---- what the signals do; the lock is held ------------------------------------------------- */

static void keep(int sig)
{
    struct sigaction act = {.sa_sigaction = on_signal};
    if (users[sig - 1]++ && is_ours(sig))
        return;
    act.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    sigfillset(&act.sa_mask);
    sigaction(sig, &act, &before[sig - 1]);
}

static void put_back(int sig)
{
    if (--users[sig - 1] == 0 && is_ours(sig))
        sigaction(sig, &before[sig - 1], NULL);
}

/* ---- fork ---------------------------------------------------------------------------------- */

/* The child's signals are its own: it must not write into the parent's pipes. Who held the lock, or
   was in a handler, in another thread, is not there any more. */
static void after_fork_in_child(void)
{
    int fresh[2], saved = errno;
    store_relaxed(&lock, 0);
    store_relaxed(&running, 0);
    for (struct slot *s = slots; s < slots + SLOTS; s++) {
        if (!s->taken || pipe2(fresh, O_CLOEXEC | O_NONBLOCK) < 0)
            continue;
        for (int i = 0; i < 2; i++) {
            dup3(fresh[i], s->ends[i], O_CLOEXEC);
            close(fresh[i]);
        }
    }
    errno = saved;
}

__attribute__((constructor)) static void prepare_for_forks(void)
{
    pthread_atfork(NULL, NULL, after_fork_in_child);
}

/* ---- the interface ------------------------------------------------------------------------- */

static bool can_be_kept(int sig)
{
    switch (sig) {
    case SIGKILL:
    case SIGSTOP:
    case SIGSEGV:
    case SIGBUS:
    case SIGFPE:
    case SIGILL:
    case SIGTRAP: return false;
    default: return (sig > 0 && sig < 32) || (sig >= SIGRTMIN && sig <= SIGRTMAX);
    }
}

static struct slot *free_slot(void)
{
    for (struct slot *s = slots; s < slots + SLOTS; s++)
        if (!s->taken)
            return s;
    return NULL;
}

int faden_signals_open(faden_signals *s, const int *signals, size_t n)
{
    uint32_t bits[WORDS] = {0};
    struct slot *slot;
    struct cpu *cpu;
    for (size_t i = 0; i < n; i++) {
        if (!can_be_kept(signals[i]))
            return -EINVAL;
        bits[(signals[i] - 1) / 32] |= 1u << (signals[i] - 1) % 32;
    }
    int err = faden_pipe(s->ends);
    if (err < 0)
        return err;
    cpu = mycpu();
    lock_acquire(cpu, &lock);
    slot = free_slot();
    if (slot) {
        s->slot = (int)(slot - slots);
        memcpy(slot->ends, s->ends, sizeof slot->ends);
        store_release(&slot->taken, true); /* a fork may come now */
        for (int i = 0; i < WORDS; i++)
            store_seq_cst(&slot->signals[i], bits[i]);
        for (int sig = 1; sig <= SIGNALS; sig++)
            if (has(slot, sig))
                keep(sig);
    }
    lock_release(cpu, &lock);
    if (slot)
        return 0;
    faden_close(s->ends[0]);
    faden_close(s->ends[1]);
    return -EAGAIN;
}

int faden_signals_wait(faden_signals *s, faden_signal_info *info)
{
    faden_signal_info got;
    ssize_t n = faden_read(s->ends[0], &got, sizeof got);
    if (n != sizeof got) /* its other end is closed */
        return n < 0 ? (int)n : -EBADF;
    if (info)
        *info = got;
    return got.signal;
}

int faden_signals_close(faden_signals *s)
{
    struct slot *slot = &slots[s->slot];
    struct cpu *cpu = mycpu();
    lock_acquire(cpu, &lock);
    CHECK(slot->taken && slot->ends[0] == s->ends[0],
          "faden_signals_close: the object at %p is not open", (void *)s);
    for (int sig = 1; sig <= SIGNALS; sig++)
        if (has(slot, sig))
            put_back(sig);
    for (int i = 0; i < WORDS; i++)
        store_seq_cst(&slot->signals[i], 0);
    while (__atomic_load_n(&running, __ATOMIC_SEQ_CST))
        platform_thread_wait(NULL, 0, 0);
    slot->taken = false;
    slot->ends[0] = -1;
    lock_release(cpu, &lock);
    faden_close(s->ends[0]); /* wakes who waits */
    faden_close(s->ends[1]);
    return 0;
}
