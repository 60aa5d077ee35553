/* SPDX-License-Identifier: MIT */
/* A program without a mistake, doing what confuses sanitizers: deep stacks that are left by longjmp
   or forgotten, addresses of locals handed to other flows, many flows, stacks used again, and
   arguments that mean nothing. */
#include <faden/faden.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((noinline))

enum { FLOWS = 100, FORGOTTEN = 30000, ROUNDS = 20 };

static unsigned char *unwritten;

/* What it leaves in the places for arguments must not be taken for those of the next call. */
void ignore(int a, int b, int c, int d);
NOINLINE void ignore(int a, int b, int c, int d)
{
    __asm__ volatile("");
}

static inline void pass_unwritten(void)
{
    ignore(unwritten[0], unwritten[1], unwritten[2], unwritten[3]);
}

static NOINLINE int deep(int depth, jmp_buf *out, int *sum)
{
    volatile char frame[200];
    memset((char *)frame, depth, sizeof frame);
    if (depth == 0 && out)
        longjmp(*out, 1);
    if (depth > 0)
        deep(depth - 1, out, sum);
    *sum += frame[depth];
    if (!out) {
        pass_unwritten();
        faden_coro_yield(sum);
    }
    return *sum;
}

/* Jump over frames, then yield out of as many. */
static void *generator(void *arg)
{
    jmp_buf here;
    int sum = 0;
    if (!setjmp(here))
        deep(10, &here, &sum);
    deep(10, NULL, &sum);
    return arg;
}

static void coroutines(void)
{
    for (int i = 0; i < FLOWS; i++) {
        faden_coro *c;
        int *sum, first = 0;
        if (faden_coro_new(&c, generator, NULL) < 0)
            abort();
        for (int n = 0; n < 2 + i % 8; n++) { /* most are forgotten half-way */
            pass_unwritten();
            sum = faden_coro_resume(c, &first);
            first += *sum;
        }
        faden_coro_delete(c);
    }
}

static NOINLINE void *forgotten(int depth)
{
    void *value = depth ? forgotten(depth - 1) : faden_coro_yield(NULL);
    __asm__ volatile("");
    return value;
}

static void *forgotten_body(void *arg)
{
    (void)arg;
    return forgotten(30);
}

/* More frames than a tool may remember of one thread. */
static void many_forgotten(void)
{
    for (int i = 0; i < FORGOTTEN; i++) {
        faden_coro *c;
        if (faden_coro_new(&c, forgotten_body, NULL) < 0)
            abort();
        faden_coro_resume(c, NULL);
        faden_coro_delete(c);
    }
}

static faden_chan *chan;
static faden_mutex mutex;
static long counter;

static void *sender(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        int n = i;
        if (faden_chan_send(chan, &n) < 0)
            abort();
        pass_unwritten();
        faden_mutex_lock(&mutex);
        counter++;
        faden_mutex_unlock(&mutex);
        if (i % 7 == 0)
            faden_yield();
    }
    return arg;
}

static int tasks(void *arg)
{
    faden_scope s;
    int n, total = 0;
    (void)arg;
    coroutines();
    for (int wave = 0; wave < 3; wave++) {
        faden_scope_open(&s);
        for (int i = 0; i < FLOWS; i++)
            if (faden_scope_spawn(&s, NULL, sender, &s, NULL) < 0)
                abort();
        for (int i = 0; i < FLOWS * ROUNDS; i++) {
            if (faden_chan_recv(chan, &n) < 0)
                abort();
            total += n;
        }
        if (faden_scope_close(&s) < 0 || faden_sleep(FADEN_MSEC) < 0)
            abort();
    }
    return total == 3 * FLOWS * ROUNDS * (ROUNDS - 1) / 2 && counter == 3 * FLOWS * ROUNDS ? 0 : 1;
}

int main(void)
{
    faden_config config = {.cpus = 1};
    int result = 1;
    unwritten = malloc(4);
    if (!unwritten)
        return 1;
    coroutines();
    many_forgotten();
    if (faden_chan_new(&chan, sizeof(int), 0) < 0 || faden_run(tasks, NULL, &config, &result) < 0)
        return 1;
    faden_chan_delete(chan);
    free(unwritten);
    if (result)
        puts("a wrong result");
    return result;
}
