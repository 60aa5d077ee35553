/* SPDX-License-Identifier: MIT */
/*
 * What the kernel asks of a board, all of it: machine/<board>/ implements it.
 *
 * The order of the calls: machine_early; machine_memory (twice: only the first `BOOT_MAPPED` bytes
 * can be touched before space_init, so what it reads must lie there); space_init, which calls
 * machine_map; machine_processor_init on each processor, 0 first.
 */
#ifndef KERNEL_MACHINE_H
#define KERNEL_MACHINE_H

#include "arch.h"

/* What the emulator is told: machine/<board>/boot says how. */

/* The console works from here on, output only. `information` is what start.S got. */
void machine_early(uintptr_t information);
/* The words behind -append, or "". */
const char *machine_command_line(void);
/* Tell the ranges of memory that may be used; the kernel's own image is taken out by the caller. */
void machine_memory(void (*add)(uint64_t from, uint64_t to));

/* The kernel's tables are about to replace those of start.S: device_map what the console needs. */
void machine_map(void);

/* Interrupts, the clock and the timer of the calling processor. */
void machine_processor_init(struct processor *p);
/* An interrupt came; `which` is what the processor tells of it. Acknowledges it. */
void machine_interrupt(unsigned which);

/* ---- time -------------------------------------------------------------------------------- */

int64_t machine_now(void); /* ns since the start, > 0, the same on all processors */
/* Interrupt the calling processor once the clock has reached `deadline`, in place of what was set
   before. One that has passed interrupts at once. */
void machine_timer(int64_t deadline);

/* ---- other processors -------------------------------------------------------------------- */

unsigned machine_processors(void); /* how many there are; at most PROCESSORS_MAX count */
/* Let processor p->index begin at processor_main(p), with the kernel's page table, interrupts off,
   its thread pointer and stack those of p. 0 or -EAGAIN: it did not come. */
int machine_processor_start(struct processor *p);
/* Interrupt that processor. Any processor, interrupts on or off. */
void machine_kick(unsigned index);

/* ---- console and power ------------------------------------------------------------------- */

void machine_put(char c); /* waits until the device takes it */
/* A character from the keyboard or the line, or -1. An interrupt tells that there is one. */
int machine_get(void);
/* The screen's text cells (character, attribute), or NULL; *columns, *rows. */
volatile uint16_t *machine_screen(unsigned *columns, unsigned *rows);

/* The emulator ends: 0 it is well, else not. On a real machine: stop. */
__attribute__((noreturn)) void machine_exit(int code);

/* ---- for the machines to call ------------------------------------------------------------ */

/* The timer has interrupted; somebody has kicked; a character has come. */
void processor_timer(void);
void processor_kicked(void);
void console_input(void);
__attribute__((noreturn)) void processor_main(struct processor *p);

#endif
