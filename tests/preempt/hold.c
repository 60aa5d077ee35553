/* SPDX-License-Identifier: MIT */
/*
 * The watcher's reports: who held the cpu, where it was, why it was not preempted; once a hold. And
 * there is no watcher where nothing asks for one.
 *
 * Linked with wrappers that tell when it looks, and when it reports. So tasks hold the cpu until
 * they have been reported, and no machine is too busy for that; where none should be, they do until
 * they have used enough processor time, and a watcher that was late itself may be wrong.
 */
#include "../sched/listed.h"
#include "test.h"

#include <poll.h>

#include "platform/preempter.h"

enum { LIMIT = 200 };
#define LIMIT_TEXT "(limit 200 ms; " /* and then the processor time */

static uint64_t looks; /* of the watcher, in this process */
static uint64_t reported_at;
static int64_t looked, late; /* when it did last, and when it came late */
static bool only_in_time;    /* what it reports then does not count */
static int told[2];          /* a pipe: it has reported */

typedef void visitor(const struct preempt_cpu *seen, void *arg);
void __real_preempt_each_cpu(visitor *fn, void *arg);
void __wrap_preempt_each_cpu(visitor *fn, void *arg);
void __real_platform_report(const char *text, size_t len, bool last);
void __wrap_platform_report(const char *text, size_t len, bool last);

void __wrap_preempt_each_cpu(visitor *fn, void *arg)
{
    int64_t now = faden_now();
    if (looked && now - looked > LIMIT * FADEN_MSEC / 8)
        late = now;
    looked = now;
    ADD(looks, 1);
    __real_preempt_each_cpu(fn, arg);
}

void __wrap_platform_report(const char *text, size_t len, bool last)
{
    if (only_in_time && late && faden_now() - late < 2 * LIMIT * FADEN_MSEC)
        return;
    __real_platform_report(text, len, last);
    STORE(reported_at, LOAD(looks));
    EQUAL(write(told[1], "", 1), 1);
}

/* ---- those who hold it ---------------------------------------------------------------------- */

static int64_t used(void)
{
    struct timespec ts;
    EQUAL(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts), 0);
    return ts.tv_sec * FADEN_SEC + ts.tv_nsec;
}

static volatile int spun;

/* Nearly always in the program's own code. */
__attribute__((noinline)) static void spin_some(void)
{
    for (int i = 0; i < 100000; i++)
        spun++;
}

__attribute__((noinline)) static void spin_until_looked(uint64_t at)
{
    while (LOAD(looks) < at)
        spin_some();
}

/* And for some time longer: it is reported once. */
static void spin_until_reported(void)
{
    int64_t end;
    while (!LOAD(reported_at))
        spin_some();
    spin_until_looked(LOAD(reported_at) + 20);
    for (end = used() + 20 * FADEN_MSEC; used() < end;)
        spin_some();
}

static void *spins(void *arg)
{
    faden_task_set_name("the-spinner");
    spin_until_reported();
    return arg;
}

static void *disables(void *arg)
{
    faden_preempt_disable();
    spin_until_reported();
    faden_preempt_enable();
    return arg;
}

/* A look may find that it has run since the last one, and interrupt it; not again and again. */
static void *sleeps_itself(void *arg)
{
    struct pollfd report = {.fd = told[0], .events = POLLIN};
    uint64_t end;
    int interrupted = 0;
    spin_until_looked(5);
    while (poll(&report, 1, -1) < 0)
        interrupted++;
    for (end = LOAD(looks) + 100; LOAD(looks) < end;)
        interrupted += poll(NULL, 0, 10) < 0;
    EXPECT(interrupted < 20, "interrupted %d times", interrupted);
    return arg;
}

static void *yields(void *arg)
{
    while (used() < 2 * LIMIT * FADEN_MSEC || LOAD(looks) < 20)
        faden_yield();
    return arg;
}

static uint64_t turns;
static bool done;

static void *takes_turns(void *arg)
{
    for (; !LOAD(done); ADD(turns, 1))
        EQUAL(faden_sleep(FADEN_MSEC), 0);
    return arg;
}

static void *is_preempted(void *arg)
{
    faden_task *t = spawn(takes_turns, arg);
    while (LOAD(turns) < 3 || used() < 2 * LIMIT * FADEN_MSEC)
        spin_some();
    STORE(done, true);
    join(t);
    return arg;
}

static void *(*wanted)(void *);
static bool is_preemptible;

static int start(void *arg)
{
    faden_task_attr attr = {.name = "a-name", .preemptible = is_preemptible};
    faden_task *t;
    (void)arg;
    EQUAL(faden_spawn(&t, wanted, NULL, &attr), 0);
    join(t);
    return 0;
}

static void in_child(void *arg)
{
    (void)arg;
    EQUAL(pipe(told), 0);
    looked = late = 0;
    run_as(start, NULL,
           (faden_config){.cpus = 1, .hold_limit = LIMIT * FADEN_MSEC, .time_slice = FADEN_MSEC});
}

static int count(const char *text, const char *part)
{
    int n = 0;
    while ((text = strstr(text, part))) {
        n++;
        text += strlen(part);
    }
    return n;
}

static struct outcome o;

static void play(void *(*fn)(void *), bool preempt)
{
    wanted = fn;
    is_preemptible = preempt;
    run_child(&o, in_child, NULL);
    expect_exit(&o, 0);
}

/* Nobody is reported, but for those that a busy machine gave no processor for so long. */
static void expect_no_hold(void)
{
    const char *p = o.text;
    while ((p = strstr(p, LIMIT_TEXT))) {
        p += strlen(LIMIT_TEXT);
        EXPECT(strtol(p, NULL, 10) < LIMIT / 2, "%s", o.text);
    }
    EQUAL(count(o.text, LIMIT_TEXT), count(o.text, "faden: "));
}

/* ---- no watcher --------------------------------------------------------------------------- */

static void *counts(void *arg)
{
    EQUAL(listed_threads(), arg ? 2 : 1);
    return arg;
}

static int count_threads(void *arg)
{
    faden_task_attr attr = {.preemptible = arg != NULL};
    faden_task *t;
    EQUAL(faden_spawn(&t, counts, arg, &attr), 0);
    join(t);
    return 0;
}

int main(void)
{
    require_preemption();
    limit_seconds(120);
    run_as(count_threads, NULL, slices(0));
    run_as(count_threads, &o, slices(0));
    while (listed_threads() != 1)
        usleep(100);
    looks = 0;

    play(spins, false);
    expect_text(&o, "faden: task 'the-spinner' (spawned at " __FILE__ ":");
    expect_text(&o, "has held cpu 0 for ");
    expect_text(&o, "  #0  ");
    expect_text(&o, "faden_blocking");
    EQUAL(count(o.text, "has held"), 1);

    play(disables, true);
    expect_text(&o, "has preemption disabled");
    EQUAL(count(o.text, "has held"), 1);

    play(sleeps_itself, true);
    expect_text(&o, "sleeps in system call");

    only_in_time = true;
    play(yields, false);
    expect_no_hold();
    play(is_preempted, true); /* and begins a new hold each time */
    expect_no_hold();
    return 0;
}
