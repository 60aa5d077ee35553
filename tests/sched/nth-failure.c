/* SPDX-License-Identifier: MIT */
/*
 * The n-th thing that is asked of the world fails, for every n, alone or with all after it, in a
 * run that uses everything: an error comes back or it works all the same; nothing is lost, nothing
 * hangs, and the run after it is whole. Linked with wrappers.
 */
#include <faden/chan.h>

#include "test.h"

#include "stack/pool.h"

enum { N_MOST = 400, TASKS = 20 };

static int asked, fail_at, fail_after;
static long allocated; /* bytes alive */

static bool fails(void)
{
    int n = ++asked;
    return fail_at && (n == fail_at || (fail_after && n > fail_at));
}

void *__real_platform_alloc(size_t size);
void *__wrap_platform_alloc(size_t size);
void __real_platform_free(void *p, size_t size);
void __wrap_platform_free(void *p, size_t size);
char *__real_platform_stack_chunk(size_t size, size_t align);
char *__wrap_platform_stack_chunk(size_t size, size_t align);
int __real_platform_stack_guard(char *low, size_t size);
int __wrap_platform_stack_guard(char *low, size_t size);

void *__wrap_platform_alloc(size_t size)
{
    void *p = fails() ? NULL : __real_platform_alloc(size);
    allocated += p ? (long)size : 0;
    return p;
}

void __wrap_platform_free(void *p, size_t size)
{
    allocated -= (long)size;
    __real_platform_free(p, size);
}

char *__wrap_platform_stack_chunk(size_t size, size_t align)
{
    return fails() ? NULL : __real_platform_stack_chunk(size, align);
}

int __wrap_platform_stack_guard(char *low, size_t size)
{
    return fails() ? -ENOMEM : __real_platform_stack_guard(low, size);
}

static faden_key keys[2];
static faden_chan *chan;
static int begun, refused;

static void *coro_fn(void *arg)
{
    faden_coro_yield(arg);
    return arg;
}

static void *uses_all(void *arg)
{
    intptr_t n = (intptr_t)arg;
    faden_coro *c;
    begun++;
    for (int k = 0; k < 2; k++) {
        int err = faden_key_set(keys[k], (void *)1);
        EXPECT(err == 0 || err == -ENOMEM, "faden_key_set gave %d", err);
        refused += err != 0;
        EXPECT(faden_key_get(keys[k]) == (void *)(intptr_t)(err == 0), "a wrong value");
    }
    int err = faden_coro_new(&c, coro_fn, NULL);
    EXPECT(err == 0 || err == -ENOMEM, "faden_coro_new gave %d", err);
    if (!err) {
        EXPECT(faden_coro_resume(c, arg) == arg, "the coroutine gave something else");
        faden_coro_delete(c);
    }
    EQUAL(faden_sleep(FADEN_USEC), 0);
    if (chan)
        EQUAL(faden_chan_send(chan, &n), 0);
    return arg;
}

static int scenario(void *arg)
{
    faden_task *t[TASKS] = {NULL};
    faden_scope s;
    int ended = 0;
    intptr_t n;
    begun = 0;
    chan = NULL;
    if (faden_chan_new(&chan, sizeof n, TASKS) < 0)
        chan = NULL;
    faden_scope_open(&s);
    for (intptr_t i = 0; i < TASKS; i++) {
        faden_task_attr attr = {.stack_size = 20000u << (i % 5), .prefault = i % 3 == 0};
        int err = i % 2 ? faden_spawn(&t[i], uses_all, (void *)i, &attr)
                        : faden_scope_spawn(&s, &t[i], uses_all, (void *)i, &attr);
        EXPECT(err == 0 || err == -ENOMEM, "faden_spawn gave %d", err);
        refused += err != 0;
        if (err)
            t[i] = NULL;
    }
    for (intptr_t i = 0; i < TASKS; i++) {
        void *result = NULL;
        if (!t[i])
            continue;
        int err = faden_join(t[i], &result);
        EXPECT((err == 0 && (intptr_t)result == i) || err == -ENOMEM, "faden_join gave %d", err);
        ended += err == 0;
        refused += err != 0;
    }
    EQUAL(ended, begun);
    int err = faden_scope_close(&s);
    EXPECT(err == 0 || err == -ENOMEM, "faden_scope_close gave %d", err);
    if (chan)
        EQUAL(faden_chan_len(chan), begun);
    faden_chan_delete(chan);
    return 0;
}

/* What the stack pool keeps for ever: the records of its chunks. They are in one list, which begins
   at the newest of some class. */
static long kept(void)
{
    long most = 0;
    for (int i = 0; i < STACK_CLASSES; i++) {
        long bytes = 0;
        for (const struct chunk *c = faden__stack_pool.classes[i].newest; c; c = c->next)
            bytes += (long)(sizeof *c + c->slots * sizeof *c->records);
        most = bytes > most ? bytes : most;
    }
    return most;
}

/*
 * Take the stacks that lie in the pool, of all classes in use here, so that the next ones must be
 * made: until something would have to be asked.
 */
static void empty_the_pool(void)
{
    for (unsigned shift = STACK_SHIFT_MIN; shift <= 21; shift++) {
        asked = 0;
        fail_at = fail_after = 1;
        while (stack_get_slow(NULL, shift))
            ;
    }
    fail_at = fail_after = 0;
}

/* Gives how much was asked. */
static int once(int at, bool after, faden_route route)
{
    faden_config c = {.route = route};
    int result = -1;
    empty_the_pool();
    asked = 0;
    refused = 0;
    fail_at = at;
    fail_after = after;
    int err = faden_run(scenario, NULL, &c, &result);
    EXPECT(err == -ENOMEM || (err == 0 && result == 0), "failure %d: run gave %d, main %d", at, err,
           result);
    EQUAL(allocated, kept());
    int n = asked;
    fail_at = 0;
    err = faden_run(scenario, NULL, &c, &result); /* the world has recovered */
    EXPECT(err == 0 && result == 0 && begun == TASKS, "after failure %d: run gave %d", at, err);
    EQUAL(allocated, kept());
    return n;
}

int main(void)
{
    int any = 0, step = slow() ? 7 : 1; /* other numbers with `after` than without */
    limit_seconds(50);
    EQUAL(faden_key_create(&keys[0], NULL), 0);
    EQUAL(faden_key_create(&keys[1], NULL), 0);
    for (int after = 0; after < 2; after++)
        for (int n = 1 + after * (step / 2);; n += step) {
            int total = once(n, after, n % 2 ? FADEN_ROUTE_DIRECT : FADEN_ROUTE_SCHEDULER);
            any += refused != 0;
            EXPECT(n < N_MOST, "%d things asked, and it goes on", total);
            if (n > total)
                break;
        }
    EXPECT(any > 10, "hardly anything ever failed: %d", any);
    return 0;
}
