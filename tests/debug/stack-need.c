/* SPDX-License-Identifier: MIT */
/* Tasks whose need of stack stack-need.py computes and compares with what they used: this prints
   "NAME BYTES" for each. With arguments the recursions and so on run too, so that they are there.
 */
#include <faden/faden.h>
#include <stdio.h>
#include <string.h>

#define NOINLINE __attribute__((noinline))

enum { MANY = 32 };

static faden_chan *numbers, *never;
static volatile int index_0;

static NOINLINE void wait_for_ever(void)
{
    int n;
    if (faden_chan_recv(never, &n) == 0)
        index_0 = n;
}

static NOINLINE int fill(int n)
{
    volatile char frame[3000];
    for (size_t i = 0; i < sizeof frame; i++)
        frame[i] = 1;
    return frame[index_0] + n;
}

static NOINLINE int fill_more(int n)
{
    volatile char frame[7000];
    for (size_t i = 0; i < sizeof frame; i++)
        frame[i] = 1;
    return frame[index_0] + fill(n);
}

static void *shallow(void *arg)
{
    wait_for_ever();
    return arg;
}

static void *calls(void *arg)
{
    int n = index_0;
    faden_mutex m = {0};
    faden_scope s;
    faden_timeout t;
    faden_mutex_lock(&m);
    faden_mutex_unlock(&m);
    faden_scope_open(&s);
    faden_timeout_begin(&t, FADEN_SEC);
    if (faden_chan_send(numbers, &n) < 0 || faden_sleep(1) < 0)
        return NULL;
    faden_yield();
    faden_timeout_end(&t);
    if (faden_scope_close(&s) < 0)
        return NULL;
    wait_for_ever();
    return arg;
}

static void *deep(void *arg)
{
    index_0 = fill_more(index_0) ? 0 : 1;
    wait_for_ever();
    return arg;
}

/* ---- no bounds --------------------------------------------------------------------------- */

static NOINLINE int even(int n);
static NOINLINE int odd(int n)
{
    volatile char frame[10];
    frame[0] = 1;
    return n == 0 ? 0 : even(n - 1) + frame[0];
}
static NOINLINE int even(int n)
{
    volatile char frame[10];
    frame[0] = 1;
    return n == 0 ? 1 : odd(n - 1) + frame[0];
}

static void *recursive(void *arg)
{
    return (void *)(intptr_t)even((int)(intptr_t)arg);
}

static int (*volatile through)(int) = fill;

static void *indirect(void *arg)
{
    return (void *)(intptr_t)(through(1) + 1 + (arg != NULL));
}

static NOINLINE int variable(int n)
{
    char frame[n];
    memset(frame, 1, (size_t)n);
    __asm__ volatile("" ::"r"(frame) : "memory");
    return frame[index_0];
}

static void *dynamic(void *arg)
{
    return (void *)(intptr_t)variable((int)(intptr_t)arg);
}

static void *unknown(void *arg)
{
    puts("unknown");
    return arg;
}

/* ------------------------------------------------------------------------------------------ */

static void print_use(void)
{
    static faden_task_info info[2 * MANY];
    int64_t n = faden_tasks(info, 2 * MANY, true);
    for (int i = 0; i < n && i < 2 * MANY; i++)
        if (info[i].name && strcmp(info[i].name, "main") != 0)
            printf("%s %zu\n", info[i].name, info[i].stack_high_water);
}

static int start(void *arg)
{
    faden_task_attr names[] = {{.name = "shallow"}, {.name = "calls"}, {.name = "deep"}};
    int n;
    if (faden_chan_new(&numbers, sizeof n, 0) < 0 || faden_chan_new(&never, sizeof n, 0) < 0)
        return 1;
    for (int i = 0; i < MANY; i++) /* first frames are staggered: the deepest one counts */
        if (faden_spawn(NULL, shallow, NULL, &names[0]) < 0)
            return 1;
    if (faden_spawn(NULL, (calls), NULL, &names[1]) < 0 ||
        faden_scope_spawn(faden_root(), NULL, &deep, NULL, &names[2]) < 0)
        return 1;
    if (arg && (faden_go(recursive, arg) < 0 || faden_go(indirect, arg) < 0 ||
                faden_go(dynamic, arg) < 0 || faden_go(unknown, arg) < 0))
        return 1;
    if (faden_chan_recv(numbers, &n) < 0 || faden_sleep(20 * FADEN_MSEC) < 0)
        return 1;
    print_use();
    faden_scope_cancel(faden_root());
    return 0;
}

int main(int argc, char **argv)
{
    faden_config config = {.cpus = 1, .stack_high_water = true};
    (void)argv;
    return faden_run(start, argc > 1 ? (void *)(intptr_t)argc : NULL, &config, NULL) < 0;
}
