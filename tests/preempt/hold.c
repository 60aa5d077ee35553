/* SPDX-License-Identifier: MIT */
/* The watcher's reports: who held the cpu, where it was, why it was not preempted; once a hold. And
   there is no watcher where nothing asks for one. */
#include "test.h"

#include <dirent.h>

enum { LIMIT = 200 };
#define LIMIT_TEXT "(limit 200 ms; " /* and then the processor time */

static volatile int spun;

__attribute__((noinline)) static void spin_seconds(double s)
{
    int64_t end = faden_now() + (int64_t)(s * (double)FADEN_SEC);
    while (faden_now() < end)
        for (int i = 0; i < 1000; i++)
            spun++;
}

static void *spins(void *arg)
{
    faden_task_set_name("the-spinner");
    spin_seconds(1.5);
    return arg;
}

static void *disables(void *arg)
{
    faden_preempt_disable();
    spin_seconds(1.5);
    faden_preempt_enable();
    return arg;
}

static void *sleeps_itself(void *arg)
{
    struct timespec ts = {.tv_nsec = 800000000}, rest = {0, 0};
    int err = nanosleep(&ts, &rest);
    EXPECT(err == 0, "interrupted: %s", strerror(errno));
    return arg;
}

static void *yields(void *arg)
{
    int64_t end = faden_now() + 600 * FADEN_MSEC;
    while (faden_now() < end)
        faden_yield();
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

static int threads(void)
{
    DIR *d = opendir("/proc/self/task");
    int n = 0;
    EXPECT(d, "%s", strerror(errno));
    while (readdir(d))
        n++;
    closedir(d);
    return n - 2;
}

static void *looks(void *arg)
{
    EQUAL(threads(), arg ? 2 : 1);
    return arg;
}

static int count_threads(void *arg)
{
    faden_task_attr attr = {.preemptible = arg != NULL};
    faden_task *t;
    EQUAL(faden_spawn(&t, looks, arg, &attr), 0);
    join(t);
    return 0;
}

int main(void)
{
    require_preemption();
    run_as(count_threads, NULL, slices(0));
    run_as(count_threads, &o, slices(0));
    EQUAL(threads(), 1);

    play(spins, false);
    expect_text(&o, "faden: task 'the-spinner' (spawned at " __FILE__ ":");
    expect_text(&o, "has held cpu 0 for ");
    expect_text(&o, "  #0  ");
    expect_text(&o, "faden_blocking");
    EQUAL(count(o.text, "has held"), 1);

    play(disables, true);
    expect_text(&o, "has preemption disabled");

    play(sleeps_itself, true);
    expect_text(&o, "sleeps in system call");

    play(yields, false);
    expect_no_hold();
    play(spins, true); /* it is preempted, and begins a new hold each time */
    expect_no_hold();
    return 0;
}
