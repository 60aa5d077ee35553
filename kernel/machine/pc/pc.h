/* SPDX-License-Identifier: MIT */
/* The parts of the pc that know of each other. */
#ifndef KERNEL_MACHINE_PC_H
#define KERNEL_MACHINE_PC_H

#include <stdbool.h>
#include <stdint.h>

/* serial.c: the first serial line; screen.c: the text screen; keyboard.c */
void serial_init(void);
void serial_put(char c);
int serial_get(void);
void screen_init(void);
void screen_put(char c);
int keyboard_get(void);

/* apic.c */
void apic_send(uint32_t apic_id, uint32_t command);
uint32_t apic_id(void);
void io_apic_route(unsigned line, unsigned vector);

/* board.c: where ACPI's tables begin, physically; 0: not known. */
extern uint64_t pc_rsdp;

#endif
