/* SPDX-License-Identifier: MIT */
/* Text out, whole lines of one processor at a time; and characters in, for who waits for one. */
#include "console.h"

#include "base/format.h"
#include "kernel.h"
#include "machine.h"
#include "processor.h"
#include "sched/park.h"

static struct spinlock lock;

void console_write(const char *text, size_t n)
{
    spin_lock(&lock);
    for (size_t i = 0; i < n; i++)
        machine_put(text[i]);
    spin_unlock(&lock);
}

void vprint(const char *format, va_list args)
{
    char buf[1024];
    struct text t = {.buf = buf, .size = sizeof buf};
    text_vformat(&t, format, args);
    console_write(t.buf, t.len);
}

void print(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vprint(format, args);
    va_end(args);
}

/* ---- input ------------------------------------------------------------------------------- */

/*
 * The interrupt handler fills a ring, one task at a time empties it. What a handler may not do,
 * wake a task, platform_idle does: on the processor of the task that waits, so only that processor
 * touches `waiter`.
 */
enum { ROOM = 256 };

static char input[ROOM];
static uint32_t filled, emptied;
static struct faden__wait *waiter;
static uint32_t waiter_at; /* 1 + index of the processor where one waits; 0: none does */

void console_input(void)
{
    uint32_t at = load_seq_cst(&waiter_at);
    int c;
    while ((c = machine_get()) >= 0)
        if (filled - load_acquire(&emptied) < ROOM) {
            input[filled % ROOM] = (char)c;
            store_seq_cst(&filled, filled + 1);
        }
    if (at && at - 1 != this_processor->index) {
        store_seq_cst(&processors[at - 1].kicked, 1);
        machine_kick(at - 1);
    }
}

static bool is_empty(void)
{
    return load_seq_cst(&filled) == emptied;
}

bool console_has_event(void)
{
    return load_relaxed(&waiter_at) == 1 + this_processor->index && !is_empty();
}

int console_deliver(void)
{
    struct faden__wait *w = waiter;
    if (!console_has_event())
        return 0;
    store_seq_cst(&waiter_at, 0);
    waiter = NULL;
    if (!claim_unlocked(mycpu(), w))
        return 0;
    wake(mycpu(), w, 0);
    return 1;
}

/* In a task. The wait ends with a character, or as every wait does. */
static int wait_for_input(struct cpu *cpu)
{
    static const struct reason typing = {"a character from the console", NULL};
    struct faden__wait w;
    int err = ended(cpu);
    if (err)
        return err;
    wait_init(cpu, &w, &typing, NULL);
    w.outside = 1;
    waiter = &w;
    store_seq_cst(&waiter_at, 1 + this_processor->index);
    err = is_empty() ? park(cpu, &w, NULL) : 0;
    store_seq_cst(&waiter_at, 0);
    waiter = NULL;
    return err;
}

int console_get(void)
{
    while (is_empty()) {
        struct cpu *cpu = mycpu();
        if (!cpu)
            arch_relax();
        else if (wait_for_input(cpu) < 0)
            return -1;
    }
    char c = input[emptied % ROOM];
    store_release(&emptied, emptied + 1);
    return (unsigned char)c;
}

int console_get_until(int64_t deadline)
{
    faden_timeout limit;
    int64_t left = deadline - machine_now();
    if (!is_empty())
        return console_get();
    if (left <= 0 || faden_timeout_begin(&limit, left) < 0)
        return -1;
    int c = console_get();
    if (faden_timeout_end(&limit) < 0 && c < 0)
        return -1;
    return c;
}
