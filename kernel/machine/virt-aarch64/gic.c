/* SPDX-License-Identifier: MIT */
/*
 * The interrupt controller (ARM Generic Interrupt Controller, architecture version 2.0): the
 * distributor, and the interface of the processor that asks. Up to eight processors.
 */
#include "kernel.h"
#include "virt.h"

/* The distributor's registers, in words. */
enum {
    ENABLE = 0,
    SET_ENABLE = 0x100 / 4,
    PRIORITY = 0x400, /* in bytes, as the targets */
    TARGETS = 0x800,
    SEND = 0xf00 / 4
};
/* The interface's. */
enum { CONTROL = 0, MASK = 1, ACKNOWLEDGE = 3, END = 4 };
enum { ALL_PRIORITIES = 0xff, MIDDLE = 0x80, NUMBER = 0x3ff };

static void allow(unsigned interrupt)
{
    volatile uint8_t *bytes = direct(GIC_DISTRIBUTOR);
    bytes[PRIORITY + interrupt] = MIDDLE;
    device(GIC_DISTRIBUTOR)[SET_ENABLE + interrupt / 32] = 1u << interrupt % 32;
}

/* Kicks and the timer have registers of their own for each processor. */
void gic_init(unsigned index)
{
    if (index == 0) {
        volatile uint8_t *bytes = direct(GIC_DISTRIBUTOR);
        bytes[TARGETS + INTERRUPT_UART] = 1;
        allow(INTERRUPT_UART);
        device(GIC_DISTRIBUTOR)[ENABLE] = 1;
    }
    allow(INTERRUPT_KICK);
    allow(INTERRUPT_TIMER);
    device(GIC_PROCESSOR)[MASK] = ALL_PRIORITIES;
    device(GIC_PROCESSOR)[CONTROL] = 1;
}

uint32_t gic_begin(void)
{
    return device(GIC_PROCESSOR)[ACKNOWLEDGE];
}

void gic_end(uint32_t interrupt)
{
    device(GIC_PROCESSOR)[END] = interrupt;
}

/* What was stored before is seen by who is interrupted. */
void machine_kick(unsigned index)
{
    __asm__ volatile("dsb ish" ::: "memory");
    device(GIC_DISTRIBUTOR)[SEND] = 1u << (16 + index) | INTERRUPT_KICK;
}
