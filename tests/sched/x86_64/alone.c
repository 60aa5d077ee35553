/* SPDX-License-Identifier: MIT */
/*
 * usage: sched-alone [--verbose]
 * While one cpu is all there is, no call that only concerns it executes an atomic instruction or a
 * fence: each instruction is stepped through and looked at. When a plain thread has come, the same
 * calls do: so the test would notice.
 */
#define _GNU_SOURCE
#include <ucontext.h>

#include "../test.h"

enum { TRAP_FLAG = 0x100 };

static volatile uint64_t steps, atomics;
static void *volatile last_atomic;

static bool is_prefix(unsigned char c)
{
    return c == 0x66 || c == 0x67 || c == 0xf2 || c == 0xf3 || c == 0x2e || c == 0x36 ||
           c == 0x3e || c == 0x26 || c == 0x64 || c == 0x65;
}

/* lock; xchg with memory, which locks by itself; mfence, lfence, sfence. */
static bool is_atomic(const unsigned char *p)
{
    while (is_prefix(*p) || *p == 0xf0)
        if (*p++ == 0xf0)
            return true;
    if ((*p & 0xf0) == 0x40) /* REX */
        p++;
    if (p[0] == 0x86 || p[0] == 0x87)
        return p[1] < 0xc0;
    return p[0] == 0x0f && p[1] == 0xae && p[2] >= 0xe8;
}

static void on_trap(int sig, siginfo_t *info, void *context)
{
    const ucontext_t *c = context;
    void *pc = (void *)c->uc_mcontext.gregs[REG_RIP];
    (void)sig;
    (void)info;
    steps++;
    if (is_atomic(pc)) {
        atomics++;
        last_atomic = pc;
    }
}

/* The flag is no task's: it stays while they switch. */
static void step(bool on)
{
    uint64_t flags;
    __asm__ volatile("pushfq; pop %0" : "=r"(flags));
    flags = on ? flags | TRAP_FLAG : flags & ~(uint64_t)TRAP_FLAG;
    __asm__ volatile("push %0; popfq" : : "r"(flags) : "cc", "memory");
}

/* ---- calls -------------------------------------------------------------------------------- */

static faden_mutex m;
static faden_cond c;
static faden_sem s;
static faden_chan *chan;
static int turn;

static void *yields(void *arg)
{
    for (int i = 0; i < 20; i++)
        faden_yield();
    return arg;
}

static void *locks(void *arg)
{
    for (int i = 0; i < 5; i++) {
        faden_mutex_lock(&m);
        faden_yield(); /* so that the others wait */
        faden_mutex_unlock(&m);
    }
    return arg;
}

static void *takes_turns(void *arg)
{
    int me = arg != NULL;
    for (int i = 0; i < 5; i++) {
        faden_mutex_lock(&m);
        while (turn != me)
            EQUAL(faden_cond_wait(&c, &m), 0);
        turn = !me;
        faden_cond_signal(&c);
        faden_mutex_unlock(&m);
    }
    return NULL;
}

static void *sends(void *arg)
{
    for (int i = 0; i < 5; i++)
        EQUAL(faden_chan_send(chan, &i), 0);
    return arg;
}

static void *receives(void *arg)
{
    for (int i = 0, n; i < 5; i++) {
        EQUAL(faden_chan_recv(chan, &n), 0);
        EQUAL(n, i);
    }
    return arg;
}

static void *posts(void *arg)
{
    for (int i = 0; i < 5; i++)
        faden_sem_post(&s);
    return arg;
}

static void *waits(void *arg)
{
    for (int i = 0; i < 5; i++)
        EQUAL(faden_sem_wait(&s), 0);
    return arg;
}

static const struct pair {
    const char *name;
    void *(*fn[2])(void *);
} pairs[] = {
    {"yield", {yields, yields}},
    {"mutex", {locks, locks}},
    {"condition", {takes_turns, takes_turns}},
    {"channel", {sends, receives}},
    {"semaphore", {waits, posts}},
};

/* Spawned, run, and joined. */
static void play(const struct pair *p)
{
    faden_task *t[2];
    for (int i = 0; i < 2; i++)
        EQUAL(faden_spawn(&t[i], p->fn[i], i ? &turn : NULL, NULL), 0);
    for (int i = 0; i < 2; i++)
        EQUAL(faden_join(t[i], NULL), 0);
}

static uint64_t atomics_of(const struct pair *p, bool verbose)
{
    play(p); /* its tasks have their stacks now, and records */
    steps = atomics = 0;
    step(true);
    play(p);
    step(false);
    EXPECT(steps > 1000, "%s: only %lu steps", p->name, (unsigned long)steps);
    if (verbose)
        printf("%-10s %6lu instructions, %lu atomic\n", p->name, (unsigned long)steps,
               (unsigned long)atomics);
    return atomics;
}

static void *come(void *arg)
{
    faden_sem_post(arg);
    return NULL;
}

static int start(void *verbose)
{
    pthread_t thread;
    enum { PAIRS = sizeof pairs / sizeof *pairs };
    EQUAL(faden_chan_new(&chan, sizeof(int), 1), 0);
    for (int i = 0; i < PAIRS; i++)
        EXPECT(atomics_of(&pairs[i], verbose) == 0, "%s: %lu atomic instructions, one at %p",
               pairs[i].name, (unsigned long)atomics, last_atomic);
    EQUAL(pthread_create(&thread, NULL, come, &s), 0);
    EQUAL(faden_sem_wait(&s), 0);
    pthread_join(thread, NULL);
    for (int i = 1; i < PAIRS; i++) /* a yield concerns no other thread */
        EXPECT(atomics_of(&pairs[i], verbose) > 0, "%s: no atomic instructions were seen",
               pairs[i].name);
    faden_chan_delete(chan);
    return 0;
}

int main(int argc, char **argv)
{
    struct sigaction act = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    faden_config config = {.cpus = 1};
    bool verbose = argc > 1 && !strcmp(argv[1], "--verbose");
    int result = -1;
    if (getenv("FADEN_TEST_VALGRIND"))
        SKIP("Valgrind knows no trap flag");
    limit_seconds(60);
    EQUAL(sigaction(SIGTRAP, &act, NULL), 0);
    EQUAL(faden_run(start, verbose ? &result : NULL, &config, &result), 0);
    return result;
}
