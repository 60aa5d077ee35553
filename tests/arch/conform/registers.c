/* SPDX-License-Identifier: MIT */
/*
 * Every callee-saved register in full width, in both directions, for each form that suspends and
 * each that resumes. Two flows in turn fill all of them with patterns of their own, switch, and
 * look (probe.h); whatever is not kept has the other's pattern, or what the probe puts into the
 * registers that belong to nobody.
 */
#include "conform.h"
#include "probe.h"

enum { ROUNDS = 12, SIZE = 16384 };

static faden_context base, other;
static struct probe here, there;
static enum conform_form form_here, form_there;
static uint64_t seed;

static const struct {
    const char *name;
    unsigned at, size;
    bool only_direct; /* functions in C do not keep it */
} registers[] = {
#define ROW(name, at, size) {#name, at, size, false},
#define ROW_DIRECT(name, at, size) {#name, at, size, true},
    PROBE_REGISTERS(ROW) PROBE_SWITCH_REGISTERS(ROW_DIRECT)
#undef ROW
#undef ROW_DIRECT
};

static void fill(struct probe *p, enum conform_form form, faden_context *from, faden_context *to)
{
    conform_probe_switch(p, form, from, to);
    p->junk = (uintptr_t)conform_random(&seed);
    for (unsigned i = 0; i < PROBE_BYTES; i++)
        p->in[i] = (unsigned char)(conform_random(&seed) >> 24);
    probe_possible(p);
}

/* The number that lies in memory, most significant byte first. */
static void hex(char *to, const unsigned char *p, unsigned size)
{
    static const char digits[] = "0123456789abcdef";
    const uint16_t one = 1;
    bool little = *(const unsigned char *)&one;
    for (unsigned i = 0; i < size; i++) {
        unsigned char byte = p[little ? size - 1 - i : i];
        *to++ = digits[byte >> 4];
        *to++ = digits[byte & 15];
    }
    *to = '\0';
}

static void compare(const struct probe *p, enum conform_form suspended, enum conform_form resumed,
                    const char *where)
{
    for (unsigned i = 0; i < sizeof registers / sizeof *registers; i++) {
        const unsigned char *in = p->in + registers[i].at, *out = p->out + registers[i].at;
        char expected[33], found[33];
        if (!__builtin_memcmp(in, out, registers[i].size) ||
            (registers[i].only_direct && suspended != OUT_OF_LINE && suspended != DIRECT))
            continue;
        hex(expected, in, registers[i].size);
        hex(found, out, registers[i].size);
        conform_fail("%s: expected 0x%s, found 0x%s (%s, suspended %s, resumed %s)",
                     registers[i].name, expected, found, where, conform_form_names[suspended],
                     conform_form_names[resumed]);
    }
}

static void entry(void *arg)
{
    for (;;) {
        fill(&there, form_there, &other, &base);
        probe_call(&there);
        compare(&there, form_there, form_here, "in the context");
    }
}

static void pair(void)
{
    static _Alignas(16) char stack[SIZE];
    faden_context_init(&other, stack, sizeof stack, entry, NULL);
    unsigned rounds = conform_transfers < ROUNDS ? conform_transfers : ROUNDS; /* see step.py */
    for (unsigned i = 0; i < rounds; i++) {
        fill(&here, form_here, &base, &other);
        probe_call(&here);
        compare(&here, form_here, form_there, "in the base flow");
    }
}

void conform_registers(void)
{
    seed = 1;
    for (int h = 0; h < DIRECT_FORMS; h++)
        for (int t = 0; t < DIRECT_FORMS; t++) {
            form_here = (enum conform_form)h;
            form_there = (enum conform_form)t;
            if (conform_may_resume(form_here, form_there) &&
                conform_may_resume(form_there, form_here))
                pair();
        }
}
