/* SPDX-License-Identifier: MIT */
/*
 * Interrupts and time: the local APIC of each processor, its timer, the I/O APIC; the old pair of
 * 8259s is masked. The clock is the time stamp counter, measured against the PIT, as is the timer.
 */
#include "kernel.h"
#include "machine.h"
#include "pc.h"
#include "processor.h"

#include <faden/base.h>

enum { LAPIC = 0xfee00000, IO_APIC = 0xfec00000 };
enum { /* registers of the local APIC, in words */
       ID = 0x20 / 4,
       END = 0xb0 / 4,
       SPURIOUS = 0xf0 / 4,
       COMMAND_LOW = 0x300 / 4,
       COMMAND_HIGH = 0x310 / 4,
       TIMER = 0x320 / 4,
       TIMER_FROM = 0x380 / 4,
       TIMER_NOW = 0x390 / 4,
       TIMER_DIVIDE = 0x3e0 / 4
};
enum { ENABLE = 0x100, SENDING = 0x1000, BY_16 = 3, MASKED = 0x10000 };
enum { PIT_HZ = 1193182, PIT_CHANNEL_2 = 0x42, PIT_MODE = 0x43, PIT_GATE = 0x61 };
enum { MEASURE_HZ = 500, MEASURE_COUNT = PIT_HZ / MEASURE_HZ };

static volatile uint32_t *lapic, *io_apic;
static uint64_t tsc_start;
static uint64_t ns_per_tsc, timer_per_ns; /* times 2^32 */

uint32_t apic_id(void)
{
    return lapic[ID] >> 24;
}

void apic_send(uint32_t to, uint32_t command)
{
    irq_push();
    while (lapic[COMMAND_LOW] & SENDING)
        ;
    lapic[COMMAND_HIGH] = to << 24;
    lapic[COMMAND_LOW] = command;
    irq_pop();
}

void io_apic_route(unsigned line, unsigned vector)
{
    io_apic[0] = 0x10 + 2 * line; /* edge, active high, physical destination 0 */
    io_apic[4] = vector;
    io_apic[0] = 0x11 + 2 * line;
    io_apic[4] = apic_id() << 24;
}

/* ---- the clock --------------------------------------------------------------------------- */

struct measured {
    uint64_t tsc, timer, doubt; /* the last one in units of the first */
};

/*
 * Let PIT channel 2 count down once, for 1/MEASURE_HZ seconds. An emulator may be kept from running
 * just when that begins or ends; the time from the look before to the look after is in doubt. The
 * shorter it takes, the likelier that the host lets it run that long.
 */
static struct measured measure_once(void)
{
    out8(PIT_GATE, (uint8_t)((in8(PIT_GATE) & ~2u) | 1));
    out8(PIT_MODE, 0xb0); /* channel 2, both bytes, mode 0 */
    out8(PIT_CHANNEL_2, (uint8_t)MEASURE_COUNT);
    uint64_t begin = read_tsc();
    lapic[TIMER_FROM] = UINT32_MAX;
    out8(PIT_CHANNEL_2, (uint8_t)(MEASURE_COUNT >> 8)); /* it counts */
    uint64_t begun = read_tsc(), before, now = begun;
    do
        before = now, now = read_tsc();
    while (!(in8(PIT_GATE) & 0x20));
    uint32_t left = lapic[TIMER_NOW];
    uint64_t end = read_tsc();
    lapic[TIMER_FROM] = 0;
    return (struct measured){end - begin, UINT32_MAX - left, begun - begin + end - before};
}

/* The surest of several, unless one is sure enough. */
static void measure(void)
{
    enum { TRIES = 20, SURE = 200 /* parts of one that are in doubt */ };
    struct measured best = measure_once();
    for (int i = 1; i < TRIES && best.doubt > best.tsc / SURE; i++) {
        struct measured m = measure_once();
        if (m.doubt < best.doubt)
            best = m;
    }
    uint64_t tsc_hz = best.tsc * PIT_HZ / MEASURE_COUNT;
    uint64_t timer_hz = best.timer * PIT_HZ / MEASURE_COUNT;
    ns_per_tsc = ((uint64_t)FADEN_SEC << 32) / tsc_hz;
    timer_per_ns = (timer_hz << 32) / (uint64_t)FADEN_SEC;
}

/* v * factor / 2^32, in 64 bits: v and the factor in halves. */
static uint64_t scale(uint64_t v, uint64_t factor)
{
    uint64_t fraction = factor & UINT32_MAX, low = v & UINT32_MAX;
    return v * (factor >> 32) + (v >> 32) * fraction + (low * fraction >> 32);
}

int64_t machine_now(void)
{
    return (int64_t)scale(read_tsc() - tsc_start, ns_per_tsc) + 1;
}

void machine_timer(int64_t deadline)
{
    int64_t left = deadline - machine_now();
    uint64_t count = left > 0 ? scale((uint64_t)left, timer_per_ns) + 1 : 1;
    lapic[TIMER_FROM] = count < UINT32_MAX ? (uint32_t)count : UINT32_MAX;
}

/* ---- interrupts -------------------------------------------------------------------------- */

static void boot_processor_init(void)
{
    lapic = device_map(LAPIC, PAGE_SIZE);
    io_apic = device_map(IO_APIC, PAGE_SIZE);
    lapic[TIMER_DIVIDE] = BY_16;
    lapic[TIMER] = MASKED | VECTOR_TIMER;
    measure();
    tsc_start = read_tsc();
    io_apic_route(4, VECTOR_SERIAL);
    io_apic_route(1, VECTOR_KEYBOARD);
}

void machine_processor_init(struct processor *p)
{
    if (p->index == 0)
        boot_processor_init();
    lapic[SPURIOUS] = ENABLE | VECTOR_SPURIOUS;
    lapic[TIMER_DIVIDE] = BY_16;
    lapic[TIMER] = VECTOR_TIMER;
}

void machine_interrupt(unsigned which)
{
    switch (which) {
    case VECTOR_TIMER: processor_timer(); break;
    case VECTOR_KICK: processor_kicked(); break;
    case VECTOR_SERIAL:
    case VECTOR_KEYBOARD: console_input(); break;
    default: return; /* spurious ones are not acknowledged */
    }
    lapic[END] = 0;
}
