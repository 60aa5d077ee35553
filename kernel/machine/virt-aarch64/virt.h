/* SPDX-License-Identifier: MIT */
/* The parts of QEMU's aarch64 "virt". */
#ifndef KERNEL_MACHINE_VIRT_H
#define KERNEL_MACHINE_VIRT_H

#include "machine.h"

enum { GIC_DISTRIBUTOR = 0x8000000, GIC_PROCESSOR = 0x8010000, GIC_SIZE = 0x10000 };
enum { UART = 0x9000000 };
enum { INTERRUPT_KICK = 0, INTERRUPT_TIMER = 27, INTERRUPT_UART = 33, GIC_PROCESSORS = 8 };

static inline volatile uint32_t *device(uint64_t at)
{
    return direct(at);
}

/* ---- the interrupt controller (gic.c) ------------------------------------------------------ */

void gic_init(unsigned index);
/* The interrupt that came, for gic_end; its number in the lower ten bits. */
uint32_t gic_begin(void);
void gic_end(uint32_t interrupt);

/* ---- the serial line (uart.c) ---------------------------------------------------------------- */

void uart_init(void);

#endif
