/* SPDX-License-Identifier: MIT */
/*
 * Where a task is not preempted: while preemption is disabled, in a callback of libc, in a
 * coroutine, on a stack without room, in a signal handler. There a flag says so, and no other task
 * may see it; each place is left again, and then the others do run.
 */
#include "test.h"

#include "platform/linux/preempt.h"
#include "sched/sched.h"

static bool inside, seen, stop;
static uint64_t turns;

static void *looks(void *arg)
{
    while (!LOAD(stop)) {
        if (LOAD(inside))
            STORE(seen, true);
        ADD(turns, 1);
    }
    return arg;
}

/* Until the signal has come here several times. */
static void spin(void)
{
    enum { NOT_ASKED = 100 };
    for (int i = 0; i < 5; i++) {
        STORE(preempt_own->verdict, NOT_ASKED);
        while (LOAD(preempt_own->verdict) == NOT_ASKED)
            ;
    }
}

static void spin_inside(void)
{
    STORE(inside, true);
    spin();
    STORE(inside, false);
}

static void wait_for_turn(void)
{
    uint64_t before = LOAD(turns);
    while (LOAD(turns) == before)
        ;
}

/* ---- places ------------------------------------------------------------------------------- */

/* A faden_preempt_enable that finds its slice over yields at once. */
static void *disables(void *arg)
{
    uint64_t before;
    faden_preempt_disable();
    faden_preempt_disable();
    spin_inside();
    faden_preempt_enable();
    STORE(inside, true);
    spin();
    STORE(inside, false);
    before = LOAD(turns);
    faden_preempt_enable();
    EXPECT(LOAD(turns) != before, "it did not yield at faden_preempt_enable");
    return arg;
}

static void *calls_once(void *arg)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, spin_inside);
    wait_for_turn();
    return arg;
}

static int compares(const void *a, const void *b)
{
    spin_inside();
    return *(const int *)a - *(const int *)b;
}

static void *sorts(void *arg)
{
    int two[] = {2, 1};
    qsort(two, 2, sizeof *two, compares);
    EQUAL(two[0], 1);
    wait_for_turn();
    return arg;
}

static void *in_coroutine(void *first)
{
    spin_inside();
    return first;
}

static void *resumes(void *arg)
{
    faden_coro *c;
    EQUAL(faden_coro_new(&c, in_coroutine, NULL), 0);
    faden_coro_resume(c, NULL);
    faden_coro_delete(c);
    wait_for_turn();
    return arg;
}

/* Take `n` bytes of stack and spin there. */
static __attribute__((noinline)) void spin_with(size_t n)
{
    volatile char *p = __builtin_alloca(n);
    p[0] = 1;
    spin_inside();
    p[n - 1] = 2;
}

/* So far down that the registers do not fit, but not so far that the stack is not looked through:
   that is another place. */
static void *no_room(void *arg)
{
    char here;
    size_t left = (size_t)(&here - stack_low(mytask()->stack));
    EXPECT(left > 8192 && left < 12288, "%zu bytes of stack left", left);
    spin_with(left - 4800);
    EQUAL(preempt_own->verdict, NO_ROOM);
    wait_for_turn();
    return arg;
}

static void *too_deep(void *arg)
{
    spin_with(9000);
    EQUAL(preempt_own->verdict, TOO_DEEP);
    wait_for_turn();
    return arg;
}

/* The program's own handler on the task's stack, having interrupted the program's own code. */
static bool handled;

static void on_user_signal(int sig)
{
    (void)sig;
    spin_inside();
    STORE(handled, true);
}

static void *sends(void *thread)
{
    pthread_kill(*(pthread_t *)thread, SIGUSR1);
    return NULL;
}

static void *is_signalled(void *arg)
{
    struct sigaction act = {.sa_handler = on_user_signal};
    pthread_t self = pthread_self(), helper;
    sigaction(SIGUSR1, &act, NULL);
    EQUAL(pthread_create(&helper, NULL, sends, &self), 0);
    while (!LOAD(handled))
        ;
    pthread_join(helper, NULL);
    wait_for_turn();
    return arg;
}

/* ---- all of them -------------------------------------------------------------------------- */

static int visit(void *fn)
{
    faden_task_attr small = preemptible;
    faden_task *t, *looker;
    small.stack_size = 12288;
    inside = seen = stop = false;
    looker = spawn_preemptible(looks, NULL);
    EQUAL(
        faden_spawn(&t, (void *(*)(void *))fn, NULL, fn == (void *)no_room ? &small : &preemptible),
        0);
    join(t);
    STORE(stop, true);
    join(looker);
    EXPECT(!seen, "it was preempted there");
    return 0;
}

int main(void)
{
    static void *(*const places[])(void *) = {disables, calls_once, sorts,       resumes,
                                              no_room,  too_deep,   is_signalled};
    require_preemption();
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        limit_seconds(60);
        run_as(visit, (void *)places[i], slices(SLICE));
    }
    return 0;
}
