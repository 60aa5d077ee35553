/* SPDX-License-Identifier: MIT */
/* The list of checks, what counts their failures, and the row at the end. */
#include "conform.h"
#include "probe.h"

#include "base/format.h"

enum { LINES = 12 /* of one check; more say nothing new */ };

static const struct conform_check portable[] = {
    {"registers", conform_registers},
    {"argument", conform_argument},
    {"returns", conform_returns},
    {"alignment", conform_alignment},
    {"bounds", conform_bounds},
    {"forms", conform_forms},
    {"coroutines", conform_coroutines},
    {"control", conform_control},
    {"control-creators", conform_creators},
    {"control-forms", conform_control_forms},
    {"control-coroutines", conform_control_coroutines},
    {"promise", conform_promise},
    {"live", conform_live},
    {"calls", conform_calls},
    {"transfers", conform_many},
    {NULL, NULL},
};

unsigned conform_transfers;
static const char *running; /* the check */
static int lines, passed, failed;
static bool only_first;

static struct {
    faden_context from, dead;
    void (*fn)(void *);
    void *arg;
    bool expected;
    char report[256];
} panic;

static void put(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void put(const char *format, ...)
{
    char buf[256];
    struct text t = {.buf = buf, .size = sizeof buf};
    va_list args;
    va_start(args, format);
    text_vformat(&t, format, args);
    va_end(args);
    conform_put(t.buf, t.len);
}

void conform_fail(const char *format, ...)
{
    char buf[256];
    struct text t = {.buf = buf, .size = sizeof buf};
    va_list args;
    if (lines++ >= LINES)
        return;
    text_format(&t, "%s: %s: ", PROBE_ISA, running);
    va_start(args, format);
    text_vformat(&t, format, args);
    va_end(args);
    text_format(&t, "\n");
    conform_put(t.buf, t.len);
}

bool conform_failed(void)
{
    return lines;
}

void conform_caught(const char *report, size_t n)
{
    if (!panic.expected)
        return;
    panic.expected = false;
    if (n >= sizeof panic.report)
        n = sizeof panic.report - 1;
    __builtin_memcpy(panic.report, report, n);
    panic.report[n] = '\0';
    faden_context_switch(&panic.dead, &panic.from);
}

static void panic_entry(void *arg)
{
    panic.fn(panic.arg);
    faden_context_switch(&panic.dead, &panic.from);
}

const char *conform_panic(void (*fn)(void *), void *arg)
{
    static _Alignas(16) char stack[16384];
    faden_context ctx;
    panic.fn = fn;
    panic.arg = arg;
    panic.expected = true;
    faden_context_init(&ctx, stack, sizeof stack, panic_entry, NULL);
    faden_context_switch(&panic.from, &ctx);
    bool came = !panic.expected;
    panic.expected = false;
    return came ? panic.report : NULL;
}

static bool begins_with(const char *s, const char *start)
{
    while (*start && *s == *start)
        s++, start++;
    return !*start;
}

static bool run(const struct conform_check *c, const char *only)
{
    for (; c && c->name; c++) {
        if (only && !begins_with(c->name, only))
            continue;
        running = c->name;
        lines = 0;
        c->run();
        failed += lines != 0;
        passed += lines == 0;
        if (lines && only_first)
            return false;
    }
    return true;
}

int conform_run(const struct conform_how *how)
{
    uint64_t begin = conform_ms();
    conform_transfers = how->transfers;
    only_first = how->first;
    passed = failed = 0;
    if (run(portable, how->only))
        run(how->more, how->only);
    unsigned ms = (unsigned)(conform_ms() - begin);
    put("%-9s %3d passed, %d failed   %u transfers   %u.%02u s\n", PROBE_ISA, passed, failed,
        conform_transfers, ms / 1000, ms / 10 % 100);
    return failed;
}

void conform_describe(void)
{
#define NAME(name, at, size) put(" %s", #name);
    put("registers:");
    PROBE_REGISTERS(NAME)
    PROBE_SWITCH_REGISTERS(NAME)
#undef NAME
    put("\nfp control: %s\ninline: %s\n", PROBE_FP, CONFORM_INLINE ? "yes" : "no");
}
